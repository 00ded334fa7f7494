"""The JSON that compilers and their tools write, read as contracts, whoever wrote it."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any

from tokenspice.web3engine.artifact import Entries, checked_entries
from tokenspice.web3engine.errors import AbiError
from tokenspice.web3engine.linking import Links, creation_code
from tokenspice.web3engine.natspec import function_docs
from tokenspice.web3engine.safe_json import parse_json

__all__ = ["Compiled", "NoArtifact", "contracts_in", "packaged_contracts"]

MOST_DEPTH = 500  # syntax trees, which some tools keep in their artifacts, nest deeply


class NoArtifact(ValueError):
    """A file holds no contract; says why."""


@dataclass(frozen=True)
class Compiled:
    """One contract in a file.

    Attributes:
        name: the contract's; empty where the file does not say.
        file: the source's path, where one file holds several contracts.
        entries: its ABI.
        bytecode: creation code; empty where there is none.
        links: where libraries belong in it.
        docs: what its source says of each function, by signature.
    """

    name: str
    file: str
    entries: Entries
    bytecode: bytes
    links: Links
    docs: Mapping[str, str] = field(default_factory=dict)


@lru_cache(maxsize=16)  # a batch's runs read the same few packages
def packaged_contracts(content: bytes) -> tuple[Compiled, ...]:
    """`contracts_in`, for files that are read again and again."""
    return tuple(contracts_in(content))


def contracts_in(content: bytes) -> list[Compiled]:
    """Return the contracts that a JSON file holds.

    Known are the files of truffle, hardhat, foundry, brownie, ape, Vyper, remix, hardhat-deploy, solc's combined and
    standard JSON, EthPM manifests, and a bare ABI.

    Raises:
        NoArtifact: it holds none, or cannot be used.
    """
    try:
        record = parse_json(content, MOST_DEPTH)
        return [read(name, file, one, known) for name, file, one, known in entries_of(record)]
    except NoArtifact:
        raise
    except (AbiError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise NoArtifact(f"{error}".rstrip(".")) from None
    except RecursionError:
        raise NoArtifact("it nests too deeply") from None


def entries_of(record: Any) -> Iterator[tuple[str, str, dict[str, Any], dict[str, Any]]]:
    """Return for each contract its name, its source's file, its record, and all records by "file:Name"."""
    if isinstance(record, list):
        if not record or not all(isinstance(entry, dict) and ("type" in entry or "name" in entry) for entry in record):
            raise NoArtifact("it is a list, and no ABI")
        record = {"abi": record}
    if not isinstance(record, dict):
        raise NoArtifact("it holds neither an ABI nor contracts")
    if "abi" in record:
        yield str(record.get("contractName") or record.get("contract_name") or ""), "", record, {}
        return
    known = dict(many(record))
    if not known:
        raise NoArtifact("it holds neither an ABI nor contracts")
    for full, one in known.items():
        file, _, name = full.rpartition(":")
        yield name, file, one, known


def many(record: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Return what a file with several contracts holds, by "file:Name"."""
    for key, one in objects(record.get("contractTypes")):  # EthPM's manifest, as ape keeps it
        yield f"{one.get('sourceId', '')}:{key}", one
    for key, one in objects(record.get("contracts")):
        if "abi" in one or "bin" in one:  # solc --combined-json
            yield key, one
        else:  # solc's standard JSON
            for name, contract in objects(one):
                if "abi" in contract:
                    yield f"{key}:{name}", contract
    for key, one in objects(record):  # vyper -f combined_json
        if "abi" in one and "bytecode" in one:
            yield f"{key}:{PurePosixPath(key).stem}", one


def objects(record: Any) -> list[tuple[str, dict[str, Any]]]:
    if not isinstance(record, dict):
        return []
    return [(key, one) for key, one in record.items() if isinstance(one, dict)]


def read(name: str, file: str, record: dict[str, Any], known: dict[str, Any]) -> Compiled:
    abi = record.get("abi", [])
    entries = checked_entries(json.loads(abi) if isinstance(abi, str) else abi)
    text, references = code_of(record)
    bytecode, links = creation_code(text.removeprefix("0x"), references, known)
    if not bytecode and not entries:
        raise NoArtifact("its ABI is empty and it has no code")
    return Compiled(name, file, entries, bytecode, links, function_docs(record))


def code_of(record: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Return creation code in hexadecimal, and where libraries belong in it; nothing where there is none."""
    remix = record.get("data")
    places = (
        record.get("bytecode"),
        record.get("deploymentBytecode"),
        record.get("bin"),
        (record.get("evm") or {}).get("bytecode"),
        remix.get("bytecode") if isinstance(remix, dict) else None,
    )
    code = next((place for place in places if place), "")
    if isinstance(code, str):
        return code, record.get("linkReferences") or {}
    text = code.get("object") or code.get("bytecode") or ""
    if not isinstance(text, str):
        raise NoArtifact("its bytecode is no text")
    return text, references_of(code.get("linkReferences") or {})


def references_of(references: Any) -> dict[str, Any]:
    """Return link references as solc writes them; EthPM writes a list of names and offsets."""
    if not isinstance(references, list):
        return dict(references)
    return {
        "": {one["name"]: [{"start": start, "length": one["length"]} for start in one["offsets"]] for one in references}
    }
