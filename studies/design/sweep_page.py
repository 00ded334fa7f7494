"""What a sweep leaves: a page and tables."""

from typing import Any

from tokenspice.studies.design.draws import child_seed
from tokenspice.studies.design.report import Report, number_text, percent_text
from tokenspice.studies.design.surrogate.effects import Effects, MainEffect, effects_of
from tokenspice.studies.design.surrogate.response import Response
from tokenspice.studies.design.surrogate.swept import Swept

__all__ = ["all_effects", "sweep_page", "sweep_tables"]

POINTS = 512  # of the box, over which effects are means
HALF = 0.5  # a ceiling below leaves more to chance than to parameters
SMALL = 0.005  # of the variance; a pair below is not named


def all_effects(swept: Swept, seed: int) -> dict[str, Effects]:
    """Return the effects of each metric of which something was learnt."""
    box = swept.box
    points = [box.settings(point) for point in box.sobol(POINTS, child_seed(seed, "sweep/effects"))]
    axes = swept.surrogate.axes
    return {
        name: effects_of(response.trained.predict, axes, points)
        for name, response in swept.surrogate.responses.items()
        if not response.is_flat and response.q2 > 0
    }


def sweep_tables(swept: Swept, effects: dict[str, Effects]) -> dict[str, Any]:
    """Return the tables of a sweep, of pyarrow, by name."""
    import pyarrow as pa

    responses = swept.surrogate.responses
    mains = [(metric, one) for metric, found in effects.items() for one in found.mains]
    pairs = [(metric, one) for metric, found in effects.items() for one in found.pairs]
    sets = {name: pa.array([point[name] for point in swept.sets.points]) for name in swept.box.names}
    for name, one in responses.items():
        sets |= {name: pa.array(one.means), f"{name}.noise": pa.array(one.noise)}
        sets |= {f"{name}.left_out": pa.array(one.trained.validated.predicted)}
    return {
        "responses": pa.table(
            {
                "metric": list(responses),
                "model": [one.kind for one in responses.values()],
                "q2": [one.q2 for one in responses.values()],
                "ceiling": [one.ceiling for one in responses.values()],
                "rmse": [one.rmse for one in responses.values()],
                "enough": [swept.enough[name] for name in responses],
            }
        ),
        "effects": pa.table(
            {
                "metric": pa.array([metric for metric, _ in mains], pa.string()),
                "variable": pa.array([one.name for _, one in mains], pa.string()),
                "share": pa.array([one.share for _, one in mains], pa.float64()),
                "change": pa.array([one.change for _, one in mains], pa.float64()),
                "values": pa.array([[str(value) for value in one.values] for _, one in mains], pa.list_(pa.string())),
                "means": pa.array([one.means.tolist() for _, one in mains], pa.list_(pa.float64())),
            }
        ),
        "pairs": pa.table(
            {
                "metric": pa.array([metric for metric, _ in pairs], pa.string()),
                "one": pa.array([pair.names[0] for _, pair in pairs], pa.string()),
                "other": pa.array([pair.names[1] for _, pair in pairs], pa.string()),
                "share": pa.array([pair.share for _, pair in pairs], pa.float64()),
            }
        ),
        "sets": pa.table(sets),
    }


def sweep_page(swept: Swept, effects: dict[str, Effects]) -> Report:
    """Return the report: how well each metric is known, what it depends on, and how to ask for more."""
    sets, responses = swept.sets, swept.surrogate.responses
    report = Report(f"How {', '.join(responses)} depend{'s' * (len(responses) == 1)} on {len(swept.box)} variables")
    report.table(
        [
            "metric",
            "unit",
            "Q²",
            "ceiling",
            "error of a set's mean",
            "error of the level",
            "spread of all sets",
            "enough",
        ],
        [
            [
                name,
                one.unit,
                one.q2,
                one.ceiling,
                one.rmse,
                one.level,
                float(one.means.std()),
                "yes" if swept.enough[name] else "no",
            ]
            for name, one in responses.items()
        ],
    )
    seeds = "one seed each" if swept.reps == 1 else f"{swept.reps} seeds each, the same for all sets"
    report.text(
        f"{len(sets.points)} sets, {seeds}. Q² and the error are of sets that the model had not seen (ten folds).",
        "With one seed for each set nobody knows the noise, and the ceiling is taken for 1." * (swept.reps == 1),
    )
    if swept.reps > 1:
        report.text(
            f"The error of the level is what all means share because their seeds are the same: one of {swept.reps} seeds, and "
            "no difference between sets. More seeds (`--reps`) make it smaller."
        )
    report.text(what_is_enough(swept))
    lost = [(sets.infeasible, "the netlist refused"), (sets.failed, "had a run that failed")]
    report.list([f"{count} more sets are left out, which {why}." for count, why in lost if count])
    for name, response in responses.items():
        add_metric(report, name, response, effects.get(name), swept.reps)
    report.section("Elsewhere in the box")
    report.text("`surrogate.json` holds all responses. In Python, with an interval of 90 % (CV+) for a set's mean:")
    call = f'print(load_surrogate("surrogate.json").predict("{next(iter(responses))}", {dict(sets.points[0])!r}))'
    report.text(f"```python\nfrom tokenspice.studies.design import load_surrogate\n\n{call}\n```")
    return report


def what_is_enough(swept: Swept) -> str:
    """Say what was enough, and what to do where it is not."""
    poor = [name for name, enough in swept.enough.items() if not enough]
    if not poor:
        return "Enough is a Q² of nine tenths of the ceiling, which the noise of the means leaves, or more."
    runs = 2 * len(swept.sets.points) * swept.reps
    return (
        f"**{', '.join(poor)}: not known well enough**, with a Q² below nine tenths of the ceiling. Ask for twice as many "
        f"sets in a new folder, which takes the runs of this one: `--budget {runs} --from` this folder."
    )


def add_metric(report: Report, name: str, response: Response, effects: Effects | None, reps: int) -> None:
    """Add what one metric depends on."""
    report.section(name)
    if response.is_flat:
        report.text(f"It is {response.means[0]:.6g} in all sets: none of the variables matters.")
        return
    if effects is None:
        report.text("Of sets that it had not seen, the model knows nothing (Q² ≤ 0), so no effect is shown.")
        return
    if reps > 1 and response.ceiling < HALF:
        report.text("Chance makes more of the differences between sets than their parameters do: more seeds, `--reps`.")
    mains = sorted(effects.mains, key=lambda main: -main.share)
    report.table(
        ["variable", "explains alone", "mean at one end", "at the other", "lowest", "highest"],
        [
            [main.name, percent_text(main.share), *ends(main), float(main.means.min()), float(main.means.max())]
            for main in mains
        ],
    )
    pairs = [
        f"{' and '.join(pair.names)} ({percent_text(pair.share)})" for pair in effects.pairs if pair.share >= SMALL
    ]
    report.text(f"Together, beyond what each does alone: {', '.join(pairs) or 'no pair above 0.5 %'}.")


def ends(main: MainEffect) -> list[str]:
    """Return the first and the last value of a variable, each with its mean."""
    pairs = list(zip(main.values, main.means, strict=True))
    shown = [
        (f"{value:.6g}" if isinstance(value, float) else str(value), mean) for value, mean in (pairs[0], pairs[-1])
    ]
    return [f"{value}: {number_text(float(mean))}" for value, mean in shown]
