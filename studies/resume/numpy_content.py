"""How arrays and random generators are written, so that they come back to the last bit, views of one memory included."""

import decimal
import random
from random import Random
from typing import Any, Literal, final

import numpy as np

from tokenspice.engine.errors import RunError
from tokenspice.studies.resume.codec import CannotKeep, Content, Decoder, Encoded, Encoder
from tokenspice.studies.resume.scalars import NUMERIC, descr_of

__all__ = ["BOUND", "NUMPY", "of_process", "seeds_of", "spawn", "tree", "untree"]

ARRAYS: dict[str, type[np.ndarray]] = {kind.__name__: kind for kind in (np.ndarray, np.recarray, np.matrix)}
BITS = {
    kind.__name__: kind
    for kind in (np.random.PCG64, np.random.PCG64DXSM, np.random.MT19937, np.random.Philox, np.random.SFC64)
}
BOUND = (list, dict, set, Random, np.random.Generator, np.random.RandomState)  # whose own methods an agent may hold
MOST_SPAWNED = 10**7  # streams that one was the source of


@final
class NdarrayContent(Content):
    """An array: its own numbers, or which part of another array's memory it shows."""

    tag, types, exact, has_attributes = "array", tuple(ARRAYS.values()), True, False

    def write(self, x: Any, encoder: Encoder) -> list[Encoded]:
        owner = owner_of(x)
        head = [type(x).__name__, list(x.shape), bool(x.flags.writeable)]
        if x.dtype.kind == "O":
            if owner is not x:
                raise CannotKeep("a view of an array of objects", "Write .copy(), or slice it where it is used.")
            return ["objects", *head, encoder.values(x.flat)]
        if x.dtype.kind not in NUMERIC or x.dtype.hasobject:
            raise CannotKeep(f"an array of {x.dtype}", "Use one of numbers, times or texts.")
        descr = np.lib.format.dtype_to_descr(x.dtype)
        if owner is not x:
            offset = x.__array_interface__["data"][0] - owner.__array_interface__["data"][0]
            return ["view", *head, descr, list(x.strides), offset, encoder.value(owner, "base")]
        order: Literal["C", "F"] = "F" if x.flags.fnc else "C"  # which counts where floats are summed
        return ["numbers", *head, descr, order, x.tobytes(order)]

    def make(self, kind: type, parts: list[Encoded], decoder: Decoder) -> Any:
        sort, name, shape, writeable, *rest = parts
        made: np.ndarray
        if sort == "objects":
            check_size(len(rest[0]), shape, 1)
            made = np.empty(shape, object)
        elif sort == "numbers":
            descr, order, content = rest
            dtype = np.lib.format.descr_to_dtype(descr_of(descr))
            check_size(len(content), shape, dtype.itemsize)
            made = np.empty(shape, dtype, order)
        else:
            descr, strides, offset, base = rest
            made = view_of(decoder.value(base), shape, np.lib.format.descr_to_dtype(descr_of(descr)), strides, offset)
        made = made.view(ARRAYS[name]) if name != "ndarray" else made
        if not writeable and sort == "view":
            made.flags.writeable = False
        return made

    def fill(self, x: Any, parts: list[Encoded], decoder: Decoder) -> None:
        sort, _, shape, writeable, *rest = parts
        if list(x.shape) != shape:
            raise CannotKeep(f"an array whose shape was changed in place, from {x.shape}", "Make another array.")
        if sort == "view":
            return
        x.flags.writeable = True
        plain = x.view(np.ndarray)
        if sort == "objects":
            for index, item in enumerate(decoder.values(rest[0])):
                plain.flat[index] = item
        else:
            descr, order, content = rest
            dtype = np.lib.format.descr_to_dtype(descr_of(descr))
            plain.view(np.ndarray)[...] = np.frombuffer(content, dtype).reshape(shape, order=order)
        x.flags.writeable = writeable


