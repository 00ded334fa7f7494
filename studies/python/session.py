"""A run that is stepped by hand, in one line."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from tokenspice.engine.observer import Observer
from tokenspice.studies.python.settings import configured, given_texts
from tokenspice.studies.python.which import NetlistLike, as_netlist
from tokenspice.studies.run.run import RunOptions
from tokenspice.studies.session import Session

__all__ = ["session"]


def session(
    netlist: NetlistLike,
    *,
    out: str | Path | None = None,
    network: str | None = None,
    settings: Mapping[str, object] | None = None,
    options: RunOptions = RunOptions(),
    observers: Sequence[Observer] = (),
    **parameters: object,
) -> Session:
    """Begin a run that goes on only when it is told to: `with ts.session("oceanv3") as s: s.run_until(day=7)`.

    Args:
        out: a new folder that records the run; memory alone unless given.
        netlist, network, settings, options, observers, parameters: as of `run`.

    Raises:
        TokenSpiceError: the run cannot begin.
    """
    loaded = as_netlist(netlist)
    strategy = loaded.strategy(given_texts(settings, parameters))
    folder = Path(out).expanduser() if out is not None else None
    return Session(loaded, strategy, configured(network), out_dir=folder, options=options, observers=observers)
