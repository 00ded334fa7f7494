"""A schematic, laid out and drawn by Graphviz."""

import html
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from itertools import cycle
from pathlib import Path
from typing import Any, Literal, TypeAlias

import matplotlib
import pygraphviz

from tokenspice.engine.errors import RunError
from tokenspice.studies.show.labels import FAINT, INK, PAID, edge_label, faint, html_label, node_label, notes, title
from tokenspice.studies.show.schematic import OUTSIDE, Edge, Node, Role, Schematic

__all__ = ["FileFormat", "as_dot", "draw"]

FileFormat: TypeAlias = Literal["svg", "png"]

# Matplotlib brings this font along, so that text has the same width everywhere. Verdana's letters are as wide.
FONT = "DejaVu Sans,Verdana,sans-serif"

PAPER = "#ffffff"
SHAPES: Mapping[Role, str] = {"agent": "box", "contract": "component", "wallet": "folder", "object": "tab"}
FILLS = ("#cfe3f5", "#fde2c4", "#d5efd3", "#f9d5d8", "#e4daf2", "#f7efb8", "#cdeeea", "#ecdccb", "#f6d9ee", "#dfe6c8")
PLAIN_FILL = "#f2f4f7"  # of what is no agent
THINNEST, THICKEST = 1.0, 3.0  # points, of the edges that carry the least and the most of the token that is compared

DPI: Mapping[FileFormat, str] = {"svg": "72", "png": "144"}  # an SVG has no pixels, and 72 leaves its points alone

# Run in a process of its own, because fontconfig has its settings from the environment, and it and Graphviz
# speak their minds on standard error.
RENDER = """
import sys, pygraphviz
graph = pygraphviz.AGraph(string=sys.stdin.buffer.read().decode())
graph.graph_attr["dpi"] = sys.argv[2]
sys.stdout.buffer.write(graph.draw(format=sys.argv[1], prog="dot"))
"""
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig><dir>{fonts}</dir><cachedir>{cache}</cachedir></fontconfig>
"""


def draw(schematic: Schematic, file_format: FileFormat) -> bytes:
    """Return the drawing; the same schematic gives the same bytes.

    Raises:
        RunError: Graphviz cannot draw it.
    """
    with tempfile.TemporaryDirectory() as folder:
        settings = Path(folder, "fonts.conf")
        fonts = Path(matplotlib.get_data_path(), "fonts", "ttf")
        settings.write_text(FONTS.format(fonts=html.escape(str(fonts)), cache=html.escape(folder)), encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-P", "-c", RENDER, file_format, DPI[file_format]],
            input=as_dot(schematic).encode(),
            env=os.environ | {"FONTCONFIG_FILE": str(settings)},
            capture_output=True,
        )
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines() or [f"exit code {done.returncode}"]
        raise RunError(f"Graphviz could not draw {schematic.name}: {said[-1]}.")
    return done.stdout


def as_dot(schematic: Schematic) -> str:
    """Return the schematic in Graphviz' language."""
    graph = pygraphviz.AGraph(name="schematic", directed=True, strict=False)
    graph.graph_attr.update(rankdir="LR", nodesep="0.4", ranksep="0.8", pad="0.3", bgcolor=PAPER)
    graph.graph_attr.update(fontname=FONT, labelloc="t", labeljust="l", label=title(schematic))
    graph.node_attr.update(fontname=FONT, color=INK, fontcolor=INK, margin="0.12,0.06", height="0.4")
    graph.edge_attr.update(fontname=FONT, fontcolor=INK, arrowsize="0.7")
    fills = dict(zip(dict.fromkeys(node.kind for node in schematic.nodes if node.role == "agent"), cycle(FILLS)))
    # A graph has one label, which is the title, and a frame around all nodes has another, for the notes below.
    frame = graph.add_subgraph(name="cluster", color=PAPER, labelloc="b", labeljust="l", label=notes(schematic, fills))
    # Names of nodes become titles in an SVG, and XML knows no control characters.
    keys = {
        node.key: node.key if node.key.isprintable() else f"node {number}"
        for number, node in enumerate(schematic.nodes)
    }
    for node in schematic.nodes:
        frame.add_node(keys[node.key], label=node_label(node), **node_look(node, fills))
    most = largest(schematic)
    roles = {node.key: node.role for node in schematic.nodes}
    for edge in schematic.edges:
        tail, head = (keys.get(key) or add_outside(frame, edge, keys) for key in (edge.tail, edge.head))
        look = edge_look(edge, roles, schematic.token, most)
        if roles.get(edge.tail) == "contract" and roles.get(edge.head) != "contract":
            # Laid out the other way round, so that contracts stand right of those who use them.
            tail, head, look = head, tail, look | {"dir": "back"}
        frame.add_edge(tail, head, label=edge_label(edge), **look)
    return str(graph.to_string())


def add_outside(frame: Any, edge: Edge, keys: Mapping[str, str]) -> str:
    """Add an end of its own to an edge that leads outside, so that such edges do not cross the drawing."""
    key = " → ".join(keys.get(end, end) for end in (edge.tail, edge.head))
    frame.add_node(key, label=html_label(f"<I>{faint(OUTSIDE, 9)}</I>"), shape="plaintext", width="0", height="0")
    return key


def node_look(node: Node, fills: Mapping[str, str]) -> dict[str, str]:
    is_agent = node.role == "agent"
    look = {
        "shape": SHAPES[node.role],
        "style": "filled,rounded" if is_agent else "filled",
        "fillcolor": fills[node.kind] if is_agent else PLAIN_FILL,
    }
    return look | ({"peripheries": "2"} if node.members and is_agent else {})


def edge_look(edge: Edge, roles: Mapping[str, Role], token: str, most: int) -> dict[str, str]:
    if edge.paid:
        share = carried(edge, token) / (most or 1)
        return {"color": PAID, "penwidth": f"{THINNEST + share * (THICKEST - THINNEST):.2f}"}
    is_wire = roles[edge.head] in ("agent", "wallet")
    return {"color": FAINT, "style": "dashed" if is_wire else "dotted", "arrowhead": "normal" if is_wire else "open"}


def largest(schematic: Schematic) -> int:
    """The most that any edge carries of the token by which edges are compared."""
    return max((carried(edge, schematic.token) for edge in schematic.edges), default=0)


def carried(edge: Edge, token: str) -> int:
    return sum(payment.total.amount for payment in edge.paid if payment.total.symbol == token)
