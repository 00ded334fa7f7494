"""Which tests `pytest` alone leaves to `python3 bootstrap.py ci`: those that start nodes or clusters, and those that take seconds each.

A test of nodes or clusters is known by what it, or a fixture of its own, says; a slow one is named here. Weekly ones are
run by hand, `pytest -m weekly`: they take minutes, or show of a further case what one case shows in `ci`.
"""

import inspect
import re
from collections.abc import Iterable, Iterator
from pathlib import PurePath

import pytest

__all__ = ["SLOW", "WEEKLY", "marks_of", "repeated_on_nodes"]

NODES = re.compile(r"[\"'](anvil|ganache)[\"']|NODE_KINDS|--network ganache")
CLUSTERS = re.compile(r"[\"'](dask|ray)\b")

# Files, and tests in them, by their paths from tests/.
SLOW = (
    "contracts/test_dynamic_pool.py::test_random_trades_give_and_take_the_same_to_the_unit",
    "contracts/test_shipped.py::test_it_is_what_the_compiler_makes_of_them",
    "docs/test_docs.py::test_the_document_does_what_it_says",
    "docs/test_docs.py::test_the_page_on_python_runs_as_it_stands",
    "docs/test_docs.py::test_what_the_page_on_pools_does_in_python_runs_as_it_stands",
    "docs/test_forks.py",
    "docs/test_site.py::test_every_document_and_every_netlist_has_its_page",
    "docs/test_site.py::test_every_link_leads_to_a_page",
    "docs/test_site.py::test_nothing_is_asked_for_outside",
    "docs/test_site.py::test_search_works_without_a_server",
    "docs/test_site.py::test_what_packages_offer_is_described",
    "engine/test_wallet.py::TestLedger",
    "markets/exchange/fuzz/test_fuzz.py::test_the_same_seed_leads_to_the_same_bytes_whatever_pythons_hash_seed",
    "netlists/test_dynamic_pool.py::test_they_do_so_for_twenty_days",
    "netlists/test_dynamic_pool.py::test_they_do_so_in_every_recorded_run",
    "netlists/test_every_netlist.py::test_interrupted_and_resumed_it_writes_the_same_bytes",
    "netlists/test_science_golden.py",
    "netlists/test_simplepool.py::test_twelve_seeds_lie_within_the_golden_bands",
    "packaging/test_wheel.py",
    "protocols/dynamicpool/test_lockstep.py::test_a_fault_is_found_at_its_step_and_shrunk_to_the_operation_that_shows_it",
    "protocols/dynamicpool/test_lockstep.py::test_random_operations_do_the_same_on_both",
    "studies/batch/test_command.py",
    "studies/batch/test_forked.py",
    "studies/batch/test_warm.py",
    "studies/batch/test_workers.py",
    "studies/batch/test_further_tables.py",
    "studies/commands/test_answers.py",
    "studies/commands/test_completions.py",
    "studies/design/checking/test_check.py::test_a_check_that_is_resumed_makes_no_run_and_writes_the_same_bytes",
    "studies/design/checking/test_check.py::test_it_leaves_a_run_that_stopped_one_tick_before",
    "studies/design/checking/test_check.py::test_the_exported_test_fails_and_passes_once_the_invariant_holds",
    "studies/design/sensitivity/test_sense.py::test_chance_holds_the_random_variables_that_are_not_asked_for",
    "studies/design/test_discover.py::test_a_choice_is_named_and_a_finished_folder_says_the_same_without_a_run",
    "studies/design/test_discover.py::test_a_corner_is_found_to_its_limits",
    "studies/design/test_mimic.py",
    "studies/design/test_sweep.py",
    "studies/pools/test_training_commands.py",
    "studies/pools/training/test_gradient.py",
    "studies/pools/training/test_plateau.py::test_the_factor_is_that_of_optax",
    "studies/pools/training/test_train.py",
    "studies/resume/test_warm_start.py::test_wire_and_run_on_the_command_line",
    "studies/trading/test_runs.py::test_a_session_that_goes_back_leaves_the_same_bytes",
    "studies/trading/test_runs.py::test_chance_may_branch_and_a_run_may_begin_with_a_start",
    "studies/trading/test_runs.py::test_what_was_recorded_is_drawn_market_by_market",
    "studies/trading/test_runs.py::test_killed_at_any_instant_and_in_another_process_it_goes_on_to_the_same_bytes",
    "studies/resume/test_warm_start.py::test_wiring_that_asks_through_web3_is_repeated_and_resumed_too",
    "studies/resume/test_resume.py::test_a_killed_run_keeps_its_transactions_and_resumes_to_the_same_bytes",
    "studies/resume/test_resume.py::test_killed_at_any_instant_it_goes_on_to_the_same_bytes",
    "studies/show/test_show.py::test_wrong_words_are_answered_in_one_line_and_nothing_is_written",
    "studies/test_cli.py",
    "studies/test_faults.py",
    "studies/test_forks.py",
    "studies/test_stuck.py",
    "studies/twin/test_cycle.py",
    "studies/twin/test_extrapolate.py::test_one_worker_and_two_give_the_same_bytes",
    "studies/twin/test_extrapolate.py::test_what_a_folder_keeps_is_not_run_again_and_gives_the_same_bytes",
    "studies/twin/test_identification.py",
    "studies/twin/test_subgraph.py::test_a_dead_endpoint_is_said_after_a_few_attempts",
    "studies/twin/test_predecessor.py::test_with_the_autoregression_a_whole_week_is_reproduced",
    "web3engine/fork/test_forked_chain.py",
    "web3engine/test_compile.py",
    "web3engine/test_linking.py",
    "web3engine/test_npm.py",
)

