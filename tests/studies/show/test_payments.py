"""Payments on a chain are counted however they were sent, and objects that agents share save edges."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import PROJECT
from tests.studies.show.test_references import Anyone
from tests.studies.show.test_schematic import look, paid, wires
from tokenspice.engine.units import tokens
from tokenspice.engine.wallet import Wallet
from tokenspice.studies.show.payments import Payments
from tokenspice.studies.show.registry import Directory
from tokenspice.studies.show.schematic import OUTSIDE, Edge
from tokenspice.studies.show.symbols import symbols
from tokenspice.studies.show.wiring import Wiring
from tokenspice.web3engine.artifacts import Artifacts
from tokenspice.web3engine.backends.base import ChainBackend
from tokenspice.web3engine.chain import Chain
from tokenspice.web3engine.config import Config
from tokenspice.web3engine.contract import Contract
from tokenspice.web3engine.network import is_built, open_backend

POOL = (PROJECT / "netlists" / "simplepool" / "netlist.py").read_text()


@dataclass(frozen=True)
class Shared:
    contract: Contract
    datatoken: Contract


def counted(payments: Payments, chain: Chain) -> dict[tuple[str, str], list[tuple[str, int]]]:
    """What was paid, by key."""
    directory = Directory(chain)
    for name in chain.wallets:
        directory.wallet(chain.wallet(name))
    edges = payments.edges(directory, symbols(payments.tokens, directory, chain))
    return {(edge.tail, edge.head): [(str(each.total), each.n) for each in edge.paid] for edge in edges}


def test_transfers_mints_and_burns_are_counted_from_the_start_on(backend: ChainBackend, artifacts: Artifacts) -> None:
    payments = Payments()
    chain = Chain(backend, artifacts, on_transaction=payments.transaction)
    ocean = chain.deploy_token("OCEAN")
    ada, grace = chain.wallet("ada", OCEAN=tokens(10)), chain.wallet("grace")
    payments.start()

    for _ in range(2):
        ada.transfer(grace, "OCEAN", tokens(3))
    ada.transfer(grace, "OCEAN", 0)
    ada.send(ocean.contract.burn(tokens(1)))
    chain.faucet.send(ocean.contract.mint(grace.address, tokens(5)))
    with chain.anchor():
        ada.transfer(grace, "OCEAN", tokens(1))

    assert counted(payments, chain) == {
        ("wallet ada", "wallet grace"): [("6 OCEAN", 2)],
        ("wallet ada", OUTSIDE): [("1 OCEAN", 1)],
        (OUTSIDE, "wallet grace"): [("5 OCEAN", 1)],
    }
    assert payments.deployed == {ocean.contract.address: "OCEAN"}


@pytest.mark.skipif(not is_built(), reason="the in-process chain was not built")
def test_queued_and_batched_transfers_are_counted_when_they_are_mined(config: Config, artifacts: Artifacts) -> None:
    payments = Payments()
    chain = Chain(open_backend(config), artifacts, on_transaction=payments.transaction)
    ocean = chain.deploy_token("OCEAN").contract
    ada, grace = chain.wallet("ada", OCEAN=tokens(10)), chain.wallet("grace")
    payments.start()

    ada.submit(ocean.transfer(grace.address, tokens(2)))
    ada.submit(ocean.transfer(grace.address, tokens(100)))  # which reverts
    chain.mempool.submit_many(ocean.transfer, [(ada, (grace.address, tokens(1)))] * 3)
    assert counted(payments, chain) == {}
    chain.advance(1)

    assert counted(payments, chain) == {("wallet ada", "wallet grace"): [("5 OCEAN", 4)]}


def test_a_payment_to_an_unknown_address_and_two_tokens_of_one_symbol_are_told_apart(
    backend: ChainBackend, artifacts: Artifacts
) -> None:
    payments = Payments()
    chain = Chain(backend, artifacts, on_transaction=payments.transaction)
    coins = [chain.deploy("token/Token", "COIN", "COIN", tokens(9), label=name) for name in ("first", "second")]
    payments.start()

    for coin in coins:
        chain.faucet.send(coin.transfer("0x" + "ab" * 20, tokens(1)))

    directory = Directory(chain)
    for coin in coins:
        directory.contract(coin)
    shown = symbols(payments.tokens, directory, chain)
    (edge,) = payments.edges(directory, shown)
    assert [str(each.total) for each in edge.paid] == ["1 COIN of first", "1 COIN of second"]
    assert edge.head == "contract 0xabab…abab"
    assert [str(held) for held in directory.nodes(shown)[edge.head].holds] == ["1 COIN of first", "1 COIN of second"]


def test_a_protocol_that_several_agents_hold_is_a_node(config: Config, tmp_path: Path) -> None:
    one = 'self.addAgent(PublisherAgent("pub1", wallet, protocol, ss.publisher))'
    assert one in POOL
    path = tmp_path / "two.py"
    path.write_text(
        POOL.replace(
            one, f'{one}\n        self.addAgent(PublisherAgent("pub2", chain.wallet("pub2"), protocol, ss.publisher))'
        )
    )

    schematic = look(path, config)

    assert wires(schematic) == {
        ("pub1", "OceanV3", ("protocol",)),
        ("pub2", "OceanV3", ("protocol",)),
        ("OceanV3", "OCEAN", ("ocean",)),
        ("OceanV3", "DTFactory", ("datatokens",)),
        ("OceanV3", "BFactory", ("pools",)),
    }
    assert paid(schematic) == {}


def test_what_two_names_lead_to_is_counted_once(backend: ChainBackend, artifacts: Artifacts) -> None:
    chain = Chain(backend, artifacts)
    chain.deploy_token("OCEAN")
    vault = chain.deploy("token/Token", "V", "V", tokens(1), label="vault")
    wallet = chain.wallet("ada", OCEAN=tokens(2))
    chain.faucet.send(chain.token("OCEAN").contract.transfer(vault.address, tokens(3)))
    keeper = Anyone("vault", one=vault, other=vault)
    keeper.wallet = wallet
    twin = Anyone("twin")
    twin.wallet = wallet

    directory, wiring = Directory(chain), Wiring([keeper, twin])
    wiring.list_in(directory)

    nodes = directory.nodes(symbols([], directory, chain))
    assert {node.name: list(map(str, node.holds)) for node in nodes.values()} == {"vault": ["5 OCEAN"], "twin": []}
    assert wiring.edges(directory) == [Edge("agent twin", "agent vault", ("wallet",))]


def test_a_symbol_off_the_chain_may_look_like_an_address(backend: ChainBackend, artifacts: Artifacts) -> None:
    payments, chain = Payments(), Chain(backend, artifacts)
    payments.start()

    payments.on_move(Wallet("ada"), None, "0xBTC", tokens(1))

    assert payments.tokens == []
    assert counted(payments, chain) == {("wallet ada", OUTSIDE): [("1 0xBTC", 1)]}


def test_an_agent_stands_for_the_object_whose_contract_has_its_name(
    backend: ChainBackend, artifacts: Artifacts
) -> None:
    chain = Chain(backend, artifacts)
    contracts = [chain.deploy("token/Token", name, name, 1, label=name) for name in ("pool0", "DT0")]
    pool = Shared(*contracts)
    agents = [Anyone("publisher", own=[pool]), Anyone("pool0", pool=pool), Anyone("buyer", seen={"best": pool})]

    directory, wiring = Directory(chain), Wiring(agents)
    wiring.list_in(directory)

    assert wiring.edges(directory) == [
        Edge("agent publisher", "agent pool0", ("own",)),
        Edge("agent buyer", "agent pool0", ("seen",)),
        Edge("agent pool0", "contract DT0", ("datatoken",)),
    ]
