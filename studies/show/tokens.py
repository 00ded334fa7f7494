"""One token's payments: arrows can be compared within a token alone."""

from collections import Counter
from dataclasses import replace

from tokenspice.engine.errors import RunError
from tokenspice.studies.show.schematic import Schematic

__all__ = ["compared"]


def compared(schematic: Schematic, token: str = "") -> Schematic:
    """Return a schematic whose arrows are as thick as what they carry of one token.

    Args:
        schematic: what is there.
        token: the symbol, and then other tokens' payments are left out; "" takes the token that most arrows carry, and
            leaves all of them in.

    Raises:
        RunError: nothing was paid in it.
    """
    paid = Counter(payment.total.symbol for edge in schematic.edges for payment in edge.paid)
    if token and token not in paid:
        found = f"Write {', '.join(paid)}." if paid else "Add --run N, to see payments."
        raise RunError(f"--token {token}: nothing was paid in {token}. {found}")
    if not token:
        return replace(schematic, token=paid.most_common(1)[0][0] if paid else "")
    edges = tuple(
        replace(edge, paid=tuple(payment for payment in edge.paid if payment.total.symbol == token))
        for edge in schematic.edges
    )
    kept = tuple(edge for edge in edges if edge.paid or edge.names)
    ends = {end for edge in kept for end in (edge.tail, edge.head)}
    nodes = tuple(node for node in schematic.nodes if node.role == "agent" or node.key in ends)
    return replace(schematic, nodes=nodes, edges=kept, token=token)
