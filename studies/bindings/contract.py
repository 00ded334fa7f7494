"""One contract's class, as text: what a checker reads, and what runs."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from tokenspice.studies.bindings.types import Structs, capital, identifier
from tokenspice.web3engine.abi import Function
from tokenspice.web3engine.artifact import Artifact
from tokenspice.web3engine.contract import ContractBase
from tokenspice.web3engine.signatures import argument_names
from tokenspice.web3engine.typed_contract import TypedContract

__all__ = ["ContractText", "contract_text"]

TAKEN = {name for name in (*dir(ContractBase), *dir(TypedContract), "label", "address", "abi") if name[:1] != "_"}
INDENT = "    "


@dataclass
class ContractText:
    """What is written of a contract.

    Attributes:
        tuples: the NamedTuples, for both files.
        stub: the class as checkers see it.
        code: the class as it runs.
    """

    tuples: list[str] = field(default_factory=list)
    stub: list[str] = field(default_factory=list)
    code: list[str] = field(default_factory=list)


def contract_text(artifact: Artifact, found_as: str, taken: set[str]) -> ContractText:
    """Return the class of a contract.

    Args:
        found_as: the name by which `chain.deploy` finds it.
        taken: names of the module that are taken; those of this contract are added.
    """
    name = identifier(artifact.name)
    while name in taken:
        name += "_"
    taken.add(name)
    structs = Structs(name, taken)
    functions = {fn: [one for one in artifact.abi.functions if one.name == fn] for fn in artifact.abi.function_names}
    written = {
        fn: same for fn, same in functions.items() if fn not in TAKEN and identifier(fn) == fn and fn[:2] != "__"
    }
    left_out = [fn for fn in functions if fn not in written]
    methods = [line for fn, same in written.items() for line in method_lines(same, structs)]
    events, event_lines = event_classes(artifact, structs)
    text = ContractText()
    text.stub = [f"class {name}(ContractBase):", f'{INDENT}"""{said_of(artifact, left_out)}"""', ""]
    text.stub += [*maker_lines(artifact, name, structs), *methods, *event_lines]
    text.code = [f"class {name}(TypedContract):", f'{INDENT}artifact = "{found_as}"']
    text.code += table("returns", returned_shapes(artifact, structs))
    text.code += table("structs", {one.name: f"({', '.join(one.shapes)},)" for one in structs if has_inner(one.shapes)})
    text.code += table("event_names", {kind: f'"{event}"' for kind, event in events.items()})
    for one in structs:
        fields = [f"{INDENT}{own}: {kind}" for own, kind in zip(one.names, one.types, strict=True)]
        text.tuples += ["", "", f"class {one.name}(NamedTuple):", *(fields or [f"{INDENT}pass"])]
    return text


def said_of(artifact: Artifact, left_out: list[str]) -> str:
    others = f" Not here, because Python has other uses for the names: {', '.join(left_out)}." if left_out else ""
    return f"{artifact.protocol}/{artifact.name}.{others}"


def maker_lines(artifact: Artifact, name: str, structs: Structs) -> Iterator[str]:
    """Write `deploy`, if there is code, `at` and `plain`."""
    if artifact.bytecode:
        arguments = "".join(f", {one}" for one in argument_list(artifact.abi.constructor, structs))
        payable = ", value: int = ..." if is_payable(artifact.abi.constructor) else ""
        options = "sender: EvmWallet | None = ..., label: str = ..., libraries: Mapping[str, str] = ..."
        yield f"{INDENT}@classmethod"
        yield f"{INDENT}def deploy(cls, chain: Chain{arguments}, /, *, {options}{payable}) -> {name}: ..."
    yield f"{INDENT}@classmethod"
    yield f"{INDENT}def at(cls, chain: Chain, address: Address, label: str = ...) -> {name}: ..."
    yield f"{INDENT}@property"
    yield f"{INDENT}def plain(self) -> Contract: ..."


def method_lines(same: list[Function], structs: Structs) -> Iterator[str]:
    """Write a function; several of a name as overloads, one for those whose arguments are alike in Python."""
    same = distinct(same, structs)
    for function in same:
        arguments = argument_list(function, structs)
        given = f"{', '.join(['self', *arguments])}{', /' if arguments else ''}"
        payable = ", *, value: int = ..." if is_payable(function) else ""
        if len(same) > 1:
            yield f"{INDENT}@overload"
        yield f"{INDENT}def {function.name}({given}{payable}) -> Call[{return_type(function, structs)}]: ..."


def distinct(same: list[Function], structs: Structs) -> list[Function]:
    """Leave out what a checker cannot tell from an earlier one, and put flags before numbers, which they are too."""
    kinds = {one.signature: [structs.argument(entry) for entry in one.entry.get("inputs", [])] for one in same}
    first = {str(kinds[one.signature]): one for one in reversed(same)}
    kept = [one for one in same if first[str(kinds[one.signature])] is one]
    return sorted(kept, key=lambda one: [kind == "int" for kind in kinds[one.signature]])


def argument_list(function: Function, structs: Structs) -> list[str]:
    kinds = [structs.argument(entry) for entry in function.entry.get("inputs", [])]
    return [f"{name}: {kind}" for name, kind in zip(argument_names(function), kinds, strict=True)]


def return_type(function: Function, structs: Structs) -> str:
    outputs = function.entry.get("outputs", [])
    if len(outputs) < 2:
        return structs.returned(outputs[0])[0] if outputs else "None"
    if all(entry.get("name") for entry in outputs):
        return structs.struct(f"result {function.signature}", f"{capital(function.name)}Result", outputs).name
    return f"tuple[{', '.join(structs.returned(entry)[0] for entry in outputs)}]"


def returned_shapes(artifact: Artifact, structs: Structs) -> dict[str, str]:
    """Return the shape of what each function returns that needs one, by signature as text."""
    found: dict[str, str] = {}
    for function in artifact.abi.functions:
        outputs = function.entry.get("outputs", [])
        if len(outputs) > 1 and all(entry.get("name") for entry in outputs):
            shape = return_type(function, structs)
        else:
            shapes = [structs.returned(entry)[1] for entry in outputs]
            if not has_inner(shapes):
                continue
            shape = shapes[0] if len(shapes) == 1 else f"({', '.join(shapes)})"
        found[f'"{function.signature}"'] = shape
    return found


def event_classes(artifact: Artifact, structs: Structs) -> tuple[dict[str, str], list[str]]:
    """Make a NamedTuple for each event; return the events' names by class, and the lines that read them."""
    events: dict[str, str] = {}
    types = artifact.abi.event_types
    for event in types:
        if sum(one.name == event.name for one in types) == 1:
            inputs = [indexed_as_hash(entry) for entry in event.entry.get("inputs", [])]
            struct = structs.struct(f"event {event.signature}", capital(event.name), inputs)
            events[struct.name] = event.name
    if not events:
        return events, []
    lines = []
    for kind in events:
        lines += [
            f"{INDENT}@overload",
            f"{INDENT}def events(self, receipt: Receipt, name: type[{kind}]) -> list[{kind}]: ...",
        ]
    last = f"{INDENT}def events(self, receipt: Receipt, name: str | None = ...) -> list[Event]: ..."
    return events, [*lines, f"{INDENT}@overload", last]


def indexed_as_hash(entry: dict[str, object]) -> dict[str, object]:
    """An indexed text, bytes, array or struct is kept as its hash."""
    kind = str(entry.get("type", ""))
    is_hash = entry.get("indexed") and (kind in ("string", "bytes") or kind.endswith("]") or kind.startswith("tuple"))
    return {"name": entry.get("name", ""), "type": "bytes32"} if is_hash else entry


def is_payable(function: Function) -> bool:
    return function.entry.get("stateMutability") == "payable" or bool(function.entry.get("payable"))


def has_inner(shapes: list[str]) -> bool:
    return any(shape != "None" for shape in shapes)


def table(name: str, entries: dict[str, str]) -> list[str]:
    lines = [f"{INDENT}{INDENT}{key}: {value}," for key, value in entries.items()]
    return [f"{INDENT}{name} = {{", *lines, f"{INDENT}}}"] if lines else []
