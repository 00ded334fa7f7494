"""The future of a history: paths of the netlist rai from where the record ends, scenario by scenario."""

from collections.abc import Sequence

from tokenspice.engine.errors import RunError
from tokenspice.protocols.rai.eth_model import EthModel
from tokenspice.protocols.rai.scenario import BASE, Scenario
from tokenspice.studies.twin.extrapolation import Extrapolation
from tokenspice.studies.twin.history import History

__all__ = ["extrapolate"]


def extrapolate(
    prepared: History,
    eth: EthModel,
    scenarios: Sequence[Scenario] = (BASE,),
    *,
    paths: int = 200,
    hours: int = 168,
    seed: int = 0,
    controller: str = "evm",
    workers: int | None = None,
) -> Extrapolation:
    """Let the system go on from the end of a history, and return all paths.

    Path i has the same random numbers in every scenario, so that scenarios differ by what they change alone.

    Args:
        prepared: where it begins.
        eth: how ether's price moves.
        scenarios: what differs from the system as it is, one or more.
        paths: how many, for each scenario.
        hours: how long each is.
        seed: of all of them.
        controller: "evm" for the contract, "python" for its twin in integers, "both" to hold one against the other.
        workers: processes; as many as there are cores unless given.

    Raises:
        RunError: a run failed.
        StrategyError: an argument is out of its range.
    """
    raise RunError("the extrapolation is not wired to its netlist.")
