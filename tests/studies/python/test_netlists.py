"""`ts.netlists()` and `ts.netlist(…)`: what there is, and what one of them is."""

import importlib

import pytest

import tokenspice as ts
from tokenspice.engine import NetlistError
from tokenspice.studies.netlist.catalogue import entries
from tokenspice.studies.netlist.libraries import netlist_files


def test_netlists_are_a_table() -> None:
    table = ts.netlists()

    assert table.loc["simplegrant", "question"].startswith("How does a grant")
    assert table.loc[["simplegrant", "simplepool", "opsci_naive"], "chain"].tolist() == ["none", "needed", "optional"]


def test_what_a_netlist_s_file_says_of_its_chain_is_so() -> None:
    for entry in entries(netlist_files()):
        assert ts.netlist(entry.name).netlist.needs_chain == (entry.chain != "none"), entry.name


def test_the_function_stays_when_the_package_of_its_name_is_imported() -> None:
    science = importlib.import_module("tokenspice.netlists.science")

    assert len(ts.netlists()) > 20
    assert importlib.import_module("tokenspice.netlists").science is science


def test_a_netlist_has_parameters_and_a_drawing() -> None:
    page = ts.netlist("simplegrant")

    assert page.parameters.loc["granter_init_OCEAN"].tolist() == ["1", "OCEAN", "0 or more", "the whole grant"]
    assert page.chain == "none" and "smallest netlist" in page._repr_html_()
    assert page.schematic(run=24, granter_init_OCEAN=2)._repr_svg_().rstrip().endswith("</svg>")


def test_what_is_no_netlist_is_refused() -> None:
    with pytest.raises(NetlistError, match="3 is no netlist"):
        ts.run(3)  # type: ignore[arg-type]
