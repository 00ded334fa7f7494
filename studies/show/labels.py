"""What is written in a drawing, in Graphviz' HTML-like markup. Whatever a user chose is escaped."""

import html
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from itertools import zip_longest

from tokenspice.studies.show.schematic import OUTSIDE, Edge, Node, Parameter, Payment, Schematic

__all__ = ["FAINT", "INK", "PAID", "edge_label", "faint", "html_label", "node_label", "notes", "title"]

INK, FAINT, PAID = "#1f2933", "#6b7785", "#17697f"
GAP = '<TD WIDTH="24"></TD>'

MOST_LINES = 4  # of what a node holds, and of what an edge carries
MOST_NAMES = 2  # of the attributes through which one node holds another
MOST_LETTERS = 36  # of a parameter's value
MOST_PARAMETERS = 48
PARAMETERS_PER_COLUMN = 12
LINE_WIDTH = 62  # letters, of what explains a kind
TITLE_WIDTH = 100


def title(schematic: Schematic) -> str:
    """The netlist's name, its question, and when this is."""
    n = schematic.n_ticks
    when = "At the beginning." if n is None else f"After {n:,} tick{'' if n == 1 else 's'}."
    question = [plain(line, 11) for line in textwrap.wrap(schematic.question, TITLE_WIDTH)]
    return html_label(stack([f"<B>{plain(schematic.name, 18)}</B>", *question, faint(when, 11)], "LEFT"))


def node_label(node: Node) -> str:
    """Its name, its kind or whom it stands for, and what it holds."""
    several = f"{node.members[0]} … {node.members[-1]}" if node.members else node.kind
    kind = [faint(several, 9)] if several != node.name else []
    return html_label(stack([f"<B>{plain(node.name, 11)}</B>", *kind, *few(map(str, node.holds))], "CENTER"))


def edge_label(edge: Edge) -> str:
    """What was paid, and what the reference is called."""
    names = ", ".join(edge.names[:MOST_NAMES]) + (", …" if len(edge.names) > MOST_NAMES else "")
    held = [f"<I>{faint(names, 9)}</I>"] if names else []
    lines = stack([*few(map(payment_text, edge.paid)), *held], "CENTER")
    return html_label(f'<TABLE BORDER="0" CELLPADDING="3"><TR>{cell(lines)}</TR></TABLE>') if lines else ""


def payment_text(payment: Payment) -> str:
    return str(payment.total) if payment.n == 1 else f"{payment.total} ({payment.n:,} ×)"


def notes(schematic: Schematic, fills: Mapping[str, str]) -> str:
    """What colours and lines mean, and the parameters, as one table, so that nothing is stretched.

    Args:
        fills: the colour of each kind of agent.
    """
    left = list(legend(schematic, fills))
    right = list(map(parameter_cells, schematic.parameters[:MOST_PARAMETERS]))
    if more := len(schematic.parameters) - len(right):
        right.append(cell(faint(f"… and {more} more", 9)) + cell(""))
    n_rows = max(len(left), PARAMETERS_PER_COLUMN)
    columns = [left, *(right[start : start + n_rows] for start in range(0, len(right), n_rows))]
    rows = ("".join(f"{cells}{GAP}" for cells in row) for row in zip_longest(*columns, fillvalue=cell("") * 2))
    body = '<TR><TD HEIGHT="12"></TD></TR>' + "".join(f"<TR>{row}</TR>" for row in rows)
    return html_label(f'<TABLE BORDER="0" CELLSPACING="0" CELLPADDING="2">{body}</TABLE>')


def legend(schematic: Schematic, fills: Mapping[str, str]) -> Iterator[str]:
    """Say what each kind of agent is, what each kind of line is, and what is not drawn; two cells a row."""
    abouts = {node.kind: node.about for node in schematic.nodes}
    for kind, fill in fills.items():
        yield f'<TD BGCOLOR="{fill}">{plain("", 9)}</TD>' + cell(f"<B>{plain(kind, 9)}</B>")
        yield from (cell("") + cell(faint(line, 9)) for line in textwrap.wrap(abouts[kind], LINE_WIDTH))
    for sign, colour, meaning in signs(schematic):
        for number, line in enumerate(textwrap.wrap(meaning, LINE_WIDTH)):
            yield cell(font(sign if number == 0 else "", 9, colour)) + cell(faint(line, 9))


def signs(schematic: Schematic) -> Iterator[tuple[str, str, str]]:
    """The kinds of lines that there are: what they look like, their colour, and what they mean."""
    roles = {node.key: node.role for node in schematic.nodes}
    unpaid = {roles[edge.head] for edge in schematic.edges if not edge.paid}
    if any(edge.paid for edge in schematic.edges):
        yield "━━▶", PAID, f"paid, in all (and in how many payments); the thicker, the more {schematic.token}"
    if any(OUTSIDE in (edge.tail, edge.head) for edge in schematic.edges):
        yield "", PAID, f"{OUTSIDE}: minted, burned, or spent to nobody"
    if unpaid & {"agent", "wallet"}:
        yield "╌╌▶", FAINT, "knows, through the attribute named"
    if unpaid & {"contract", "object"}:
        yield "┈┈▷", FAINT, "holds a contract, or an object that leads to several"
    if schematic.unconnected:
        yield "", FAINT, f"Deployed too: {', '.join(schematic.unconnected)}"


def parameter_cells(parameter: Parameter) -> str:
    """Its name and its value; one that was set is bold."""
    value = plain(shortened(parameter.value), 9)
    return cell(faint(parameter.name, 9)) + cell(f"<B>{value}</B>" if parameter.is_changed else value, "RIGHT")


def cell(content: str, align: str = "LEFT") -> str:
    return f'<TD ALIGN="{align}">{content}</TD>'


def few(texts: Iterable[str]) -> list[str]:
    """The first of some lines, and how many more there are."""
    lines = [plain(line, 9) for line in texts]
    more = len(lines) - MOST_LINES
    return lines if more <= 0 else [*lines[:MOST_LINES], faint(f"… and {more} more", 9)]


def stack(cells: Iterable[str], align: str) -> str:
    """One cell below the other."""
    rows = "".join(f'<TR><TD ALIGN="{align}">{cell}</TD></TR>' for cell in cells)
    return f'<TABLE BORDER="0" CELLSPACING="0" CELLPADDING="1">{rows}</TABLE>' if rows else ""


def shortened(value: str) -> str:
    return value if len(value) <= MOST_LETTERS else f"{value[: MOST_LETTERS - 1]}…"


def html_label(markup: str) -> str:
    """Tell Graphviz that a label is markup."""
    return f"<{markup}>" if markup else ""


def plain(text: str, size: int) -> str:
    return font(text, size, INK)


def faint(text: str, size: int) -> str:
    return font(text, size, FAINT)


def font(text: str, size: int, colour: str) -> str:
    return f'<FONT POINT-SIZE="{size}" COLOR="{colour}">{escaped(text)}</FONT>'


def escaped(text: str) -> str:
    """Make text harmless: to XML, which knows no control characters, and to Graphviz, to which \\N is a name."""
    printable = "".join(letter if letter.isprintable() else " " for letter in text)
    return html.escape(printable).replace("\\", "\\\\") or " "