def owner_of(array: Any) -> Any:
    """Return the array that owns the memory which `array` shows."""
    owner = array
    while isinstance(owner.base, np.ndarray):
        owner = owner.base
    if type(owner) not in ARRAYS.values() and owner is not array:
        raise CannotKeep(f"a view of a {type(owner).__name__}", "Write .copy(), or slice it where it is used.")
    if owner is not array and owner.dtype.hasobject:
        raise CannotKeep("a view of an array of objects", "Write .copy(), or slice it where it is used.")
    is_whole = owner.flags.c_contiguous or owner.flags.f_contiguous
    if owner.base is not None and not isinstance(owner.base, (bytes, np.ndarray)) and not is_whole:
        raise CannotKeep(f"a view of a {type(owner.base).__name__}", "Write .copy().")
    return owner


def view_of(owner: Any, shape: list[int], dtype: Any, strides: list[int], offset: int) -> np.ndarray:
    if not isinstance(owner, np.ndarray) or owner.dtype.hasobject:
        raise RunError("an array in the checkpoint is a view of something else.")
    memory = owner.view(np.ndarray)
    memory = memory if memory.flags.c_contiguous else memory.T
    return np.ndarray(tuple(shape), dtype, memory, offset, tuple(strides))  # which checks bounds


def check_size(n_items: int, shape: list[int], item_size: int) -> None:
    size = item_size
    for length in shape:
        size *= length
    if size != n_items or min([0, *shape]) < 0:
        raise RunError("an array in the checkpoint has another shape than its content.")


@final
class GeneratorContent(Content):
    """A generator of numpy's, which draws from a bit generator."""

    tag, types, exact, fills, has_attributes = "generator", (np.random.Generator,), True, False, False

    def write(self, x: Any, encoder: Encoder) -> list[Encoded]:
        return [encoder.value(x.bit_generator, "bit_generator")]

    def make(self, kind: type, parts: list[Encoded], decoder: Decoder) -> Any:
        return np.random.Generator(decoder.value(parts[0]))


@final
class BitsContent(Content):
    """A bit generator: its state, and how many streams were spawned from its seed."""

    tag, types, exact, has_attributes = "bits", tuple(BITS.values()), True, False

    def write(self, x: Any, encoder: Encoder) -> list[Encoded]:
        seeds = x.seed_seq if isinstance(x.seed_seq, np.random.SeedSequence) else None
        seed = seeds and [
            tree(seeds.entropy if isinstance(seeds.entropy, int) else list(seeds.entropy or ())),
            list(seeds.spawn_key), seeds.pool_size, seeds.n_children_spawned,
        ]  # fmt: skip
        return [type(x).__name__, tree(x.state), seed]

    def make(self, kind: type, parts: list[Encoded], decoder: Decoder) -> Any:
        name, _, seed = parts
        if seed is None:
            return BITS[name](0)
        entropy, key, pool_size, _ = seed
        return BITS[name](np.random.SeedSequence(untree(entropy), spawn_key=key, pool_size=pool_size))

    def fill(self, x: Any, parts: list[Encoded], decoder: Decoder) -> None:
        x.state = untree(parts[1])
        if parts[2] and isinstance(x.seed_seq, np.random.SeedSequence):
            spawn(x.seed_seq, parts[2][3])


@final
class RandomStateContent(Content):
    """A RandomState: the normal deviate that it keeps, and its bit generator."""

    tag, types, exact, has_attributes = "random_state", (np.random.RandomState,), True, False

    def write(self, x: Any, encoder: Encoder) -> list[Encoded]:
        state = x.get_state(legacy=False)
        return [encoder.value(x._bit_generator, "bits"), state.get("has_gauss", 0), state.get("gauss", 0.0)]

    def make(self, kind: type, parts: list[Encoded], decoder: Decoder) -> Any:
        return np.random.RandomState(decoder.value(parts[0]))

    def fill(self, x: Any, parts: list[Encoded], decoder: Decoder) -> None:
        x.set_state(x.get_state(legacy=False) | {"has_gauss": parts[1], "gauss": parts[2]})


