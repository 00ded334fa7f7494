"""A package's archive: fetched, compared with its hash, and unpacked so that it is there whole or not at all."""

import base64
import hashlib
import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

import requests

from tokenspice.engine.errors import SetupError
from tokenspice.studies.setup.lock_file import Pinned
from tokenspice.web3engine.url import masked, without_secrets

__all__ = ["fetch_package"]

TIMEOUT_S = 60
CHUNK = 1 << 20
MOST_PACKED, MOST_UNPACKED, MOST_FILES = 1 << 28, 1 << 30, 100_000
ALGORITHM = "sha512"


def fetch_package(package: Pinned, registry: str, to: Path) -> None:
    """Fetch a package into the folder `to`/`package.place`, in the place of what is there.

    Raises:
        SetupError: the registry does not answer, the archive is another than the pinned one, or it cannot be unpacked.
    """
    target = to / package.place
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".new-", dir=to) as folder:
            with (Path(folder) / "archive").open("w+b") as file:
                download(package, registry, file)
                file.seek(0)
                unpack(package, file, Path(folder) / "package")
            if target.exists():
                shutil.rmtree(target)
            os.replace(Path(folder) / "package", target)
    except OSError as error:
        raise SetupError(f"{target} cannot be written: {error.strerror or error}.") from error


def download(package: Pinned, registry: str, file: IO[bytes]) -> None:
    """Write a package's archive to a file, and compare it with the pinned hash."""
    known = hashlib.new(ALGORITHM)
    with asked(package, registry) as answer:
        for chunk in answer.iter_content(CHUNK):
            known.update(chunk)
            file.write(chunk)
            if file.tell() > MOST_PACKED:
                raise SetupError(f"{package.name} {package.version} is larger than {MOST_PACKED:,} bytes.")
    if f"{ALGORITHM}-{base64.b64encode(known.digest()).decode()}" != package.integrity:
        raise SetupError(
            f"{package.name} {package.version} from {masked(registry)} is not what package-lock.json pins: its SHA-512 "
            "differs. Nothing of it was kept."
        )


@contextmanager
def asked(package: Pinned, registry: str) -> Iterator[requests.Response]:
    """Yield the registry's answer for a package's archive."""
    url = f"{registry.rstrip('/')}/{package.archive}"
    try:
        with closing(requests.get(url, stream=True, timeout=TIMEOUT_S)) as answer:
            answer.raise_for_status()
            yield answer
    except requests.RequestException as error:
        said = without_secrets(str(error), url).split("\n")[0][:300]
        raise SetupError(
            f"{package.name} {package.version} cannot be fetched from {masked(registry)}: {said}. Try again with a network."
        ) from None


def unpack(package: Pinned, file: IO[bytes], to: Path) -> None:
    """Unpack the ordinary files of an archive, without the folder that holds them all."""
    n_bytes = 0
    try:
        with tarfile.open(fileobj=file, mode="r:gz") as archive:
            for number, member in enumerate(archive):
                inside = PurePosixPath(*PurePosixPath(member.name).parts[1:])
                if not member.isfile():
                    continue
                n_bytes += member.size
                if ".." in inside.parts or not inside.parts or number > MOST_FILES or n_bytes > MOST_UNPACKED:
                    raise SetupError(
                        f"the archive of {package.name} {package.version} holds {member.name}, which no package does."
                    )
                write_member(archive, member, to / inside)
    except (tarfile.TarError, EOFError, ValueError) as error:
        raise SetupError(f"the archive of {package.name} {package.version} cannot be unpacked: {error}.") from error


def write_member(archive: tarfile.TarFile, member: tarfile.TarInfo, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    content = archive.extractfile(member)
    if content is not None:
        with content, path.open("wb") as file:
            shutil.copyfileobj(content, file)
        path.chmod(0o755 if member.mode & 0o111 else 0o644)
