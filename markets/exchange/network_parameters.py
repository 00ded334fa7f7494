"""What holds for all markets and may change by vote: each parameter with its kind, range and default.

The defaults are those of the reference simulator's genesis. Names are the network's own, so that a proposal that was written
for it can be read. A value is kept as an integer: factors of 10⁻¹⁸, seconds, or counts.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from typing import final

from tokenspice.markets.errors import ExchangeError
from tokenspice.markets.exchange.numbers import to_units

__all__ = ["PARAMETERS", "NetworkParameter", "NetworkParameters", "ParameterKind", "seconds_in"]

DURATION = re.compile(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")


class ParameterKind(StrEnum):
    FACTOR = "a number"
    SECONDS = "a duration such as 5s, 2m or 1h30m"
    COUNT = "a whole number"


@final
@dataclass(frozen=True)
class NetworkParameter:
    """One parameter.

    Attributes:
        default, minimum, maximum: as text; an empty maximum is none.
    """

    name: str
    kind: ParameterKind
    default: str
    minimum: str = "0"
    maximum: str = ""

    @property
    def wanted(self) -> str:
        """What a value may be, in words."""
        return f"{self.kind} from {self.minimum}" + (f" to {self.maximum}" if self.maximum else "")

    def read(self, text: str) -> int | None:
        """Return the value that a text means; None where it means none, or one out of range."""
        value = self.parsed(text)
        if value is None or value < (self.parsed(self.minimum) or 0):
            return None
        highest = self.parsed(self.maximum) if self.maximum else None
        return value if highest is None or value <= highest else None

    def parsed(self, text: str) -> int | None:
        """Return the value that a text means, whatever its range."""
        if self.kind is ParameterKind.SECONDS:
            return seconds_in(text)
        try:
            value = to_units(text, 18)
        except ExchangeError:
            return None
        if self.kind is ParameterKind.FACTOR:
            return value
        return value // 10**18 if value % 10**18 == 0 else None


def seconds_in(text: str) -> int | None:
    """Return the seconds of "90", "90s", "1m30s" or "2h"; None where it is no duration."""
    if text.isdecimal():
        return int(text)
    found = DURATION.fullmatch(text.strip())
    if found is None or not any(found.groups()):
        return None
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return 3600 * hours + 60 * minutes + seconds


def factors(values: Mapping[str, str], maximum: str = "") -> Iterator[NetworkParameter]:
    for name, default in values.items():
        yield NetworkParameter(name, ParameterKind.FACTOR, default, "0", maximum)


def durations(values: Mapping[str, str], minimum: str = "0s") -> Iterator[NetworkParameter]:
    for name, default in values.items():
        yield NetworkParameter(name, ParameterKind.SECONDS, default, minimum)


def counts(values: Mapping[str, str], minimum: str = "0", maximum: str = "") -> Iterator[NetworkParameter]:
    for name, default in values.items():
        yield NetworkParameter(name, ParameterKind.COUNT, default, minimum, maximum)


def of_proposals() -> Iterator[NetworkParameter]:
    """The checks and thresholds of each kind of proposal."""
    majorities = {"updateNetParam": "0.5"}
    for kind in PROPOSAL_KINDS:
        prefix = f"governance.proposal.{kind}"
        yield from durations({f"{prefix}.minClose": "1s", f"{prefix}.minEnact": "1s"})
        yield from durations({f"{prefix}.maxClose": "8760h", f"{prefix}.maxEnact": "8760h"})
        yield from factors({f"{prefix}.requiredMajority": majorities.get(kind, "0.66")}, "1")
        yield from factors({f"{prefix}.requiredParticipation": "0.00001"}, "1")
        yield from counts({f"{prefix}.minProposerBalance": "0", f"{prefix}.minVoterBalance": "0"})
    lp = {"requiredMajorityLP": "0.66", "requiredParticipationLP": "0.00001", "minProposerEquityLikeShare": "0.1"}
    yield from factors({f"governance.proposal.updateMarket.{name}": value for name, value in lp.items()}, "1")


PROPOSAL_KINDS = ("asset", "market", "updateMarket", "updateNetParam", "marketState", "transfer", "program", "freeform")

PARAMETERS: Mapping[str, NetworkParameter] = {
    parameter.name: parameter
    for parameter in (
        *durations({"network.markPriceUpdateMaximumFrequency": "5s"}),
        *durations({"market.auction.minimumDuration": "1s", "market.auction.maximumDuration": "168h"}, "1s"),
        *(
            NetworkParameter(f"market.margin.scalingFactors.{level}", ParameterKind.FACTOR, default, "1", "100")
            for level, default in {"search": "1.1", "initial": "1.5", "release": "1.7"}.items()
        ),
        *factors({"market.fee.factors.infrastructureFee": "0.0005", "market.fee.factors.makerFee": "0.0002"}, "1"),
        *factors({"market.fee.factors.treasuryFee": "0.0001", "market.fee.factors.buybackFee": "0.0001"}, "1"),
        *factors({"market.liquidity.bondPenaltyParameter": "0.1"}, "1000"),
        *factors({"market.liquidity.earlyExitPenalty": "0.1"}, "1000"),
        *factors({"market.liquidity.maximumLiquidityFeeFactorLevel": "0.03"}, "1"),
        *factors({"market.liquidity.equityLikeShareFeeFraction": "0.5"}, "1"),
        *factors({"market.liquidity.minimum.probabilityOfTrading.lpOrders": "0.000001"}, "1"),
        NetworkParameter(
            "market.liquidity.probabilityOfTrading.tau.scaling", ParameterKind.FACTOR, "10", "0.000001", "10000"
        ),
        *durations({"market.liquidity.providersFeeCalculationTimeStep": "1s"}),
        *factors({"market.liquidity.sla.nonPerformanceBondPenaltyMax": "0.5"}, "1"),
        *factors({"market.liquidity.sla.nonPerformanceBondPenaltySlope": "2"}, "1000"),
        *factors({"market.liquidity.stakeToCcyVolume": "1"}, "100"),
        *factors({"market.liquidityProvision.minLpStakeQuantumMultiple": "5000"}),
        *durations({"market.liquidity.successorLaunchWindowLength": "168h"}),
        *factors({"market.stake.target.scalingFactor": "0.0001"}, "1000"),
        *durations({"market.stake.target.timeWindow": "1h", "market.value.windowLength": "2h"}, "1s"),
        *durations({"validators.epoch.length": "2m"}, "1s"),
        *counts({"limits.markets.maxPeggedOrders": "1500"}),
        *factors({"transfer.fee.factor": "0.001"}, "1"),
        *factors({"transfer.fee.maxQuantumAmount": "100"}),
        *factors({"transfer.minTransferQuantumMultiple": "0"}),
        *factors({"market.amm.minCommitmentQuantum": "1"}),
        *counts({"market.liquidity.maxAmmCalculationLevels": "100"}, "1", "10000"),
        *counts({"spam.protection.max.batchSize": "30"}, "1", "200"),
        *counts({"spam.protection.max.stopOrdersPerMarket": "5"}, "0", "100"),
        *counts({"market.aggressiveOrderBlockDelay": "1"}, "0", "100"),
        *factors({"rewards.vesting.baseRate": "0.1"}, "1"),
        *factors({"rewards.vesting.minimumTransfer": "1"}),
        *factors({"governance.transfer.max.fraction": "1"}, "1"),
        *of_proposals(),
    )
}


@final
class NetworkParameters:
    """The values that hold at a moment.

    Args:
        values: which differ from the defaults, as text by name.

    Attributes:
        voted: names of those that were set.

    Raises:
        ExchangeError: there is no parameter of a name, or a value is out of its range.
    """

    def __init__(self, values: Mapping[str, str] | None = None) -> None:
        self._values = {name: parameter.read(parameter.default) or 0 for name, parameter in PARAMETERS.items()}
        self._texts = {name: parameter.default for name, parameter in PARAMETERS.items()}
        self.voted: dict[str, None] = {}
        for name, text in (values or {}).items():
            if not self.set(name, text):
                raise ExchangeError(f"network parameter {name} = {text}: {self.complaint(name)}")

    def __repr__(self) -> str:
        return f"NetworkParameters({len(self._values)} values)"

    def __getitem__(self, name: str) -> int:
        """Return a factor of 10⁻¹⁸, seconds, or a count.

        Raises:
            ExchangeError: there is no such parameter.
        """
        try:
            return self._values[name]
        except KeyError:
            raise ExchangeError(f"network parameter {name}: {self.complaint(name)}") from None

    def text(self, name: str) -> str:
        """Return a value as it was written."""
        self[name]
        return self._texts[name]

    def texts(self) -> dict[str, str]:
        """Return all values as they were written, by name."""
        return dict(self._texts)

    def may_be(self, name: str, text: str) -> bool:
        """Whether there is such a parameter and it may have this value."""
        return name in PARAMETERS and PARAMETERS[name].read(text) is not None

    def set(self, name: str, text: str) -> bool:
        """Change a value; return whether that could be done."""
        value = PARAMETERS[name].read(text) if name in PARAMETERS else None
        if value is None:
            return False
        self._values[name], self._texts[name] = value, text
        self.voted[name] = None
        return True

    def complaint(self, name: str) -> str:
        """Say what is wrong with a name or a value, and what to write."""
        if name in PARAMETERS:
            return f"write {PARAMETERS[name].wanted}."
        near = get_close_matches(name, PARAMETERS, 3, 0.3)
        return "there is none of this name." + (f" Near it are {', '.join(near)}." if near else "")
