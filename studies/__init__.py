"""What is done with runs: one, many, resumed, drawn; and the command line. Netlists are loaded by path, never imported."""

from typing import TYPE_CHECKING

from tokenspice.lazy import lazy_names

if TYPE_CHECKING:
    from tokenspice.studies.batch.design import Design
    from tokenspice.studies.batch.runs import run_batch
    from tokenspice.studies.netlist.netlist import Netlist
    from tokenspice.studies.netlist.netlist_file import find_netlist, load_netlist
    from tokenspice.studies.plot.draw import draw_plots
    from tokenspice.studies.pools.training.settings import Training
    from tokenspice.studies.pools.training.space import CoordinateMap, FreeNumber
    from tokenspice.studies.pools.training.train import TrainResult, train
    from tokenspice.studies.pools.walk_forward import WalkForward, WalkForwardResult, walk_forward
    from tokenspice.studies.record.run_folder import RunFolder
    from tokenspice.studies.record.run_log import RunLog, read_log
    from tokenspice.studies.resume.resume import read_unfinished, resume_run
    from tokenspice.studies.resume.warm_start import load_warm_start, save_warm_start
    from tokenspice.studies.run.open_chain import open_chain
    from tokenspice.studies.run.run import RunOptions, run_once
    from tokenspice.studies.session import Session

__all__ = [
    "CoordinateMap",
    "Design",
    "FreeNumber",
    "Netlist",
    "RunFolder",
    "RunLog",
    "RunOptions",
    "Session",
    "TrainResult",
    "Training",
    "WalkForward",
    "WalkForwardResult",
    "draw_plots",
    "find_netlist",
    "load_netlist",
    "load_warm_start",
    "open_chain",
    "read_log",
    "read_unfinished",
    "resume_run",
    "run_batch",
    "run_once",
    "save_warm_start",
    "train",
    "walk_forward",
]

__getattr__ = lazy_names(
    __name__,
    {
        "Netlist": "tokenspice.studies.netlist.netlist",
        "find_netlist": "tokenspice.studies.netlist.netlist_file",
        "load_netlist": "tokenspice.studies.netlist.netlist_file",
        "RunLog": "tokenspice.studies.record.run_log",
        "read_log": "tokenspice.studies.record.run_log",
        "Design": "tokenspice.studies.batch.design",
        "RunFolder": "tokenspice.studies.record.run_folder",
        "RunOptions": "tokenspice.studies.run.run",
        "Session": "tokenspice.studies.session",
        "draw_plots": "tokenspice.studies.plot.draw",
        "load_warm_start": "tokenspice.studies.resume.warm_start",
        "open_chain": "tokenspice.studies.run.open_chain",
        "read_unfinished": "tokenspice.studies.resume.resume",
        "resume_run": "tokenspice.studies.resume.resume",
        "run_batch": "tokenspice.studies.batch.runs",
        "run_once": "tokenspice.studies.run.run",
        "save_warm_start": "tokenspice.studies.resume.warm_start",
        "CoordinateMap": "tokenspice.studies.pools.training.space",
        "FreeNumber": "tokenspice.studies.pools.training.space",
        "TrainResult": "tokenspice.studies.pools.training.train",
        "Training": "tokenspice.studies.pools.training.settings",
        "WalkForward": "tokenspice.studies.pools.walk_forward",
        "WalkForwardResult": "tokenspice.studies.pools.walk_forward",
        "train": "tokenspice.studies.pools.training.train",
        "walk_forward": "tokenspice.studies.pools.walk_forward",
    },
)
