"""Read a run fingerprint of quantammsim, and its parameters, as a scenario.

What a scenario has no word for is returned by name, so that nothing is dropped in silence.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, final

import numpy as np

from tokenspice.engine.units import Floats
from tokenspice.markets.errors import StrategyConfigError
from tokenspice.markets.pools.cow import CowPool
from tokenspice.markets.pools.eclp import EclpPool
from tokenspice.markets.pools.frictions import Frictions
from tokenspice.markets.pools.hodl import HodlPool
from tokenspice.markets.pools.interpolation import Interpolation
from tokenspice.markets.pools.reclamm import ReclammPool
from tokenspice.markets.pools.step import Pool
from tokenspice.markets.pools.weighted import WeightedPool
from tokenspice.markets.scenario import Scenario
from tokenspice.markets.strategies.guard import GuardRails
from tokenspice.markets.strategies.memory import inverse_squareplus, logistic, memory_of_decay, squareplus
from tokenspice.markets.strategies.rules import (
    DifferenceMomentum,
    Ensemble,
    MeanReversionChannel,
    MinVariance,
    Momentum,
    PowerChannel,
    Rule,
    TripleThreat,
    Vector,
)
from tokenspice.markets.strategies.strategy import Strategy

__all__ = ["DEFAULTS", "FingerprintScenario", "from_fingerprint", "rule_from_parameters"]

# The keys that are taken over, and their values where a fingerprint leaves them away.
DEFAULTS: Mapping[str, Any] = {
    "tokens": ["BTC", "ETH", "USDC"],
    "numeraire": None,
    "startDateString": "2023-01-01 00:00:00",
    "endDateString": "2023-06-01 00:00:00",
    "endTestDateString": None,
    "initial_pool_value": 1_000_000.0,
    "rule": "mean_reversion_channel",
    "chunk_period": 1440,
    "weight_interpolation_period": 1440,
    "weight_interpolation_method": "linear",
    "maximum_change": 3e-4,
    "minimum_weight": None,
    "use_alt_lamb": False,
    "use_pre_exp_scaling": True,
    "learnable_bounds_settings": {},
    "initial_memory_length": 10.0,
    "initial_memory_length_delta": 0.0,
    "initial_k_per_day": 20.0,
    "initial_weights_logits": 1.0,
    "initial_log_amplitude": 0.0,
    "initial_raw_width": 0.0,
    "initial_raw_exponents": 0.0,
    "initial_pre_exp_scaling": 0.5,
    "fees": 0.0,
    "gas_cost": 0.0,
    "arb_fees": 0.0,
    "do_arb": True,
    "arb_frequency": 1,
    "arb_quality": 1.0,
    "noise_trader_ratio": 0.0,
    "protocol_fee_split": 0.0,
    "reclamm_interpolation_method": "geometric",
    "reclamm_arc_length_speed": None,
    "reclamm_centeredness_scaling": False,
    "initial_price_ratio": 4.0,
    "initial_centeredness_margin": 0.2,
    "initial_daily_price_shift_base": 1 - 1 / 124_000,
}

# Keys that change nothing about what is simulated: how it is computed, how it is trained, or what is implied elsewhere.
WITHOUT_EFFECT = (
    *("freq", "subsidary_pools", "bout_offset", "weight_calculation_method", "ste_max_change", "ste_min_max_weight"),
    *("n_ensemble_members", "ensemble_init_method", "ensemble_init_scale", "ensemble_init_seed", "turnover_penalty"),
    *("do_trades", "return_val", "use_fused_reserves", "checkpoint_fused", "optimisation_settings"),
    *("reclamm_learn_arc_length_speed", "reclamm_use_shift_exponent", "reclamm_learn_fees"),
)

HOOKS = ("lvr", "rvr", "bounded", "ensemble")
POOLS = ("balancer", "hodl", "cow", "gyroscope", "reclamm")


@final
@dataclass(frozen=True)
class FingerprintScenario:
    """A fingerprint, read.

    Attributes:
        scenario: of the training window.
        end_test: the end of the test window, which begins where the scenario ends; empty if there is none.
        not_taken: keys of the fingerprint and of the parameters that a scenario has no word for.
    """

    scenario: Scenario
    end_test: str
    not_taken: tuple[str, ...]


class Reader:
    """Values by key, with defaults; remembers which keys were asked for."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.values = values
        self.asked: set[str] = set()

    def get(self, key: str) -> Any:
        """A value; None if it is neither there nor has a default."""
        self.asked.add(key)
        return self.values.get(key, DEFAULTS.get(key))

    def first(self, *ways: tuple[str, Callable[[Floats], Floats]]) -> Floats | None:
        """The value of the first key that is there, mapped."""
        for key, mapped in ways:
            if key in self.values:
                self.asked.add(key)
                return mapped(np.asarray(self.values[key], dtype=float))
        return None

    def unused(self) -> list[str]:
        """The keys that nobody asked for."""
        return sorted(set(self.values) - self.asked - set(WITHOUT_EFFECT))