# Cases of tests: what one netlist of a family shows daily, the others show in `ci`.
SLOW_CASES = (
    "netlists/test_every_netlist.py::test_it_runs_logs_and_draws_and_the_same_seed_gives_the_same_bytes[vega_",
)
DAILY_CASE = "vega_crash]"

# Files, tests in them, or cases of these.
WEEKLY = (
    "contracts/test_shipped.py::test_it_is_what_the_compiler_makes_of_them",
    "docs/test_docs.py::test_the_document_does_what_it_says[design.md",
    "docs/test_docs.py::test_the_document_does_what_it_says[pools.md",
    "docs/test_docs.py::test_the_document_does_what_it_says[twins.md",
    "docs/test_notebooks.py::test_a_netlist_that_is_written_in_cells_runs_here_and_in_workers",
    "docs/test_notebooks.py::test_a_notebook_runs",
    "docs/test_notebooks.py::test_every_line_of_the_surface_runs_in_a_fresh_kernel",
    "docs/test_site.py::test_every_document_and_every_netlist_has_its_page",
    "docs/test_site.py::test_every_link_leads_to_a_page",
    "docs/test_site.py::test_nothing_is_asked_for_outside",
    "docs/test_site.py::test_search_works_without_a_server",
    "docs/test_site.py::test_what_packages_offer_is_described",
    "netlists/test_every_netlist.py::test_interrupted_and_resumed_it_writes_the_same_bytes[vega_amm",
    "netlists/test_every_netlist.py::test_interrupted_and_resumed_it_writes_the_same_bytes[vega_basic",
    "netlists/test_every_netlist.py::test_interrupted_and_resumed_it_writes_the_same_bytes[vega_evm",
    "netlists/test_every_netlist.py::test_interrupted_and_resumed_it_writes_the_same_bytes[vega_fuzz",
    "netlists/test_every_netlist.py::test_interrupted_and_resumed_it_writes_the_same_bytes[vega_h",
    "netlists/test_every_netlist.py::test_interrupted_and_resumed_it_writes_the_same_bytes[vega_liquidation",
    "netlists/test_every_netlist.py::test_interrupted_and_resumed_it_writes_the_same_bytes[vega_optmm",
    "netlists/test_every_netlist.py::test_interrupted_and_resumed_it_writes_the_same_bytes[vega_p",
    "netlists/test_every_netlist.py::test_interrupted_and_resumed_it_writes_the_same_bytes[vega_sla",
    "netlists/test_studies.py::test_every_metric_of_a_study_has_a_value",
    "packaging/test_wheel.py",
    "studies/batch/test_workers.py::test_a_cluster_gives_the_same_bytes_and_survives_a_killed_worker[ray",
    "studies/bindings/test_bindings.py::test_the_documents_agents_pass_with_bindings_and_a_swapped_argument_does_not",
    "studies/design/optimisation/test_optimise.py::test_hartmanns_deepest_well_of_six_dimensions_is_found",
    "studies/design/optimisation/test_optimise.py::test_the_front_of_binh_and_korn_keeps_both_constraints",
    "studies/design/optimisation/test_optimise.py::test_the_front_of_zdt1_rules_nearly_all_that_can_be_ruled",
    "studies/design/rare/test_rare.py::test_a_queue_reaches_its_limit_once_in_two_to_the_power_of_it",
    "studies/design/rare/test_rare.py::test_a_reserve_fails_as_convolution_says",
    "studies/design/rare/test_rare.py::test_cross_entropy_finds_a_plane",
    "studies/design/rare/test_rare.py::test_points_find_what_is_known",
    "studies/design/rare/test_rare.py::test_the_seed_is_one_more_coordinate_of_subset_sampling",
    "studies/design/rare/test_splitting.py::test_the_mean_of_many_repetitions_is_the_probability_whatever_the_score",
    "studies/design/test_discover.py::test_a_corner_is_found_to_its_limits",
    "studies/design/test_fit.py::test_known_truths_lie_evenly_in_their_posteriors",
    "studies/design/test_mimic.py",
    "studies/design/test_sweep.py",
    "studies/new/test_new.py::test_what_comes_out_runs_and_passes_every_check",
    "studies/pools/test_training_commands.py",
    "studies/resume/test_resume.py::test_killed_at_any_instant_it_goes_on_to_the_same_bytes[busy",
    "studies/resume/test_resume.py::test_killed_at_any_instant_it_goes_on_to_the_same_bytes[simplegrant",
    "studies/resume/test_resume.py::test_killed_at_any_instant_it_goes_on_to_the_same_bytes[simplepool",
    "studies/test_forks.py::test_a_miss_is_noted_and_widening_reads_it_until_the_replay_is_whole",
    "studies/test_rpc_faults.py::test_a_fault_that_stays_ends_in_an_error_that_names_tick_and_method[half",
    "studies/test_rpc_faults.py::test_a_fault_that_stays_ends_in_an_error_that_names_tick_and_method[hang",
    "studies/test_rpc_faults.py::test_a_fault_that_stays_ends_in_an_error_that_names_tick_and_method[reset",
    "studies/test_rpc_faults.py::test_a_fault_that_stays_ends_in_an_error_that_names_tick_and_method[wrong id",
    "studies/twin/test_cycle.py",
)

