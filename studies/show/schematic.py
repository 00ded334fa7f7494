"""A netlist as a graph: who is there, who holds whom, who paid whom. Nothing here knows how it is drawn."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from tokenspice.engine.units import DECIMALS, Amount, in_tokens

__all__ = ["OUTSIDE", "Edge", "Node", "Parameter", "Payment", "Role", "Schematic", "Sum"]

OUTSIDE = "outside"  # the end of an edge at which an amount appears or vanishes: minted, burned, spent to nobody

Role: TypeAlias = Literal["agent", "contract", "wallet", "object"]


@dataclass(frozen=True)
class Sum:
    """An amount of one token, in units of 10**-decimals."""

    symbol: str
    amount: Amount
    decimals: int = DECIMALS

    def __str__(self) -> str:
        value = in_tokens(self.amount, self.decimals)
        text = f"{value:,.0f}" if 1000 <= abs(value) < 1e15 else f"{value:.4g}"
        return f"{text} {self.symbol}"


@dataclass(frozen=True)
class Payment:
    """What one paid another in one token, altogether, and in how many payments."""

    total: Sum
    n: int


@dataclass(frozen=True)
class Node:
    """One thing that is drawn, or several of a kind that are drawn as one.

    Attributes:
        key: names it in edges; unique.
        name: what it is called.
        role: an agent; a contract; a wallet that no agent owns; or another object, through which several agents
            hold the same things.
        kind: its class, or the contract's name in the source.
        about: what its kind is, in one line; may be empty.
        holds: what its wallet holds, zeros left out.
        members: the names of those that it stands for, if it stands for several.
    """

    key: str
    name: str
    role: Role
    kind: str
    about: str = ""
    holds: tuple[Sum, ...] = ()
    members: tuple[str, ...] = ()


@dataclass(frozen=True)
class Edge:
    """What leads from one node to another.

    Attributes:
        tail: key of the node that holds, or pays; or OUTSIDE.
        head: key of the node that is held, or paid; or OUTSIDE.
        names: the attributes through which tail holds head; none if it does not.
        paid: what tail paid head, one Payment per token; none if nothing.
    """

    tail: str
    head: str
    names: tuple[str, ...] = ()
    paid: tuple[Payment, ...] = ()


@dataclass(frozen=True)
class Parameter:
    """A parameter of the strategy, as `--set` names it."""

    name: str
    value: str
    is_changed: bool = False


@dataclass(frozen=True)
class Schematic:
    """All that a drawing of a netlist shows.

    Attributes:
        name: the netlist's.
        question: the first line of its docstring; may be empty.
        nodes: agents first, in the order in which they step.
        edges: in the order of their nodes; one per pair and direction.
        parameters: in the strategy's order.
        n_ticks: how many were run before this was drawn; None if it shows the beginning and no payments.
        unconnected: contracts that were deployed and that nothing drawn leads to.
        token: the symbol of the token by which arrows are compared; empty if nothing was paid.
    """

    name: str
    question: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    parameters: tuple[Parameter, ...] = ()
    n_ticks: int | None = None
    unconnected: tuple[str, ...] = ()
    token: str = ""
