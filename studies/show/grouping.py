"""Many of a kind as one, and many edges between two nodes as one."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from tokenspice.studies.show.schematic import Edge, Node, Payment, Schematic, Sum

__all__ = ["grouped", "merged"]


def grouped(schematic: Schematic, most: int) -> Schematic:
    """Return a schematic in which more than `most` nodes of one role and kind are one node."""
    n_alike = Counter((node.role, node.kind) for node in schematic.nodes)
    crowds: dict[str, list[Node]] = {}
    for node in schematic.nodes:
        is_crowd = n_alike[node.role, node.kind] > most
        crowds.setdefault(f"all {node.kind} ({node.role})" if is_crowd else node.key, []).append(node)
    new_keys = {node.key: key for key, nodes in crowds.items() for node in nodes}
    edges = (
        replace(edge, tail=new_keys.get(edge.tail, edge.tail), head=new_keys.get(edge.head, edge.head))
        for edge in schematic.edges
    )
    nodes = tuple(_as_one(key, nodes) for key, nodes in crowds.items())
    return replace(schematic, nodes=nodes, edges=merged(edges))


def merged(edges: Iterable[Edge]) -> tuple[Edge, ...]:
    """Return one edge per pair and direction, with the names and the sums of all."""
    by_ends: dict[tuple[str, str], list[Edge]] = {}
    for edge in edges:
        by_ends.setdefault((edge.tail, edge.head), []).append(edge)
    return tuple(Edge(*ends, _names(alike), _added(alike)) for ends, alike in by_ends.items())


def _as_one(key: str, nodes: list[Node]) -> Node:
    if len(nodes) == 1:
        return nodes[0]
    holds = _totals(held for node in nodes for held in node.holds)
    members = tuple(node.name for node in nodes)
    return replace(nodes[0], key=key, name=f"{nodes[0].kind} × {len(nodes)}", holds=holds, members=members)


def _names(edges: list[Edge]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for edge in edges for name in edge.names))


def _added(edges: list[Edge]) -> tuple[Payment, ...]:
    payments = [payment for edge in edges for payment in edge.paid]
    times: Counter[str] = Counter()
    for payment in payments:
        times[payment.total.symbol] += payment.n
    return tuple(Payment(total, times[total.symbol]) for total in _totals(payment.total for payment in payments))


def _totals(sums: Iterable[Sum]) -> tuple[Sum, ...]:
    totals: dict[str, Sum] = {}
    for each in sums:
        before = totals[each.symbol].amount if each.symbol in totals else 0
        totals[each.symbol] = replace(each, amount=before + each.amount)
    return tuple(totals.values())