def from_fingerprint(
    fingerprint: Mapping[str, Any], parameters: Mapping[str, Any] | None = None
) -> FingerprintScenario:
    """Read a fingerprint.

    Args:
        fingerprint: nested, as quantammsim has it; keys left away have its defaults. It is not changed.
        parameters: as a run was given them; None for the fingerprint's initial values.

    Raises:
        StrategyConfigError: an unknown rule, or a value that cannot be used.
    """
    reader, given = Reader(fingerprint), Reader(parameters or {})
    tokens = ordered(reader)
    hooks, kind = parts(str(reader.get("rule")))
    weights = first_weights(reader, given, len(tokens))
    strategy = None if kind in POOLS else strategy_of(reader, given, kind, hooks, weights)
    scenario = Scenario(
        tokens,
        str(reader.get("startDateString")),
        str(reader.get("endDateString")),
        pool_of(reader, given, kind, weights),
        strategy,
        None,
        frictions_of(reader),
        float(reader.get("initial_pool_value")),
        "rebalancing" if {"lvr", "rvr"} & set(hooks) else "",
    )
    end_test = str(reader.get("endTestDateString") or "")
    # Spreads come from candles, which no fingerprint has.
    spreads = ("the spreads of rvr",) if "rvr" in hooks else ()
    unused = *reader.unused(), *(f"parameter {key}" for key in given.unused()), *spreads
    return FingerprintScenario(scenario, end_test, unused)


def ordered(reader: Reader) -> tuple[str, ...]:
    """Tokens from a to z; the numeraire, if there is one, last."""
    tokens, numeraire = sorted(reader.get("tokens")), reader.get("numeraire")
    if numeraire is not None and numeraire not in tokens:
        raise StrategyConfigError(f"The numeraire {numeraire} is not among the tokens {', '.join(tokens)}.")
    return tuple(sorted(tokens, key=lambda token: (token == numeraire, token)))


def parts(rule: str) -> tuple[tuple[str, ...], str]:
    """A rule's hooks, and its kind."""
    *hooks, kind = rule.split("__")
    unknown = [hook for hook in hooks if hook not in HOOKS]
    if unknown:
        raise StrategyConfigError(f'The rule "{rule}" has the hook {unknown[0]}. There are {", ".join(HOOKS)}.')
    return tuple(hooks), kind


def first_weights(reader: Reader, given: Reader, n_tokens: int) -> tuple[float, ...]:
    """Weights at the start."""
    weights = given.first(("initial_weights", np.asarray), ("initial_weights_logits", softmax))
    if weights is None:
        weights = softmax(np.broadcast_to(np.asarray(reader.get("initial_weights_logits"), dtype=float), (n_tokens,)))
    reader.asked.add("initial_weights_logits")
    return tuple(np.broadcast_to(weights, (n_tokens,)).tolist())


def softmax(logits: Floats) -> Floats:
    """[n] weights in proportion to the exponentials."""
    raised = np.exp(logits - logits.max())
    return np.asarray(raised / raised.sum())


def pool_of(reader: Reader, given: Reader, kind: str, weights: tuple[float, ...]) -> Pool:
    """The pool of a rule."""
    if kind == "hodl":
        return HodlPool(weights)
    if kind == "cow":
        return CowPool(weights[0], float(reader.get("arb_quality")))
    if kind == "gyroscope":
        shape = [given.first((key, np.asarray)) for key in ("alpha", "beta", "lam", "phi")]
        if any(value is None for value in shape):
            raise StrategyConfigError("gyroscope: write the parameters alpha, beta, lam and phi.")
        return EclpPool(*(float(np.squeeze(value)) for value in shape if value is not None))
    if kind == "reclamm":
        return reclamm_of(reader, given)
    return WeightedPool(weights, moves=kind not in POOLS)


