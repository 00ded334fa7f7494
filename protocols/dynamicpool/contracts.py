"""The contracts of contracts/dynamicpool on a chain."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, final

from tokenspice.protocols.dynamicpool.fixed_point import ONE
from tokenspice.protocols.dynamicpool.rules import RuleKind, RuleState, RuleTerms
from tokenspice.protocols.dynamicpool.terms import ContractTerms, RunnerTerms
from tokenspice.web3engine.chain import Chain
from tokenspice.web3engine.contract import Contract
from tokenspice.web3engine.token import Token
from tokenspice.web3engine.wallet import EvmWallet

__all__ = ["PoolContracts", "deploy_pool", "deploy_rule", "deploy_runner"]


@final
@dataclass(frozen=True)
class PoolContracts:
    """A pool with its runner, wired.

    Attributes:
        kind: of rule.
        feeds: [n] to which the owner posts prices.
    """

    kind: RuleKind
    pool: Contract
    rule: Contract
    runner: Contract
    feeds: tuple[Contract, ...]


def deploy_pool(
    chain: Chain,
    owner: EvmWallet,
    tokens: Sequence[Token],
    weights: Sequence[int],
    fee: int,
    protocol_share: int = 0,
    most_traded: int = ONE,
    pokes: bool = False,
) -> Contract:
    """Deploy an empty pool, which `owner` governs. Numbers have 18 decimals.

    Args:
        chain: where.
        owner: may set the fee and the runner, and collects the protocol's share.
        tokens: two to eight.
        weights: at the start.
        fee: of what is paid in.
        protocol_share: of the fees.
        most_traded: of a reserve, what one trade may move; Balancer's pools have 30 %.
        pokes: whether weights move only when someone pokes.
    """
    addresses = [token.contract.address for token in tokens]
    return chain.deploy(
        "dynamicpool/DynamicPool",
        addresses,
        list(weights),
        fee,
        protocol_share,
        most_traded,
        pokes,
        sender=owner,
        label="pool",
    )


def deploy_rule(chain: Chain, owner: EvmWallet, terms: RuleTerms, state: RuleState) -> Contract:
    """Deploy a rule that remembers `state`. Only the runner that `owner` sets may show it prices."""
    remembered = [list(values) for values in (state.averages, state.sums, state.others)]
    if terms.kind == "MinVariance":
        arguments: list[Any] = [list(terms.decay), list(terms.blend), remembered[0], remembered[2], remembered[1]]
        return chain.deploy("dynamicpool/MinVarianceRule", *arguments, state.has_return, sender=owner, label="rule")
    if terms.kind == "DifferenceMomentum":
        arguments = [list(values) for values in (terms.decay, terms.average_decay, terms.gains)]
        arguments += [remembered[0], remembered[2]]
        return chain.deploy("dynamicpool/DifferenceMomentumRule", *arguments, sender=owner, label="rule")
    if terms.kind == "TripleThreat":
        decays = [*terms.decay, *terms.trend_decay, *terms.envelope_decay]
        arguments = [decays, list(terms.average_decay), list(terms.gains), *remembered, shape_of(terms)]
        return chain.deploy("dynamicpool/TripleThreatRule", *arguments, sender=owner, label="rule")
    shared = (
        list(terms.decay),
        list(terms.gains),
        list(terms.average_decay),
        terms.raw_price,
        terms.previous_average,
    )
    arguments = [shared, *remembered]
    if terms.kind == "PowerChannel":
        arguments += [list(terms.exponent), list(terms.scale)]
    if terms.kind == "MeanReversionChannel":
        arguments.append(shape_of(terms))
    return chain.deploy(f"dynamicpool/{terms.kind}Rule", *arguments, sender=owner, label="rule")


def shape_of(terms: RuleTerms) -> tuple[list[int], ...]:
    """A channel's numbers in the order of the contract's struct."""
    shape = (terms.width, terms.amplitude, terms.exponent, terms.scale, terms.peak)
    return tuple(list(values) for values in shape)


def deploy_runner(
    chain: Chain, owner: EvmWallet, pool: Contract, terms: ContractTerms, state: RuleState, n_backups: int = 0
) -> PoolContracts:
    """Deploy a rule, its feeds and a runner for a pool that `owner` owns, and wire them. The first update is due after
    one interval from here.

    Args:
        chain: where.
        owner: of the pool; posts prices.
        pool: whose weights move.
        terms: of rule and runner.
        state: that the rule remembers.
        n_backups: feeds of each token that are asked if the first is stale.
    """
    n = len(terms.tokens)
    rule = deploy_rule(chain, owner, terms.rule, state)
    feeds = [
        [chain.deploy("dynamicpool/PostedPrice", sender=owner, label=f"{symbol} feed") for _ in range(1 + n_backups)]
        for symbol in terms.tokens
    ]
    runner = chain.deploy("dynamicpool/UpdateRunner", sender=owner, label="runner")
    addresses = [[feed.address for feed in row] for row in feeds]
    for call in (
        rule.setRunner(runner.address),
        pool.setRunner(runner.address),
        runner.register(pool.address, rule.address, addresses, settings(terms.runner)),
    ):
        owner.send(call)
    return PoolContracts(
        terms.rule.kind, pool, rule, runner, tuple(row[k] for k in range(1 + n_backups) for row in feeds[:n])
    )


def settings(terms: RunnerTerms) -> tuple[int | bool, ...]:
    """Terms in the order of the contract's struct."""
    return (
        terms.interval,
        terms.moving,
        terms.staleness,
        terms.floor,
        terms.most_change,
        terms.undercut,
        terms.rest_to_first,
        terms.continues,
    )
