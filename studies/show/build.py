"""From a netlist to its schematic: build the state, run it if asked to, look at what is there."""

import re
from collections.abc import Sequence
from contextlib import closing
from decimal import Decimal

from tokenspice.engine.errors import StrategyError
from tokenspice.engine.observer import Observer
from tokenspice.engine.parameters import parameters
from tokenspice.engine.sim_state import SimStateBase
from tokenspice.engine.sim_strategy import SimStrategyBase, parameter_values
from tokenspice.studies.netlist.netlist import Netlist
from tokenspice.studies.record.provenance import netlist_name
from tokenspice.studies.run.simulate import begin, simulate, transaction_listener
from tokenspice.studies.show.exchange_payments import list_exchange
from tokenspice.studies.show.grouping import merged
from tokenspice.studies.show.payments import Payments
from tokenspice.studies.show.registry import Directory
from tokenspice.studies.show.schematic import OUTSIDE, Parameter, Schematic
from tokenspice.studies.show.symbols import symbol_of, symbols
from tokenspice.studies.show.wiring import Wiring
from tokenspice.web3engine.chain import Chain
from tokenspice.web3engine.config import Config

__all__ = ["build_schematic"]


def build_schematic(
    netlist: Netlist,
    ss: SimStrategyBase,
    config: Config,
    n_ticks: int | None = None,
    observers: Sequence[Observer] = (),
) -> Schematic:
    """Build a netlist's state, and return its schematic.

    Args:
        netlist: what is wired to what.
        ss: its parameters, the seed among them.
        config: `config.network` says on which chain, if the netlist needs one.
        n_ticks: how many ticks to run first, to see who pays whom; None runs none.
        observers: who watches the run.

    Raises:
        StrategyError: the run would end before `n_ticks`.
        TokenSpiceError: the state cannot be built, or the run fails.
    """
    if n_ticks is not None and n_ticks > ss.max_ticks:
        raise StrategyError(
            f"{n_ticks} ticks: a run of this netlist ends at max_ticks = {ss.max_ticks}. "
            f"Write --run {ss.max_ticks}, or add --set max_ticks={n_ticks}."
        )
    payments = Payments()
    run = begin(netlist, ss, config, on_transaction=transaction_listener([payments, *observers]))
    with closing(run):
        if n_ticks is not None:
            simulate(run, [payments, *observers], n_ticks)
        return schematic_of(netlist, run.state, run.chain, payments, n_ticks)


def schematic_of(
    netlist: Netlist, state: SimStateBase, chain: Chain | None, payments: Payments, n_ticks: int | None
) -> Schematic:
    """Look at a state as it is at this moment."""
    directory, wiring = Directory(chain), Wiring(state.agents.values())
    wiring.list_in(directory)
    if chain:
        list_chain(directory, chain, payments)
    list_exchange(directory, state)
    wires = wiring.edges(directory)  # first, because it lists the objects that become nodes
    tokens = symbols(payments.tokens, directory, chain)
    edges = merged([*wires, *payments.edges(directory, tokens)])
    if chain:
        for address in directory.nameless:
            if symbol := tokens[address][0] if address in tokens else symbol_of(address, chain):
                directory.rename(address, symbol)
    nodes = directory.nodes(tokens)
    connected = {end for edge in edges for end in (edge.tail, edge.head)}
    order = {key: number for number, key in enumerate((*nodes, OUTSIDE))}
    return Schematic(
        name=netlist_name(netlist.path),
        question=netlist.question,
        nodes=tuple(node for key, node in nodes.items() if node.role == "agent" or key in connected),
        edges=tuple(sorted(edges, key=lambda edge: (order[edge.tail], order[edge.head]))),
        parameters=shown_parameters(netlist, state.ss),
        n_ticks=n_ticks,
        unconnected=tuple(node.name for key, node in nodes.items() if node.role == "contract" and key not in connected),
    )


def list_chain(directory: Directory, chain: Chain, payments: Payments) -> None:
    """List the tokens, the wallets and the contracts of a chain."""
    for token in chain.tokens.values():
        directory.contract(token.contract)
    for name in chain.wallets:
        directory.wallet(chain.wallet(name))
    for address, label in payments.deployed.items():
        directory.address(address, label, label)


def shown_parameters(netlist: Netlist, ss: SimStrategyBase) -> tuple[Parameter, ...]:
    """Return the parameters, with units, and which of them are not the netlist's own."""
    own = parameter_values(netlist.strategy())
    values = parameter_values(ss)
    return tuple(
        Parameter(parameter.name, f"{as_text(value)} {parameter.unit}".strip(), own.get(parameter.name) != value)
        for parameter, value in zip(parameters(ss), values.values(), strict=True)
    )


def as_text(value: object) -> str:
    """Write a value with commas, and floats in ten digits: 6.85, not 6.8500000000000005."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.10g}"
    text = str(value)  # of an amount, its tokens
    return f"{Decimal(text):,f}" if re.fullmatch(r"\d+(\.\d+)?", text, re.ASCII) else text
