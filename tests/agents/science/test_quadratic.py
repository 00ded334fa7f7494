"""The law of quadratic funding, and that the contract and its twin in Python follow it alike."""

from math import isqrt

from hypothesis import example, given, settings
from hypothesis import strategies as st

from tokenspice.agents.science.ledger import Ledger, open_ledger
from tokenspice.agents.science.quadratic import ContractFund, MatchingFund, PythonFund, matches
from tokenspice.engine.units import tokens
from tokenspice.engine.wallet import WalletBase
from tokenspice.web3engine.chain import Chain

UNLIMITED = 2**255

amounts = st.one_of(st.integers(0, 10), st.integers(0, tokens(10_000)))
gifts = st.dictionaries(st.sampled_from("abcdef"), amounts, max_size=6)
rounds = st.lists(gifts, min_size=1, max_size=5)


@given(rounds, st.integers(0, tokens(10**6)))
def test_matches_never_exceed_the_budget(contributions: list[dict[str, int]], budget: int) -> None:
    found = matches(contributions, budget)

    assert sum(found) <= budget and all(match >= 0 for match in found)


@given(st.sampled_from("abc"), amounts)
def test_one_contributor_gets_no_match(giver: str, amount: int) -> None:
    assert matches([{giver: amount}], UNLIMITED) == [0]


@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 10**12), max_size=6), st.integers(1, 1000))
def test_funding_is_homogeneous(roots: dict[str, int], factor: int) -> None:
    # Squares have exact roots, so nothing is rounded: λ² times the gifts make λ² times the match.
    def match(scale: int) -> int:
        return matches([{giver: (scale * root) ** 2 for giver, root in roots.items()}], UNLIMITED)[0]

    assert match(factor) == factor**2 * match(1)


@given(st.integers(2, 50), st.integers(10, 10**12), gifts)
def test_splitting_a_gift_over_identities_raises_the_match(n: int, root: int, others: dict[str, int]) -> None:
    # The known weakness: where identities cost nothing, a Sybil has many.
    gift = (n * root) ** 2
    honest = {**others, "z": gift}
    sybil = {**others, **{f"z{alias}": gift // n for alias in range(n)}}

    assert matches([sybil], UNLIMITED)[0] > matches([honest], UNLIMITED)[0]


@given(gifts)
def test_a_project_gets_the_square_of_the_sum_of_roots(given_: dict[str, int]) -> None:
    total = sum(given_.values()) + matches([given_], UNLIMITED)[0]

    assert total == max(sum(map(isqrt, given_.values())) ** 2, sum(given_.values()))


def fund(
    chain: Chain | None, pool: int, n_projects: int
) -> tuple[Ledger, MatchingFund, list[WalletBase], list[WalletBase]]:
    ledger = open_ledger(chain)
    payees = [ledger.wallet(f"project{number}") for number in range(n_projects)]
    givers = [ledger.wallet(name, tokens(10**6)) for name in "abcdef"]
    organiser = ledger.wallet("organiser", pool)
    made = ContractFund(chain, organiser, payees) if chain else PythonFund(organiser, payees)
    return ledger, made, givers, payees


@settings(max_examples=25, deadline=None)
@given(st.lists(rounds, min_size=1, max_size=3), st.integers(0, tokens(1000)), st.data())
def test_the_contract_and_its_twin_pay_the_same(
    in_process_chain: Chain, played: list[list[dict[str, int]]], pool: int, data: st.DataObject
) -> None:
    budgets = [data.draw(st.integers(0, 2 * pool)) for _ in played]
    outcomes = []
    for chain in (None, in_process_chain):
        if chain:
            with chain.anchor():
                outcomes.append(play(chain, played, pool, budgets))
        else:
            outcomes.append(play(None, played, pool, budgets))

    assert outcomes[0] == outcomes[1]


def play(chain: Chain | None, played: list[list[dict[str, int]]], pool: int, budgets: list[int]) -> list[object]:
    ledger, made, givers, payees = fund(chain, pool, n_projects=5)
    by_name = {giver.name: giver for giver in givers}
    seen: list[object] = []
    for contributions, budget in zip(played, budgets, strict=True):
        for project, given_ in enumerate(contributions):
            for giver, amount in given_.items():
                # In two payments, which are one contribution.
                for payment in (amount // 3, amount - amount // 3):
                    made.contribute(by_name[giver], project, payment)
        seen += [made.finalise(budget), made.pool, [wallet.balance("OCEAN") for wallet in (*payees, *givers)]]
    assert ledger.supply == 6 * tokens(10**6) + pool
    assert made.pool + sum(wallet.balance("OCEAN") for wallet in (*payees, *givers)) == ledger.supply
    return seen


@example(x=2)
@example(x=2**256 - 1)
@given(x=st.one_of(st.integers(0, 10**6), st.integers(0, 2**256 - 1)))
@settings(max_examples=200, deadline=None)
def test_the_contracts_root_is_the_integer_square_root(in_process_chain: Chain, x: int) -> None:
    with in_process_chain.anchor():
        ledger = open_ledger(in_process_chain)
        made = ContractFund(in_process_chain, ledger.wallet("organiser"), [])
        assert in_process_chain.read(made.contract.sqrt(x)) == isqrt(x)