# What chance draws is the same on every chain, as other tests show: its bands are looked at on one.
ONCE = ("netlists/test_simplepool.py::test_twelve_seeds_lie_within_the_golden_bands",)


def marks_of(item: pytest.Function) -> Iterator[str]:
    """Yield the tiers that a test belongs to; of the in-process one, none."""
    values = item.callspec.params.values() if hasattr(item, "callspec") else ()
    sources = [source_of(item.function), *fixture_sources(item)]
    named = {*item.fixturenames, *(value for value in values if isinstance(value, str))}
    if {"anvil", "ganache"} & named or speaks(NODES, sources):
        yield "nodes"
    if speaks(CLUSTERS, sources):
        yield "cluster"
    name = item.nodeid.removeprefix("tests/").partition("[")[0]
    case = item.nodeid.removeprefix("tests/").startswith(SLOW_CASES) and not item.nodeid.endswith(DAILY_CASE)
    if case or any(f"{name}::".startswith(f"{slow}::") for slow in SLOW):
        yield "slow"
    if item.nodeid.removeprefix("tests/").startswith(WEEKLY):
        yield "weekly"


def speaks(what: re.Pattern[str], sources: Iterable[str]) -> bool:
    return any(what.search(source) for source in sources)


def source_of(function: object) -> str:
    """Return a function's body: what its decorators say, the values of its cases show."""
    try:
        return inspect.getsource(function).partition("def ")[2]  # type: ignore[arg-type]
    except (OSError, TypeError):
        return ""


def fixture_sources(item: pytest.Function) -> Iterator[str]:
    """Yield the bodies of the fixtures of ours that a test uses."""
    for definitions in item._fixtureinfo.name2fixturedefs.values():
        for definition in definitions:
            if "tests" in str(getattr(definition.func, "__module__", "")) or "conftest" in definition.baseid:
                yield source_of(definition.func)


def repeated_on_nodes(items: Iterable[pytest.Item]) -> list[pytest.Item]:
    """Return the tests that show no more on a node than in this process.

    That the chains are equal, their own suites prove; so of each role of agents the first test runs on the nodes too.
    """
    seen: dict[tuple[str, str], str] = {}
    found: list[pytest.Item] = []
    for item in items:
        values = getattr(item, "callspec", None)
        network = values.params.get("running_backend") if values else None
        if network not in ("anvil", "ganache"):
            continue
        function = item.nodeid.partition("[")[0]
        if function.removeprefix("tests/") in ONCE:
            found.append(item)
        elif PurePath(item.path).parts[-2] == "agents":
            if seen.setdefault((str(item.path), str(network)), function) != function:
                found.append(item)
    return found
