"""How tables and series of pandas are written: the arrays that they are made of, block by block."""

from typing import Any, final

import numpy as np

from tokenspice.engine.errors import RunError
from tokenspice.studies.resume.codec import CannotKeep, Content, Decoder, Encoded, Encoder

__all__ = ["pandas_contents"]

ADVICE = "Use columns of numbers, times or texts of numpy's types, or hold numpy arrays."


@final
class FrameContent(Content):
    """A DataFrame or a Series: its blocks with their places, its axes, its attrs."""

    tag, exact, has_attributes = "frame", True, False

    def __init__(self) -> None:
        import pandas

        self._pandas = pandas
        self.types = (pandas.DataFrame, pandas.Series)  # type: ignore[misc]

    def write(self, x: Any, encoder: Encoder) -> list[Encoded]:
        if not hasattr(self._pandas.api, "internals"):
            raise CannotKeep("a table of an older pandas than 3", "Install pandas 3, or hold numpy arrays.")
        manager = x._mgr
        blocks = [
            [
                encoder.value(array_of(block.values), "values"),
                [int(place) for place in block.mgr_locs.as_array],
                block.ndim,
            ]
            for block in manager.blocks
        ]
        axes = [encoder.value(axis, "index") for axis in manager.axes]
        name = encoder.value(x.name, "name") if x.ndim == 1 else None
        return [x.ndim, blocks, axes, name, encoder.value(x.attrs, "attrs")]

    def make(self, kind: type, parts: list[Encoded], decoder: Decoder) -> Any:
        return self._pandas.Series(dtype=object) if parts[0] == 1 else self._pandas.DataFrame()

    def fill(self, x: Any, parts: list[Encoded], decoder: Decoder) -> None:
        from pandas.api.internals import create_dataframe_from_blocks

        ndim, blocks, axes, name, attrs = parts
        indexes = decoder.values(axes)
        arrays = [(decoder.value(values), places) for values, places, _ in blocks]
        pandas = self._pandas
        if ndim == 1:
            made: Any = pandas.Series(arrays[0][0], index=indexes[0], copy=False)
            object.__setattr__(x, "_name", decoder.value(name))
        else:
            placed = [(values, np.array(places, np.intp)) for values, places in arrays]
            made = create_dataframe_from_blocks(placed, index=indexes[1], columns=indexes[0])
        object.__setattr__(x, "_mgr", made._mgr)
        object.__setattr__(x, "_attrs", decoder.value(attrs))


@final
class IndexContent(Content):
    """The labels of rows or columns."""

    tag, fills, exact, has_attributes = "index", False, True, False

    def __init__(self) -> None:
        import pandas

        self._pandas = pandas
        self.types = (pandas.Index, pandas.RangeIndex, pandas.DatetimeIndex, pandas.MultiIndex)  # type: ignore[misc]

    def write(self, x: Any, encoder: Encoder) -> list[Encoded]:
        pandas = self._pandas
        names = encoder.value(tuple(x.names), "names")
        if isinstance(x, pandas.RangeIndex):
            return ["range", names, x.start, x.stop, x.step]
        if isinstance(x, pandas.MultiIndex):
            return ["multi", names, encoder.values(x.levels), encoder.values(x.codes)]
        if isinstance(x, pandas.DatetimeIndex):
            if x.tz is not None:
                raise CannotKeep("an index with a time zone", "Use one without: index.tz_localize(None).")
            return ["times", names, encoder.value(x._data._ndarray, "values"), x.freqstr]
        return ["labels", names, encoder.value(array_of(x._data), "values")]

    def make(self, kind: type, parts: list[Encoded], decoder: Decoder) -> Any:
        pandas = self._pandas
        sort, names, *rest = parts
        labels = decoder.value(names)
        match sort, rest:
            case "range", [start, stop, step]:
                return pandas.RangeIndex(start, stop, step, name=labels[0])
            case "multi", [levels, codes]:
                return pandas.MultiIndex(decoder.values(levels), decoder.values(codes), names=labels)
            case "times", [values, freq]:
                return pandas.DatetimeIndex(decoder.value(values), freq=freq, name=labels[0])
        values = decoder.value(rest[0])
        return pandas.Index(values, dtype=values.dtype, name=labels[0])


@final
class ExtensionContent(Content):
    """A column of one of pandas's own types: texts, categories, numbers that may be missing."""

    tag, fills, has_attributes = "column", False, False

    def __init__(self) -> None:
        import pandas

        self._pandas = pandas
        self.types = (pandas.api.extensions.ExtensionArray,)  # type: ignore[misc]

    def write(self, x: Any, encoder: Encoder) -> list[Encoded]:
        pandas = self._pandas
        if isinstance(x.dtype, pandas.StringDtype):
            items = [None if pandas.isna(item) else item for item in x]
            return ["texts", x.dtype.storage, x.dtype.na_value is pandas.NA, items]
        if isinstance(x, pandas.Categorical):
            return ["categories", encoder.value(x.codes, "codes"), encoder.value(x.categories, "categories"), x.ordered]
        for sort in ("IntegerArray", "FloatingArray", "BooleanArray"):
            if isinstance(x, getattr(pandas.arrays, sort)):
                return [sort, encoder.value(x._data, "data"), encoder.value(x._mask, "mask")]
        raise CannotKeep(f"a table with a column of {x.dtype}", ADVICE)

    def make(self, kind: type, parts: list[Encoded], decoder: Decoder) -> Any:
        pandas = self._pandas
        match parts:
            case ["texts", storage, has_na, items]:
                missing = pandas.NA if has_na else float("nan")
                dtype = pandas.StringDtype(storage, na_value=missing)
                return pandas.array([missing if item is None else item for item in items], dtype=dtype)
            case ["categories", codes, categories, ordered]:
                dtype = pandas.CategoricalDtype(decoder.value(categories), ordered)
                return pandas.Categorical.from_codes(decoder.value(codes), dtype=dtype)
            case [("IntegerArray" | "FloatingArray" | "BooleanArray") as sort, data, mask]:
                return getattr(pandas.arrays, sort)(decoder.value(data), decoder.value(mask))
        raise RunError(f"a column in the checkpoint is of no type that this version writes: {parts[0]}.")


def array_of(values: Any) -> Any:
    """Return what holds a block's values: a numpy array, or an array of pandas's own."""
    is_time = type(values).__name__ in ("DatetimeArray", "TimedeltaArray") and getattr(values.dtype, "tz", None) is None
    return values._ndarray if is_time or type(values).__name__ == "NumpyExtensionArray" else values


def pandas_contents() -> tuple[Content, ...]:
    """Return how what is pandas's is written."""
    return (FrameContent(), IndexContent(), ExtensionContent())
