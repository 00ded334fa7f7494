"""A digital twin: recorded history of a live system, and how well a model of its law replays it.

Read `history.py` first, then `replay.py`.
"""

from tokenspice.studies.twin.extrapolate import extrapolate
from tokenspice.studies.twin.extrapolation import Extrapolation
from tokenspice.studies.twin.history import History, bundled, bundled_names, read_history
from tokenspice.studies.twin.replay import Replay, closed_loop, open_loop, plain_arrays
from tokenspice.studies.twin.scores import Score, score_replay

__all__ = [
    "Extrapolation",
    "History",
    "Replay",
    "Score",
    "bundled",
    "bundled_names",
    "closed_loop",
    "extrapolate",
    "open_loop",
    "plain_arrays",
    "read_history",
    "score_replay",
]
