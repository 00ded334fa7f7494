"""The schematic of a netlist: who is drawn, who is wired to whom, who paid whom."""

import re
from collections import Counter
from pathlib import Path

import pytest

from tests.conftest import PROJECT
from tokenspice.engine.errors import StrategyError
from tokenspice.engine.units import tokens
from tokenspice.studies.netlist.netlist_file import load_netlist
from tokenspice.studies.show.build import build_schematic
from tokenspice.studies.show.grouping import grouped
from tokenspice.studies.show.schematic import OUTSIDE, Edge, Node, Payment, Schematic, Sum
from tokenspice.web3engine.config import Config

GRANT = PROJECT / "netlists" / "simplegrant" / "netlist.py"
POOL = PROJECT / "netlists" / "simplepool" / "netlist.py"
BLOCK = re.compile(r"^```\w+ (savings/\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)

# A fund pays n researchers by name; they pay a market, which they hold; it splits its income by a dict; a lottery
# adds a new agent and pays it in the same tick.
ECONOMY = '''
"""Does the money come back?

More about it.
"""

from dataclasses import dataclass

from tokenspice.engine.agent import AgentBase
from tokenspice.engine.kpis import KPIsBase
from tokenspice.engine.log import LogRow
from tokenspice.engine.charts import PlotInstructions
from tokenspice.engine.sim_state import SimStateBase
from tokenspice.engine.sim_strategy import SimStrategyBase
from tokenspice.engine.units import tokens
from tokenspice.engine.wallet import Wallet


@dataclass(frozen=True)
class SimStrategy(SimStrategyBase):
    max_ticks: int = 10
    n_researchers: int = 3
    note: str = "first <line>\\n\\"second\\" | {third} \\\\N & \\x01"


class Fund(AgentBase):
    """Pays everyone."""

    def __init__(self, name, wallet, researchers):
        super().__init__(name, wallet)
        self.researchers = researchers

    def takeStep(self, state):
        for name in self.researchers:
            self.wallet.transfer(state.getAgent(name).wallet, "OCEAN", tokens(2))


class Researcher(AgentBase):
    def __init__(self, name, market):
        super().__init__(name, Wallet(name))
        self._market = market

    def takeStep(self, state):
        self.wallet.transfer(self._market.wallet, "OCEAN", tokens(1))


class Market(AgentBase):
    def __init__(self, name, shares):
        super().__init__(name, Wallet(name))
        self.shares = shares

    def takeStep(self, state):
        income = self.wallet.balance("OCEAN")
        for name, share in self.shares.items():
            self.wallet.transfer(state.getAgent(name).wallet, "OCEAN", income * int(share * 100) // 100)
        self.wallet.withdraw("OCEAN", self.wallet.balance("OCEAN"))


class Lottery(AgentBase):
    """Founds a club."""

    def __init__(self, name, wallet):
        super().__init__(name, wallet)
        self.clubs = []

    def takeStep(self, state):
        if state.tick == 1:
            self.clubs.append(Researcher("club", state.getAgent("market")))
            self.wallet.transfer(self.clubs[0].wallet, "USD", tokens(3))
            self.wallet.transfer(self.clubs[0].wallet, "OCEAN", tokens(9))
            self.wallet.transfer(self.wallet, "USD", 1)
            state.addAgent(self.clubs[0])


class SimState(SimStateBase):
    def __init__(self, ss):
        super().__init__(ss)
        names = [f"researcher{n}" for n in range(ss.n_researchers)]
        self.addAgent(Fund("fund", Wallet("fund", OCEAN=tokens(1_000_000)), names))
        market = Market("market", {"fund": 0.25, "lottery": 0.5})
        for name in names:
            self.addAgent(Researcher(name, market))
        self.addAgent(market)
        self.addAgent(Lottery("lottery", Wallet("lottery", USD=tokens(5), OCEAN=tokens(10))))


class KPIs(KPIsBase):
    pass


def netlist_createLogData(state):
    return LogRow()


def netlist_plotInstructions(header, values):
    return PlotInstructions("Day", values[:, 0], [])
'''


def look(path: Path, config: Config, n_ticks: int | None = None, **values: str) -> Schematic:
    netlist = load_netlist(path)
    return build_schematic(netlist, netlist.strategy(values), config, n_ticks)


def economy(folder: Path, config: Config, n_ticks: int | None = None, **values: str) -> Schematic:
    path = folder / "economy.py"
    path.write_text(ECONOMY, encoding="utf-8")
    return look(path, config, n_ticks, **values)


def wires(schematic: Schematic) -> set[tuple[str, str, tuple[str, ...]]]:
    """Who holds whom, by the names in the drawing."""
    names = {node.key: node.name for node in schematic.nodes}
    return {(names[edge.tail], names[edge.head], edge.names) for edge in schematic.edges if edge.names}


def paid(schematic: Schematic) -> dict[tuple[str, str], list[tuple[str, int]]]:
    """What was paid, by the names in the drawing."""
    names = {node.key: node.name for node in schematic.nodes} | {OUTSIDE: OUTSIDE}
    return {
        (names[edge.tail], names[edge.head]): [(str(payment.total), payment.n) for payment in edge.paid]
        for edge in schematic.edges
        if edge.paid
    }


def flows(schematic: Schematic) -> Counter[tuple[str, str]]:
    """What came in less what went out, in base units, by node and symbol; zeros left out."""
    net: Counter[tuple[str, str]] = Counter()
    for edge in schematic.edges:
        for payment in edge.paid:
            net[edge.head, payment.total.symbol] += payment.total.amount
            net[edge.tail, payment.total.symbol] -= payment.total.amount
    return Counter({place: amount for place, amount in net.items() if amount and place[0] != OUTSIDE})


def holdings(schematic: Schematic) -> Counter[tuple[str, str]]:
    return Counter({(node.key, held.symbol): held.amount for node in schematic.nodes for held in node.holds})


def test_simplegrant_is_two_agents_and_a_wire(config: Config) -> None:
    schematic = look(GRANT, config)

    assert [(node.name, node.kind, list(map(str, node.holds))) for node in schematic.nodes] == [
        ("granter1", "GrantGivingAgent", ["1 OCEAN"]),
        ("taker1", "GrantTakingAgent", []),
    ]
    assert wires(schematic) == {("granter1", "taker1", ("receiver",))}
    assert paid(schematic) == {}
    assert (schematic.name, schematic.n_ticks) == ("simplegrant", None)
    assert schematic.question.startswith("How does a grant")


def test_four_grants_of_a_quarter_are_one_ocean_in_four_payments(config: Config) -> None:
    schematic = look(GRANT, config, 240)

    assert paid(schematic) == {("granter1", "taker1"): [("1 OCEAN", 4)], ("taker1", OUTSIDE): [("1 OCEAN", 4)]}


def test_a_run_is_seen_up_to_its_ticks_and_no_further(config: Config) -> None:
    assert paid(look(GRANT, config, 73))["granter1", "taker1"] == [("0.5 OCEAN", 2)]
    assert paid(look(GRANT, config, 0)) == {}
    with pytest.raises(StrategyError, match="--run 240, or add --set max_ticks=241"):
        look(GRANT, config, 241)


def test_simplepool_begins_with_a_publisher_and_its_protocol(config: Config) -> None:
    schematic = look(POOL, config)

    assert {(node.name, node.role) for node in schematic.nodes} == {
        ("pub1", "agent"),
        ("OCEAN", "contract"),
        ("DTFactory", "contract"),
        ("BFactory", "contract"),
    }
    assert wires(schematic) == {
        ("pub1", "OCEAN", ("ocean",)),
        ("pub1", "DTFactory", ("datatokens",)),
        ("pub1", "BFactory", ("pools",)),
    }
    assert schematic.unconnected == ("DataTokenTemplate", "BPool")


def test_simplepool_shows_the_pools_that_are_opened_and_what_is_staked_there(config: Config) -> None:
    schematic = look(POOL, config, 300)

    # An agent stands for the contract of its name, so the pool is one node.
    assert Counter(node.name for node in schematic.nodes)["pool0"] == 1
    assert ("pub1", "pool0", ("own_pools",)) in wires(schematic)
    assert ("pool0", "DT0", ("datatoken",)) in wires(schematic)
    assert ("pool0", "pub1", ("controller", "publisher")) in wires(schematic)
    sums = paid(schematic)
    assert sums[OUTSIDE, "pub1"] == [("1,000 DT0", 1)]
    assert sums["pub1", "pool0"][:2] == [("20 DT0", 1), ("9,999 OCEAN", 1)]
    # Balancer's pool leaves its symbol empty, because it is a clone.
    assert sums[OUTSIDE, "pool0"] == [("100 pool0 tokens", 1)]
    # The exits of ticks 167 and 239 (tests/data/golden/simplepool.csv).
    ocean_back = dict((text.split()[1], (text.split()[0], n)) for text, n in sums["pool0", "pub1"])["OCEAN"]
    assert ocean_back == ("2,599", 2)


@pytest.mark.parametrize(("path", "n_ticks"), [(GRANT, 100), (POOL, 400)])
def test_what_was_held_and_what_the_edges_carry_is_what_is_held(path: Path, n_ticks: int, config: Config) -> None:
    before, after = look(path, config), look(path, config, n_ticks)

    expected = holdings(before)
    expected.update(flows(after))
    assert {place: amount for place, amount in expected.items() if amount} == holdings(after)


def test_the_documents_savers_share_a_vault(config: Config, tmp_path: Path) -> None:
    for name, content in BLOCK.findall((PROJECT / "docs" / "agents.md").read_text()):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(content)

    schematic = look(tmp_path / "savings" / "netlist.py", config, 1)

    assert wires(schematic) == {
        (saver, contract, (contract.lower(),)) for saver in ("ada", "grace") for contract in ("Vault", "OCEAN")
    }
    assert paid(schematic) == {("ada", "Vault"): [("100 OCEAN", 1)], ("grace", "Vault"): [("100 OCEAN", 1)]}
    assert {node.name: list(map(str, node.holds)) for node in schematic.nodes}["Vault"] == ["200 OCEAN"]


def test_names_dicts_and_objects_are_wires_and_loops_are_closed(config: Config, tmp_path: Path) -> None:
    schematic = economy(tmp_path, config)

    researchers = [f"researcher{n}" for n in range(3)]
    assert wires(schematic) == {
        *(("fund", name, ("researchers",)) for name in researchers),
        *((name, "market", ("market",)) for name in researchers),
        ("market", "fund", ("shares 0.25",)),
        ("market", "lottery", ("shares 0.5",)),
    }
    assert schematic.question == "Does the money come back?"


def test_an_agent_that_joins_is_drawn_with_what_it_was_paid_before(config: Config, tmp_path: Path) -> None:
    schematic = economy(tmp_path, config, 3)

    sums = paid(schematic)
    assert sums["lottery", "club"] == [("3 USD", 1), ("9 OCEAN", 1)]
    assert sums["lottery", "lottery"] == [("1e-18 USD", 1)]
    assert sums["club", "market"] == [("1 OCEAN", 1)]
    assert ("lottery", "club", ("clubs",)) in wires(schematic)
    before = holdings(economy(tmp_path, config))
    before.update(flows(schematic))
    assert {place: amount for place, amount in before.items() if amount} == holdings(schematic)


def test_a_hundred_of_a_kind_are_one_node_and_nothing_is_lost(config: Config, tmp_path: Path) -> None:
    whole = economy(tmp_path, config, 5, n_researchers="100")

    schematic = grouped(whole, most=6)

    assert [node.name for node in schematic.nodes] == ["fund", "Researcher × 101", "market", "lottery"]
    crowd = schematic.nodes[1]
    assert (len(crowd.members), crowd.members[0], crowd.members[-1]) == (101, "researcher0", "club")
    assert paid(schematic)["fund", crowd.name] == [("1,000 OCEAN", 500)]
    assert paid(schematic)[crowd.name, "market"] == [("503 OCEAN", 503)]
    assert sum(holdings(whole).values()) == sum(holdings(schematic).values())
    assert len(schematic.edges) == len({(edge.tail, edge.head) for edge in schematic.edges}) == 7


def test_a_group_of_as_many_as_may_be_stays_apart() -> None:
    nodes = tuple(Node(f"agent {n}", str(n), "agent", "Saver") for n in range(3))
    schematic = Schematic("n", "", nodes, (Edge("agent 0", "agent 1", paid=(Payment(Sum("USD", tokens(1)), 1),)),))

    assert grouped(schematic, most=3) == schematic
    assert [(edge.tail, edge.head) for edge in grouped(schematic, most=2).edges] == [("all Saver (agent)",) * 2]


def test_parameters_that_were_set_are_marked(config: Config) -> None:
    schematic = look(GRANT, config, granter_n_actions="8", granter_init_OCEAN="1")

    shown = {parameter.name: (parameter.value, parameter.is_changed) for parameter in schematic.parameters}
    assert shown["granter_n_actions"] == ("8", True)
    assert shown["granter_init_OCEAN"] == ("1 OCEAN", False)


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (tokens("0.25"), "0.25"),
        (tokens(1), "1"),
        (tokens("1234.5"), "1,234"),
        (tokens(10**12), "1,000,000,000,000"),
        (0, "0"),
        (1, "1e-18"),
    ],
)
def test_a_sum_is_written_as_one_reads_it(amount: int, text: str) -> None:
    assert str(Sum("USD", amount)) == f"{text} USD"
    assert str(Sum("USDC", amount // 10**12, 6)) == f"{'0' if amount == 1 else text} USDC"