@final
class RandomContent(Content):
    """A generator of Python's."""

    tag, types, exact = "random", (Random,), True

    def write(self, x: Any, encoder: Encoder) -> list[Encoded]:
        return [encoder.value(x.getstate(), "state")]

    def make(self, kind: type, parts: list[Encoded], decoder: Decoder) -> Any:
        return Random(0)

    def fill(self, x: Any, parts: list[Encoded], decoder: Decoder) -> None:
        x.setstate(decoder.value(parts[0]))


@final
class ContextContent(Content):
    """A context of decimal arithmetic."""

    tag, types, exact, has_attributes = "context", (decimal.Context,), True, False
    numbers = ("prec", "rounding", "Emin", "Emax", "capitals", "clamp")

    def write(self, x: Any, encoder: Encoder) -> list[Encoded]:
        signals = [[signal.__name__ for signal, is_on in each.items() if is_on] for each in (x.flags, x.traps)]
        return [[getattr(x, name) for name in self.numbers], *signals]

    def make(self, kind: type, parts: list[Encoded], decoder: Decoder) -> Any:
        return decimal.Context()

    def fill(self, x: Any, parts: list[Encoded], decoder: Decoder) -> None:
        numbers, *signals = parts
        for name, value in zip(self.numbers, numbers, strict=True):
            setattr(x, name, value)
        for each, names in zip((x.flags, x.traps), signals, strict=True):
            for signal in each:
                each[signal] = signal.__name__ in names


def of_process() -> dict[str, object]:
    """Return what numbers may depend on that belongs to Python itself, by its place: dice, and the rules of Decimal."""
    draws: object = random.seed.__self__  # type: ignore[attr-defined]
    numpys = np.random.mtrand._rand
    return {
        "the module random": draws,
        "numpy.random": numpys,
        "numpy.random's bit generator": numpys._bit_generator,
        "the context of decimal": decimal.getcontext(),
    }


def spawn(seeds: np.random.SeedSequence, n_spawned: int) -> None:
    """Let a seed have been the source of so many others."""
    if not seeds.n_children_spawned <= n_spawned <= MOST_SPAWNED:
        raise RunError(f"a random stream was the source of {n_spawned} others, of which {MOST_SPAWNED} can be counted.")
    seeds.spawn(n_spawned - seeds.n_children_spawned)


def seeds_of(rng: np.random.Generator) -> np.random.SeedSequence:
    """Return what a stream was seeded with, which counts the streams that were spawned from it."""
    seeds = rng.bit_generator.seed_seq
    assert isinstance(seeds, np.random.SeedSequence), "every stream of a run has one"
    return seeds


def tree(x: Any) -> Encoded:
    """Write the state of one of numpy's bit generators: dicts, lists, texts, ints and arrays."""
    match x:
        case dict():
            return ["dict", [[key, tree(item)] for key, item in x.items()]]
        case list():
            return ["list", [tree(item) for item in x]]
        case np.ndarray():
            return ["array", x.dtype.str, x.tobytes()]
        case int() | np.integer():
            return ["int", f"{int(x):x}"]
    return x


def untree(encoded: Encoded) -> Any:
    """Inverse of `tree`."""
    match encoded:
        case ["dict", pairs]:
            return {key: untree(item) for key, item in pairs}
        case ["list", items]:
            return [untree(item) for item in items]
        case ["array", dtype, content]:
            return np.frombuffer(content, dtype)
        case ["int", digits]:
            return int(digits, 16)
    return encoded


NUMPY: tuple[Content, ...] = (
    *(NdarrayContent(), GeneratorContent(), BitsContent(), RandomStateContent(), RandomContent(), ContextContent()),
)
