"""A digital twin: recorded history of a live system, how well a model of its law replays it, and what may come.

Read `history.py` first, then `replay.py`.
"""

from typing import TYPE_CHECKING

from tokenspice.lazy import lazy_names
from tokenspice.studies.twin.extrapolate import extrapolate  # a module has its name, which a lazy one would lose to

if TYPE_CHECKING:
    from tokenspice.studies.twin.bundle import bundled, bundled_names, read_history
    from tokenspice.studies.twin.extrapolation import Extrapolation
    from tokenspice.studies.twin.history import History
    from tokenspice.studies.twin.identification import Identified, identify
    from tokenspice.studies.twin.predecessor import PastStates, PlainPath, plain_path
    from tokenspice.studies.twin.preparation import prepare
    from tokenspice.studies.twin.records import GainsFrom, Recording, Snapshot
    from tokenspice.studies.twin.replay import Replay, closed_loop, open_loop, plain_arrays
    from tokenspice.studies.twin.scores import Score, score_replay

__all__ = [
    "Extrapolation",
    "GainsFrom",
    "History",
    "Identified",
    "PastStates",
    "PlainPath",
    "Recording",
    "Replay",
    "Score",
    "Snapshot",
    "bundled",
    "bundled_names",
    "closed_loop",
    "extrapolate",
    "identify",
    "open_loop",
    "plain_arrays",
    "plain_path",
    "prepare",
    "read_history",
    "score_replay",
]

ROOM = "tokenspice.studies.twin"
MODULES = {
    "bundle": ("bundled", "bundled_names", "read_history"),
    "extrapolation": ("Extrapolation",),
    "history": ("History",),
    "identification": ("Identified", "identify"),
    "predecessor": ("PastStates", "PlainPath", "plain_path"),
    "preparation": ("prepare",),
    "records": ("GainsFrom", "Recording", "Snapshot"),
    "replay": ("Replay", "closed_loop", "open_loop", "plain_arrays"),
    "scores": ("Score", "score_replay"),
}

__getattr__ = lazy_names(__name__, {name: f"{ROOM}.{module}" for module, names in MODULES.items() for name in names})
