"""On which chain the runs of a check are, for those that are made in this process."""

from tokenspice.studies.design.evaluator import Evaluator
from tokenspice.web3engine.config import Config

__all__ = ["config_of"]


def config_of(evaluator: Evaluator) -> Config:
    """Return on which chain the runs of a netlist are."""
    base = getattr(evaluator.candidate, "base", None)
    assert base is not None, "a netlist is checked"
    config: Config = base.config
    return config