def reclamm_of(reader: Reader, given: Reader) -> ReclammPool:
    """The pool of the rule reclamm."""

    def number(key: str, default: str) -> float:
        value = given.first((key, np.asarray))
        reader.asked.add(default)
        return float(np.squeeze(value)) if value is not None else float(reader.get(default))

    speed = given.first(("arc_length_speed", np.asarray))
    configured = reader.get("reclamm_arc_length_speed")
    shift = given.first(("shift_exponent", lambda e: 1 - e / 124_649))
    return ReclammPool(
        number("price_ratio", "initial_price_ratio"),
        number("centeredness_margin", "initial_centeredness_margin"),
        float(np.squeeze(shift))
        if shift is not None
        else number("daily_price_shift_base", "initial_daily_price_shift_base"),
        "geometric" if reader.get("reclamm_interpolation_method") == "geometric" else "arc",
        float(np.squeeze(speed)) if speed is not None else configured,
        bool(reader.get("reclamm_centeredness_scaling")),
        60.0 * int(reader.get("arb_frequency")),
    )


def frictions_of(reader: Reader) -> Frictions:
    """The costs."""
    return Frictions(
        fee=float(reader.get("fees")),
        gas_USD=float(reader.get("gas_cost")),
        outside_fee=float(reader.get("arb_fees")),
        noise_ratio=float(reader.get("noise_trader_ratio")),
        protocol_share=float(reader.get("protocol_fee_split")),
        arbitrage=bool(reader.get("do_arb")),
        every_minutes=int(reader.get("arb_frequency")),
    )


def strategy_of(
    reader: Reader, given: Reader, kind: str, hooks: tuple[str, ...], weights: tuple[float, ...]
) -> Strategy:
    """The strategy of a rule."""
    way = reader.get("weight_interpolation_method")
    ways = {"linear": Interpolation.linear, "approx_optimal": Interpolation.approx_optimal_lagged}
    if way not in ways:
        raise StrategyConfigError(f'weight_interpolation_method is "{way}". Write {" or ".join(ways)}.')
    minimum = reader.get("minimum_weight")
    bounds = (reader.get("learnable_bounds_settings") or {}) if "bounded" in hooks else {}
    guard = GuardRails(
        None if minimum is None else float(minimum),
        float(reader.get("maximum_change")),
        tuple(bounds.get("min_weights_per_asset") or ()),
        tuple(bounds.get("max_weights_per_asset") or ()),
    )
    chunk = int(reader.get("chunk_period"))
    rule = rule_from_parameters(reader, given, kind, chunk)
    return Strategy(rule, guard, chunk, int(reader.get("weight_interpolation_period")), ways[way], weights)


def rule_from_parameters(reader: Reader, given: Reader, kind: str, chunk: int) -> Rule:
    """A rule with the effective values of quantammsim's parameters; several, if they have a leading axis."""
    if kind not in BUILDERS:
        raise StrategyConfigError(f'There is no rule "{kind}". There are {", ".join((*POOLS, *BUILDERS))}.')
    members = member_parameters(given, kind)
    rules = []
    for member in members:
        rules.append(BUILDERS[kind](reader, member, chunk))
        given.asked |= member.asked
    return rules[0] if len(rules) == 1 else Ensemble(tuple(rules))


def member_parameters(given: Reader, kind: str) -> list[Reader]:
    """The parameters of each member of an ensemble; of most runs, one."""
    if kind == "triple_threat_mean_reversion_channel":
        return [given]
    sizes = {len(v) for v in given.values.values() if np.ndim(v) == 2}
    if not sizes:
        return [given]
    if len(sizes) > 1:
        raise StrategyConfigError(f"The parameters have leading axes of {sorted(sizes)}. Write one number of members.")
    return [Reader({k: v[i] if np.ndim(v) == 2 else v for k, v in given.values.items()}) for i in range(sizes.pop())]


def vector(values: Floats) -> Vector:
    """A parameter as a rule has it."""
    return float(values) if np.ndim(values) == 0 else tuple(np.asarray(values, dtype=float).tolist())


def memory(reader: Reader, given: Reader, chunk: int, key: str = "logit_lamb") -> Floats:
    """Days of memory of a logit of λ."""
    days = given.first((key, lambda x: memory_of_decay(logistic(x), chunk)), ("memory_days_1", np.asarray))
    return np.asarray(reader.get("initial_memory_length"), dtype=float) if days is None else days


def average_memory(reader: Reader, given: Reader, chunk: int) -> Vector | None:
    """Days of memory of the average, where that is another one."""
    if not reader.get("use_alt_lamb"):
        return None
    logit, delta = given.first(("logit_lamb", np.asarray)), given.first(("logit_delta_lamb", np.asarray))
    if logit is None or delta is None:
        return vector(memory(reader, given, chunk) + float(reader.get("initial_memory_length_delta")))
    return vector(memory_of_decay(logistic(logit + delta), chunk))


