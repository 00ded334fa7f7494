"""Who is wired to whom: the references of agents, and of what they hold, as edges between nodes."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple, final

from tokenspice.engine.agent import AgentBase
from tokenspice.engine.wallet import WalletBase
from tokenspice.studies.show.references import Reference, is_leaf, references
from tokenspice.studies.show.registry import Directory
from tokenspice.studies.show.schematic import Edge
from tokenspice.web3engine.contract import Contract

__all__ = ["Wiring"]


class Holder(NamedTuple):
    """An agent, or an object that one holds, and what it holds. It is kept, so that its id stays its own."""

    thing: object
    held: list[Reference]


@final
class Wiring:
    """All that some agents lead to.

    An object that is neither agent nor wallet nor contract, such as a protocol or a pool, is looked through: who
    holds it holds what it holds. Where several hold it, and it leads to several nodes, it becomes a node itself,
    which saves edges; or the agent that stands for it, as one that is named like a pool's contract stands for the pool.
    """

    def __init__(self, agents: Iterable[AgentBase]) -> None:
        self._agents = list(agents)
        self._holders: dict[int, Holder] = {}
        found: list[object] = [*self._agents]
        for thing in found:
            if id(thing) not in self._holders:
                holder = self._holders[id(thing)] = Holder(thing, list(references(thing)))
                found.extend(inner for _, inner in holder.held if not is_leaf(inner))

    @property
    def wallets(self) -> list[WalletBase]:
        """Those that somebody holds, some more than once."""
        return [thing for _, thing in self._references() if isinstance(thing, WalletBase)]

    def list_in(self, directory: Directory) -> None:
        """List the agents, and the contracts and wallets that they lead to."""
        for agent in self._agents:
            directory.agent(agent)
        for agent in self._agents:
            for _, thing in self._reached(agent):
                if isinstance(thing, Contract) and thing.label == agent.name:
                    directory.merge(f"agent {agent.name}", thing)
        for _, thing in self._references():
            if isinstance(thing, Contract):
                directory.contract(thing)
            elif isinstance(thing, WalletBase):
                directory.wallet(thing)

    def edges(self, directory: Directory) -> list[Edge]:
        """Return an edge for each pair of nodes of which one holds the other."""
        nodes: dict[int, str] = {id(agent): f"agent {agent.name}" for agent in self._agents}
        for shared in self._shared(directory):
            nodes[id(shared)] = self._stand_in(shared, directory) or directory.object(shared)
        wires: dict[tuple[str, str], list[str]] = {}
        for identity, tail in nodes.items():
            for name, thing in self._reached(self._holders[identity].thing, nodes):
                head = nodes.get(id(thing)) or directory.find(thing)
                if head and head != tail:
                    wires.setdefault((tail, head), []).append(name)
        return [Edge(*ends, tuple(dict.fromkeys(names))) for ends, names in wires.items()]

    def _references(self) -> Iterator[Reference]:
        return (reference for holder in self._holders.values() for reference in holder.held)

    def _reached(self, thing: object, nodes: dict[int, str] | None = None) -> Iterator[Reference]:
        """What a thing holds, objects that are no nodes being looked through."""
        opened, waiting = {id(thing)}, [self._holders[id(thing)]]
        for holder in waiting:
            for reference in holder.held:
                inner = reference.thing
                if is_leaf(inner) or id(inner) in (nodes or {}):
                    yield reference
                elif id(inner) not in opened:
                    opened.add(id(inner))
                    waiting.append(self._holders[id(inner)])

    def _stand_in(self, thing: object, directory: Directory) -> str | None:
        contracts = [inner for _, inner in self._holders[id(thing)].held if isinstance(inner, Contract)]
        keys = {directory.find(contract) for contract in contracts}
        return next((key for agent in self._agents if (key := f"agent {agent.name}") in keys), None)

    def _shared(self, directory: Directory) -> Iterator[object]:
        n_holders = Counter(
            identity for holder in self._holders.values() for identity in {id(thing) for _, thing in holder.held}
        )
        agents = {id(agent) for agent in self._agents}
        for identity, holder in self._holders.items():
            if identity not in agents and n_holders[identity] > 1:
                heads = {directory.find(thing) for _, thing in self._reached(holder.thing)} - {None}
                if len(heads) > 1:
                    yield holder.thing
