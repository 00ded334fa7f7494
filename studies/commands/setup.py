"""`tsp setup`: fetch what others publish."""

from typing import TYPE_CHECKING, Annotated

import typer

from tokenspice.studies.commands.answers import answer
from tokenspice.studies.commands.completions import complete_sets
from tokenspice.studies.commands.options import VerboseOption, errors_in_one_line

if TYPE_CHECKING:
    from tokenspice.studies.setup.lock_file import Pinned
    from tokenspice.studies.setup.packages import PackageSet

__all__ = ["setup"]


def setup(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[NAMES]...",
            help="Such as aavev3, solc, anvil, or all. Without any: list them.",
            autocompletion=complete_sets,
        ),
    ] = None,
    verbose: VerboseOption = False,
) -> None:
    """Fetch contracts, compilers and nodes that others publish.

    They are the versions that package-lock.json pins; each archive is compared with its SHA-512. They go to the user's
    data folder, for all projects, and what is there already is not asked for again. Without names, the list says what
    there is, under which licence, and whether it is there.
    """
    with errors_in_one_line(verbose):
        from tokenspice.studies.setup.packages import package_sets, registry_url, set_up
        from tokenspice.user_data import data_folder
        from tokenspice.web3engine.url import masked

        sets = package_sets(names or [])
        if not names:
            answer({"sets": [facts(one) for one in sets]}, *map(line, sets))
            return
        folder = data_folder()
        if any(one.missing for one in sets):
            registry = registry_url()
            print(f"from {masked(registry)} to {folder}:")
            set_up(sets, registry, tell=lambda package: print(f"  {described(package)}", flush=True))
        done = [f"{one.name} is there{needs(one)}" for one in sets]
        answer({"folder": str(folder), "sets": [facts(one) for one in package_sets(names)]}, *done)


def needs(one: "PackageSet") -> str:
    """Say what a set cannot do without, besides itself."""
    from shutil import which

    return "; it needs Node.js to run, and there is no `node` on PATH" if one.name in NODE and not which("node") else ""


NODE = ("ganache", "solc")


def described(package: "Pinned") -> str:
    return f"{package.name} {package.version} ({package.licence})"


def line(one: "PackageSet") -> str:
    state = "not there" if one.missing else "there"
    return f"{one.name:<12} {state:<10} {', '.join(map(described, one.packages))}"


def facts(one: "PackageSet") -> dict[str, object]:
    return {
        "name": one.name,
        "packages": [{"name": each.name, "version": each.version, "licence": each.licence} for each in one.packages],
        "missing": len(one.missing),
    }
