"""What every design verb takes, and does: `tsp TOOL NETLIST OUTDIR`, with the options of all tools and its own."""

import inspect
import typing
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tokenspice.studies.commands.answers import answer
from tokenspice.studies.commands.options import (
    NetlistArgument,
    NetworkOption,
    SeedOption,
    SetOption,
    VerboseOption,
    errors_in_one_line,
    load,
    split_settings,
    with_network,
)

if TYPE_CHECKING:
    from tokenspice.engine.study import Study
    from tokenspice.studies.design.request import Common
    from tokenspice.studies.design.result import Result
    from tokenspice.studies.netlist.netlist import Netlist

__all__ = ["design_verb"]

Many = list[str] | None


def common_options(
    netlist: NetlistArgument,
    outdir: Annotated[Path, typer.Argument(metavar="OUTDIR", help="A new folder, for report.md and tables.")],
    study: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A TOML file with [design], [random], [metrics], specs, …")
    ] = None,
    design: Annotated[Many, typer.Option(metavar="NAME=RANGE", help="What to choose: 50:150, or pool,outside.")] = None,
    random: Annotated[
        Many, typer.Option(metavar="NAME=LAW", help="What chance chooses: lognormal(0.7, 0.3), and the like.")
    ] = None,
    environment: Annotated[
        Many, typer.Option(metavar="NAME=RANGE", help="What may be as bad as it can be; as --design.")
    ] = None,
    metric: Annotated[
        Many, typer.Option(metavar="NAME=METRIC", help="A number of each run, such as worst=highest(column).")
    ] = None,
    spec: Annotated[
        Many, typer.Option(metavar="SPEC", help='In place of the netlist\'s: "worst <= 1000 USD in 0.99".')
    ] = None,
    goal: Annotated[Many, typer.Option(metavar="METRIC=min|max", help="In place of the netlist's goals.")] = None,
    budget: Annotated[int | None, typer.Option(min=1, metavar="N", help="Runs at most.")] = None,
    reps: Annotated[int | None, typer.Option(min=1, metavar="R", help="Seeds for each set of parameters.")] = None,
    alpha: Annotated[float, typer.Option(metavar="SHARE", help="How often an interval may miss.")] = 0.05,
    seed: SeedOption = None,
    settings: SetOption = None,
    workers: Annotated[
        int | None, typer.Option("-j", "--workers", metavar="N", help="Processes. Default: one for each core.")
    ] = None,
    executor: Annotated[str, typer.Option(metavar="WHERE", help="As for tsp batch.")] = "local",
    timeout: Annotated[float | None, typer.Option(metavar="S", help="Seconds that one tick may take.")] = None,
    network: NetworkOption = None,
    fork: Annotated[str | None, typer.Option(metavar="URL[@BLOCK]", help="As for tsp batch.")] = None,
    fork_cache: Annotated[Path | None, typer.Option(metavar="FILE", help="As for tsp batch.")] = None,
    warm: Annotated[bool, typer.Option("--warm", help="Wire each set of parameters once, with --seed.")] = False,
    from_dirs: Annotated[
        list[Path] | None, typer.Option("--from", metavar="DIR", help="Take runs that another folder has.")
    ] = None,
    keep_rows: Annotated[bool, typer.Option("--keep-rows", help="Keep what every run logged, in OUTDIR/rows.")] = False,
    crashed: Annotated[
        str, typer.Option(metavar="fail|ignore|stop", help="What a run that fails is: one that meets no spec, …")
    ] = "fail",
    max_hours: Annotated[float, typer.Option(metavar="H", help="Do not begin what would take longer.")] = 24.0,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what it would cost; write nothing.")] = False,
    resume: Annotated[bool, typer.Option("--resume", help="Go on in OUTDIR; what was run is not run again.")] = False,
    verbose: VerboseOption = False,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Print nothing but errors.")] = False,
) -> None:
    """The options of all tools, as a signature."""


