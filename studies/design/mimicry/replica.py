"""What the netlist that `mimic` writes is made of: the parameters, study and charts of another, and its rows, learnt."""

import dataclasses
import typing
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar, final

import numpy as np

from tokenspice.engine.charts import PlotInstructions
from tokenspice.engine.errors import NetlistError, StrategyError, StudyError
from tokenspice.engine.log import LogRow
from tokenspice.engine.sim_state import SimStateBase
from tokenspice.engine.sim_strategy import SimStrategyBase, parameter_values, with_values
from tokenspice.engine.study import Study
from tokenspice.engine.units import Floats
from tokenspice.engine.variables import Discrete, Random, Uniform, Value
from tokenspice.studies.design.identity import as_text
from tokenspice.studies.design.mimicry.model_file import MODEL, read_model
from tokenspice.studies.design.surrogate.axes import as_columns, check_inside
from tokenspice.studies.netlist.netlist_file import load_netlist

__all__ = ["Replica", "ReplicaState"]

FREE = ("seed", "max_ticks", "log_interval")  # of a run of the mimic: others than it was learnt with may do


@final
class Replica:
    """A mimic that was read from its folder.

    Args:
        folder: holds model.json.

    Raises:
        NetlistError: the model cannot be read, or what it mimics has changed since.
    """

    def __init__(self, folder: Path) -> None:
        self.model = read_model(folder / MODEL)
        if not self.model.netlist.is_file():
            raise NetlistError(f"{folder}: what it mimics is gone, {self.model.netlist}. Put it back, or mimic anew.")
        self.netlist = load_netlist(self.model.netlist)
        if self.netlist.sources != self.model.sources:
            raise NetlistError(
                f"{folder}: {self.model.netlist} has changed since it was mimicked. Mimic it anew: tsp mimic."
            )

    @cached_property
    def strategy(self) -> type[SimStrategyBase]:
        """The class of its parameters: the original's, with the values that it was learnt with as defaults."""
        texts = {name: as_text(value) for name, value in self.model.settings.items()}
        original = with_values(self.netlist.strategy(), texts)
        hints = typing.get_type_hints(type(original), include_extras=True)
        fields = [
            (one.name, hints[one.name], dataclasses.field(default=getattr(original, one.name)))
            for one in dataclasses.fields(original)
            if one.init
        ]
        made: type[SimStrategyBase] = dataclasses.make_dataclass(
            "SimStrategy", fields, bases=(type(original),), frozen=True
        )
        return made

    @cached_property
    def study(self) -> Study:
        """The original's study: its random variables stay in the box, and it has no invariants, for there are no agents."""
        own = self.netlist.study or Study()
        random = {name: self._within(name, one) for name, one in own.random.items()}
        return dataclasses.replace(own, random=random, invariants={})

    def charts(self, header: list[str], values: Floats) -> PlotInstructions:
        """Return the original's charts."""
        return self.netlist.plot_instructions(header, values)

    def trajectory(self, ss: SimStrategyBase, rng: np.random.Generator) -> dict[str, Floats]:
        """Return a run's rows: each column's value at each of the model's ticks.

        Raises:
            StrategyError: a parameter is outside what was learnt.
        """
        values = parameter_values(ss)
        self._check(values)
        learnt = self.model.trajectories
        x = as_columns(self.model.axes, [values])[0]
        near = learnt.near(x)
        run = near[[int(rng.integers(len(near)))]]
        return {name: rows[0] for name, rows in learnt.at(x, run).items()}

    def place(self, tick: int) -> int:
        """Return which of the model's rows is that of a tick.

        Raises:
            StrategyError: there is none.
        """
        places = np.flatnonzero(self.model.ticks == tick)
        if not len(places):
            raise StrategyError(
                f"the mimic has no row at tick {tick}. Keep log_interval and max_ticks: it has "
                f"{len(self.model.ticks)} rows up to tick {self.model.ticks[-1]:g}."
            )
        return int(places[0])

    def _check(self, values: Mapping[str, Any]) -> None:
        try:
            check_inside(self.model.axes, values)
        except StudyError as error:
            raise StrategyError(str(error)) from None
        for name, value in self.model.settings.items():
            if name not in FREE and as_text(values[name]) != as_text(value):
                raise StrategyError(
                    f"{name} = {values[name]}, and the mimic was learnt with {value}. Leave it so, or mimic anew with "
                    f"--set {name}={values[name]}."
                )

    def _within(self, name: str, random: Random) -> Random:
        """Return a random variable without what lies beyond the box."""
        axis = next((one for one in self.model.axes if one.name == name), None)
        if axis is None or isinstance(random, Discrete | Uniform):
            return random
        return dataclasses.replace(random, within=(axis.low, axis.high))


class ReplicaState(SimStateBase):
    """EXTEND with `replica`: a run whose rows are all known when it begins. Nobody acts in it."""

    replica: ClassVar[Replica]

    def __init__(self, ss: SimStrategyBase) -> None:
        super().__init__(ss)
        self.known = self.replica.trajectory(ss, self.rng("mimic"))

    def row(self) -> LogRow:
        """Return the columns at this tick; one that was never logged then is left out."""
        place = self.replica.place(self.tick)
        columns = self.replica.model.trajectories.columns
        row: dict[str, Value] = {}
        for name, values in self.known.items():
            value = float(values[place])
            if not np.isnan(value):
                row[name] = int(value) if columns[name].whole else value
        return typing.cast(LogRow, row)