def gain(reader: Reader, given: Reader, days: Floats) -> Vector:
    """Gain per day of memory."""
    found = given.first(
        ("log_k", np.exp2), ("k", np.asarray), ("sp_k", squareplus), ("absolute_k", lambda k: k / np.minimum(days, 365))
    )
    return vector(np.asarray(reader.get("initial_k_per_day"), dtype=float) if found is None else found)


def exponent(reader: Reader, given: Reader, least: float = 1.0) -> Vector:
    """The power of a trend."""
    found = given.first(("sp_exponents", squareplus), ("raw_exponents", squareplus))
    return vector(np.maximum(squareplus(reader.get("initial_raw_exponents")) if found is None else found, least))


def scale(reader: Reader, given: Reader) -> Vector:
    """Half the gradient whose trend is 1."""
    if not reader.get("use_pre_exp_scaling"):
        return 0.5
    found = given.first(
        ("sp_pre_exp_scaling", squareplus), ("raw_pre_exp_scaling", np.exp2), ("logit_pre_exp_scaling", logistic)
    )
    default = squareplus(inverse_squareplus(reader.get("initial_pre_exp_scaling")))
    return vector(default if found is None else found)


def channel_shape(reader: Reader, given: Reader, least: float = 1.0) -> tuple[Vector, Vector, Vector, Vector]:
    """Width, amplitude per day, exponent, scale."""
    width = given.first(("sp_width", squareplus), ("raw_width", np.exp2))
    amplitude = given.first(("sp_amplitude", squareplus), ("log_amplitude", np.exp2))
    return (
        vector(np.exp2(reader.get("initial_raw_width")) if width is None else width),
        vector(np.exp2(reader.get("initial_log_amplitude")) if amplitude is None else amplitude),
        exponent(reader, given, least),
        scale(reader, given),
    )


def momentum(reader: Reader, given: Reader, chunk: int) -> Rule:
    days = memory(reader, given, chunk)
    return Momentum(vector(days), gain(reader, given, days), average_memory(reader, given, chunk))


def anti_momentum(reader: Reader, given: Reader, chunk: int) -> Rule:
    days = memory(reader, given, chunk)
    against = vector(-np.asarray(gain(reader, given, days)))
    return Momentum(vector(days), against, average_memory(reader, given, chunk))


def power_channel(reader: Reader, given: Reader, chunk: int) -> Rule:
    days = memory(reader, given, chunk)
    shape = exponent(reader, given), scale(reader, given)
    return PowerChannel(vector(days), gain(reader, given, days), *shape, average_memory(reader, given, chunk))


def mean_reversion(reader: Reader, given: Reader, chunk: int) -> Rule:
    days = memory(reader, given, chunk)
    shape = channel_shape(reader, given)
    return MeanReversionChannel(vector(days), gain(reader, given, days), *shape, average_memory(reader, given, chunk))


def triple_threat(reader: Reader, given: Reader, chunk: int) -> Rule:
    days = memory(reader, given, chunk)
    wave, trend, envelope = (vector(row) for row in (days if np.ndim(days) else np.repeat(days, 3)))
    shared = memory(reader, given, chunk, "logit_lamb_for_ewma")
    gains, shape = gain(reader, given, shared), channel_shape(reader, given, 0.0)
    return TripleThreat(wave, trend, envelope, vector(shared), gains, *shape)


def difference_momentum(reader: Reader, given: Reader, chunk: int) -> Rule:
    fast = memory(reader, given, chunk)
    slow = given.first(("memory_days_2", np.asarray))
    if slow is None:
        slow = fast + float(reader.get("initial_memory_length_delta"))
    return DifferenceMomentum(vector(fast), vector(slow), gain(reader, given, np.maximum(fast, slow)))


def min_variance(reader: Reader, given: Reader, chunk: int) -> Rule:
    days = memory(reader, given, chunk)
    slow = given.first(("memory_days_2", np.asarray))
    return MinVariance(vector(days), vector(days + reader.get("initial_memory_length_delta") if slow is None else slow))


BUILDERS: Mapping[str, Callable[[Reader, Reader, int], Rule]] = {
    "momentum": momentum,
    "anti_momentum": anti_momentum,
    "power_channel": power_channel,
    "mean_reversion_channel": mean_reversion,
    "triple_threat_mean_reversion_channel": triple_threat,
    "difference_momentum": difference_momentum,
    "min_variance": min_variance,
}