def design_verb(tool: Callable[..., "Result"]) -> Callable[..., None]:
    """Return the verb of a tool.

    Args:
        tool: takes (netlist, study, common, **its own options), the latter with typer's annotations. Its docstring is
            the verb's help.
    """
    shared = inspect.signature(common_options).parameters
    hints = typing.get_type_hints(tool, include_extras=True, localns=LATER)
    own = [one.replace(annotation=hints[one.name]) for one in list(inspect.signature(tool).parameters.values())[3:]]

    def verb(**values: Any) -> None:
        given = {one.name: values.pop(one.name) for one in own}
        with errors_in_one_line(values["verbose"]):
            netlist = load(values["netlist"])
            with nullcontext() if values["quiet"] or values["dry_run"] else progress() as watch:
                result = tool(netlist, asked_study(netlist, values), common_of(values, watch), **given)
            if not values["quiet"]:
                tell(result, values["dry_run"])
        if result.exit_code:
            raise typer.Exit(result.exit_code)

    netlist_first, folder = [one for one in shared.values() if one.default is one.empty]
    between = [one for one in own if one.default is one.empty]  # a tool's own arguments
    rest = [one for one in (*own, *shared.values()) if one.default is not one.empty]
    parameters = [netlist_first, *between, folder, *(one.replace(kind=one.KEYWORD_ONLY) for one in rest)]
    verb.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    verb.__annotations__ = {one.name: one.annotation for one in parameters}
    verb.__doc__, verb.__name__ = tool.__doc__, tool.__name__.strip("_")
    return verb


# Names of the types that a tool's first three arguments have, which are not imported before the verb is called.
LATER: dict[str, Any] = dict.fromkeys(("Netlist", "Study", "Common", "Result"), object)


def asked_study(netlist: "Netlist", values: dict[str, Any]) -> "Study":
    """Return the netlist's study with what the file and the options change of it."""
    from tokenspice.engine.study import Study
    from tokenspice.studies.design.study_text import changed_study, read_study_file

    study = netlist.study or Study()
    if values["study"]:
        study = changed_study(study, read_study_file(values["study"]))
    words: dict[str, Any] = {
        word: split_settings(values[word] or [], f"--{word}") for word in ("design", "random", "environment")
    }
    words["metrics"] = split_settings(values["metric"] or [], "--metric")
    words["goals"] = split_settings(values["goal"] or [], "--goal")
    words["specs"] = values["spec"] or []
    return changed_study(study, words) if any(words.values()) else study


def common_of(values: dict[str, Any], watch: Callable[[int, int], None] | None) -> "Common":
    """Return what all tools take."""
    from tokenspice.studies.batch.workers import Workers
    from tokenspice.studies.design.request import Common

    config = with_network(values["network"], fork=values["fork"], fork_cache=values["fork_cache"])
    common = Common(
        seed=values["seed"] or 0,
        workers=Workers(values["workers"], values["executor"], values["timeout"], config),
        out_dir=values["outdir"],
        from_dirs=tuple(values["from_dirs"] or ()),
        settings=split_settings(values["settings"] or []),
        watch=watch,
    )
    if values["budget"] is not None:
        common["budget"] = values["budget"]
    if values["reps"] is not None:
        common["reps"] = values["reps"]
    for word in ("alpha", "crashed", "max_hours", "dry_run", "resume", "keep_rows", "warm"):
        common[word] = values[word]
    return common


def progress() -> Any:
    """Show how many runs were made, on standard error."""
    from tokenspice.studies.design.progress import show_runs

    return show_runs()


def tell(result: "Result", dry_run: bool) -> None:
    """Print the page, but for its notes and pictures, and where the folder is."""
    page = result.report()
    print(page.partition("\n## Notes")[0] if not dry_run else page)
    facts = {"tool": result.tool, "verdict": result.verdict, "runs_made": result.runs_made}
    where = [f"{result.verdict}; {result.runs_made} runs made: {result.folder}"] if result.folder else []
    answer(facts, *where)
