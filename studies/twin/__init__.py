"""A digital twin: recorded history of a live system, how well a model of its law replays it, and what may come.

Read `cycle.py` first, then a stage of it.
"""

from typing import TYPE_CHECKING

from tokenspice.lazy import lazy_names
from tokenspice.studies.twin.extrapolate import extrapolate  # a module has its name, which a lazy one would lose to

if TYPE_CHECKING:
    from tokenspice.studies.twin.bundle import bundled, bundled_names, read_history
    from tokenspice.studies.twin.cycle import Backtest, Cycle, CycleOptions, backtest, run_cycle
    from tokenspice.studies.twin.estimates import Estimate
    from tokenspice.studies.twin.eth_paths import log_return_paths
    from tokenspice.studies.twin.extrapolation import Extrapolation
    from tokenspice.studies.twin.history import History
    from tokenspice.studies.twin.identification import Identified, identify
    from tokenspice.studies.twin.ingestion import Source, ingest
    from tokenspice.studies.twin.predecessor import PastStates, PlainPath, plain_path
    from tokenspice.studies.twin.preparation import prepare
    from tokenspice.studies.twin.records import GainsFrom, Recording, Snapshot
    from tokenspice.studies.twin.replay import Replay, closed_loop, open_loop, plain_arrays
    from tokenspice.studies.twin.report_page import Section, Table, page
    from tokenspice.studies.twin.results import write_results
    from tokenspice.studies.twin.rolling_forecasts import Forecasts, rolling_origin
    from tokenspice.studies.twin.scores import Score, score_replay

__all__ = [
    "Backtest",
    "Cycle",
    "CycleOptions",
    "Estimate",
    "Extrapolation",
    "Forecasts",
    "GainsFrom",
    "History",
    "Identified",
    "PastStates",
    "PlainPath",
    "Recording",
    "Replay",
    "Score",
    "Section",
    "Snapshot",
    "Source",
    "Table",
    "backtest",
    "bundled",
    "bundled_names",
    "closed_loop",
    "extrapolate",
    "identify",
    "ingest",
    "log_return_paths",
    "open_loop",
    "page",
    "plain_arrays",
    "plain_path",
    "prepare",
    "read_history",
    "rolling_origin",
    "run_cycle",
    "score_replay",
    "write_results",
]

ROOM = "tokenspice.studies.twin"
MODULES = {
    "bundle": ("bundled", "bundled_names", "read_history"),
    "cycle": ("Backtest", "Cycle", "CycleOptions", "backtest", "run_cycle"),
    "estimates": ("Estimate",),
    "eth_paths": ("log_return_paths",),
    "extrapolation": ("Extrapolation",),
    "history": ("History",),
    "identification": ("Identified", "identify"),
    "ingestion": ("Source", "ingest"),
    "preparation": ("prepare",),
    "predecessor": ("PastStates", "PlainPath", "plain_path"),
    "records": ("GainsFrom", "Recording", "Snapshot"),
    "replay": ("Replay", "closed_loop", "open_loop", "plain_arrays"),
    "report_page": ("Section", "Table", "page"),
    "results": ("write_results",),
    "rolling_forecasts": ("Forecasts", "rolling_origin"),
    "scores": ("Score", "score_replay"),
}

__getattr__ = lazy_names(__name__, {name: f"{ROOM}.{module}" for module, names in MODULES.items() for name in names})
