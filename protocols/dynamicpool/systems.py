"""A scenario's pool with its runner, open for trade, off the chain or on one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias, final

import numpy as np

from tokenspice.engine.units import DECIMALS, Amount, Floats, Seconds
from tokenspice.engine.wallet import Wallet, WalletBase
from tokenspice.markets.errors import StrategyConfigError
from tokenspice.markets.pools.frictions import Changes
from tokenspice.markets.pools.weighted import WeightedPool
from tokenspice.markets.scenario import Scenario
from tokenspice.protocols.dynamicpool.contracts import deploy_pool, deploy_runner
from tokenspice.protocols.dynamicpool.evm_pool import EvmPool, EvmRunner
from tokenspice.protocols.dynamicpool.fixed_point import ONE, eighteen
from tokenspice.protocols.dynamicpool.float_pool import FloatPool, FloatRunner
from tokenspice.protocols.dynamicpool.rule_numbers import rule_state
from tokenspice.protocols.dynamicpool.terms import contract_terms
from tokenspice.protocols.dynamicpool.venue import DynamicPool, WeightRunner
from tokenspice.web3engine.chain import Chain

__all__ = ["Bank", "PoolSystem", "open_evm", "open_float"]

UNIT = 10**DECIMALS
PROVIDER = "provider"


# Makes a wallet of some name, with funds in base units by symbol.
Bank: TypeAlias = Callable[..., WalletBase]


@final
@dataclass(frozen=True)
class PoolSystem:
    """A pool, and those around it.

    Attributes:
        runner: of its weights; None if they do not move.
        provider: who opened it, and has all its shares.
        bank: makes wallets of the same kind.
    """

    pool: DynamicPool
    runner: WeightRunner | None
    provider: WalletBase
    bank: Bank


def open_float(
    scenario: Scenario,
    seen: Floats,
    clock: Callable[[], Seconds],
    pokes: bool = True,
    staleness: Seconds | None = None,
) -> PoolSystem:
    """A pool in floats.

    Args:
        scenario: of a weighted pool; value, fee, protocol's share and strategy are taken from it.
        seen: [c, n] prices of chunks up to the start, dollars.
        clock: returns the time, seconds.
        pokes: whether weights move only when someone pokes, as the step of `markets` has it.
        staleness: seconds; older prices are not taken.
    """
    weights = start_weights(scenario)
    fee, share = first_fee(scenario), scenario.frictions.protocol_share
    pool = FloatPool(scenario.tokens, weights, fee, clock, share, pokes)
    provider = Wallet(PROVIDER, **first_reserves(scenario, weights, seen[-1]))
    pool.open(provider, [provider.balance(symbol) for symbol in pool.symbols])
    runner = FloatRunner(pool, scenario.strategy, seen, clock, staleness) if scenario.strategy else None
    return PoolSystem(pool, runner, provider, Wallet)


def open_evm(
    chain: Chain,
    scenario: Scenario,
    seen: Floats,
    pokes: bool = True,
    as_contracts: bool = False,
    most_traded: int = ONE,
    staleness: Seconds | None = None,
) -> PoolSystem:
    """A pool in contracts, which the faucet owns. Arguments are as of `open_float`, and of `contract_terms`.

    Args:
        most_traded: of a reserve, what one trade may move, 18 decimals.

    Raises:
        StrategyConfigError: the contracts do not have the strategy.
    """
    owner, weights = chain.faucet, start_weights(scenario)
    tokens = [chain.tokens.get(symbol) or chain.deploy_token(symbol, 10**15 * UNIT) for symbol in scenario.tokens]
    numbers = [eighteen(float(weight)) for weight in weights]
    share = eighteen(scenario.frictions.protocol_share)
    contract = deploy_pool(chain, owner, tokens, numbers, eighteen(first_fee(scenario)), share, most_traded, pokes)
    pool = EvmPool(tokens, contract, owner)
    provider = chain.wallet(PROVIDER, **first_reserves(scenario, weights, seen[-1]))
    pool.open(provider, [provider.balance(symbol) for symbol in pool.symbols])
    runner = None
    if scenario.strategy is not None:
        terms = contract_terms(scenario, as_contracts, staleness)
        contracts = deploy_runner(chain, owner, contract, terms, rule_state(scenario.strategy, seen))
        runner = EvmRunner(contracts, owner, chain.wallet("runner"))
        runner.post(seen[-1])
    return PoolSystem(pool, runner, provider, chain.wallet)


def start_weights(scenario: Scenario) -> Floats:
    """[n] before any update."""
    if not isinstance(scenario.pool, WeightedPool):
        raise StrategyConfigError(
            f"Agents trade with weighted pools; this scenario has a {type(scenario.pool).__name__}. Give a WeightedPool."
        )
    if scenario.strategy is not None:
        return scenario.strategy.first_weights(len(scenario.tokens))
    return scenario.pool.weights


def first_fee(scenario: Scenario) -> float:
    """The fee in the first minute."""
    fee = scenario.frictions.fee
    return float(fee.per_minute(1)[0]) if isinstance(fee, Changes) else float(fee)


def first_reserves(scenario: Scenario, weights: Floats, prices: Floats) -> dict[str, Amount]:
    """What the provider puts in, so that the pool begins at market prices."""
    amounts = np.asarray(weights * scenario.value_USD / prices)
    return {symbol: eighteen(float(amount)) for symbol, amount in zip(scenario.tokens, amounts, strict=True)}
