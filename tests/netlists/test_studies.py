"""What netlists ask of themselves can be asked: every name is a parameter, and every value that is drawn is in range."""

from pathlib import Path

import numpy as np
import pytest

from tests.conftest import PROJECT
from tokenspice.studies.batch.workers import Workers
from tokenspice.studies.design.draws import Seeds, random_settings
from tokenspice.studies.design.opening import open_study
from tokenspice.studies.design.request import Request
from tokenspice.studies.design.space import Box, Cloud
from tokenspice.studies.design.subject import NetlistCandidate, check_study
from tokenspice.studies.netlist.netlist_file import load_netlist
from tokenspice.web3engine.config import Config

DECLARED = sorted(path for path in (PROJECT / "netlists").glob("*/netlist.py") if "netlist_study" in path.read_text())
each_study = pytest.mark.parametrize("path", DECLARED, ids=[path.parent.name for path in DECLARED])


def test_netlists_of_every_kind_declare_a_study() -> None:
    names = {path.parent.name for path in DECLARED}

    assert names >= {
        *(
            "simplepool",
            "oceanv4",
            "aave_liquidation",
            "uniswap_arbitrage",
            "quadratic_funding",
            "opsci_profit_sharing",
        ),
        *("wsloop", "rai", "dynamic_pool"),
    }


@each_study
def test_every_value_of_a_study_is_one_that_its_parameter_may_have(path: Path, config: Config) -> None:
    netlist = load_netlist(path)
    study = netlist.study
    assert study
    candidate = NetlistCandidate(netlist, {}, Workers(1, config=config), None)
    check_study(study, candidate)
    box = Box({**study.design, **study.environment}, candidate.types)
    cloud = Cloud(study.random, study.correlations, candidate.types, candidate.folder)
    sets = [box.settings(point) for point in (np.zeros(len(box)), np.ones(len(box)), *box.sobol(16, 0))]
    sets += [random_settings(cloud, seed) for seed in Seeds(0).first(200)]

    wrong = [candidate.out_of_range(name, value) for settings in sets for name, value in settings.items()]
    assert [text for text in wrong if text] == []


@pytest.mark.slow
@each_study
def test_every_metric_of_a_study_has_a_value(path: Path, config: Config) -> None:
    with open_study("test", path, None, Request(workers=Workers(1, config=config)), {}, 1) as evaluator:
        entry = evaluator.folder.ledger[evaluator.pilot]

    assert entry.failure is None
    assert list(entry.metrics) == list(evaluator.study.metrics)
