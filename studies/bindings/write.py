"""Writes typed contracts: a module and a stub for each folder of contracts. The same artifacts give the same text."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from tokenspice.engine.errors import RunError
from tokenspice.files import replace_file
from tokenspice.studies.bindings.contract import contract_text
from tokenspice.studies.bindings.types import identifier
from tokenspice.web3engine.artifact import Artifact, short_names
from tokenspice.web3engine.artifacts import Artifacts

__all__ = ["chosen_artifacts", "module_texts", "write_bindings"]

STUB_HEAD = """from collections.abc import Mapping, Sequence
from typing import NamedTuple, overload

from tokenspice.web3engine import Call, Chain, Contract, ContractBase, Event, EvmWallet, Receipt
from tokenspice.web3engine.typed_contract import Address
"""
CODE_HEAD = """from typing import NamedTuple

from tokenspice.web3engine.typed_contract import TypedContract
"""


def write_bindings(artifacts: Artifacts, names: Iterable[str], folder: Path) -> list[Path]:
    """Write the classes of some contracts, or of all, and return the files' paths.

    Args:
        names: contracts as `chain.deploy` finds them; none stands for all.
        folder: where the files go; those of the same names are replaced.

    Raises:
        ArtifactError, CompileError: a contract cannot be had.
        RunError: a file cannot be written.
    """
    chosen = chosen_artifacts(artifacts, names)
    written = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        files = {"__init__.py": '"""Typed contracts, written by `tsp bindings`."""\n'} | module_texts(chosen)
        for name, text in files.items():
            replace_file(folder / name, text.encode())
            written.append(folder / name)
    except OSError as error:
        raise RunError(f"{folder} cannot be written to: {error.strerror}.") from error
    return written


def chosen_artifacts(artifacts: Artifacts, names: Iterable[str]) -> list[Artifact]:
    """Return the contracts that are meant; of all, those that cannot be had are left out."""
    if asked := list(names):
        return list({id(one): one for one in map(artifacts.find, asked)}.values())
    return [one for protocol in artifacts.protocols for one in readable(artifacts, protocol.name)]


def readable(artifacts: Artifacts, protocol: str) -> Iterator[Artifact]:
    from tokenspice.engine.errors import TokenSpiceError

    for one in artifacts.protocols:
        if one.name == protocol:
            try:
                yield from artifacts.load(one)
            except TokenSpiceError:
                continue


def module_texts(artifacts: list[Artifact]) -> dict[str, str]:
    """Return the text of each file, by its name."""
    folders: dict[str, list[Artifact]] = {}
    for one in artifacts:
        folders.setdefault(identifier(one.protocol).lower(), []).append(one)
    texts: dict[str, str] = {}
    for folder, inside in sorted(folders.items()):
        inside.sort(key=lambda one: (one.name, one.place))
        taken = {"NamedTuple", "TypedContract", "Call", "Chain", "Contract", "ContractBase", "Event", "Address"}
        taken |= {"EvmWallet", "Receipt", "Mapping", "Sequence", "overload"}
        written = [contract_text(one, full_name(one, inside), taken) for one in inside]
        about = f'"""Typed contracts of {inside[0].protocol}, written by `tsp bindings`."""\n\n'
        tuples = [line for one in written for line in one.tuples]
        stubs = [line for one in written for line in ("", "", *one.stub)]
        codes = [line for one in written for line in ("", "", *one.code)]
        texts[f"{folder}.py"] = about + CODE_HEAD + "\n".join([*tuples, *codes]).rstrip() + "\n"
        texts[f"{folder}.pyi"] = about + STUB_HEAD + "\n".join([*tuples, *stubs]).rstrip() + "\n"
    return texts


def full_name(one: Artifact, inside: list[Artifact]) -> str:
    """Return the name by which `chain.deploy` finds a contract, with its folder."""
    same = [other for other in inside if other.name == one.name]
    if len(same) == 1:
        return f"{one.protocol}/{one.name}"
    return short_names(same)[same.index(one)]
