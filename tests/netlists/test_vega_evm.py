"""vega_evm: the chain holds, to the unit, what the exchange owes, and changes nothing of what happens there."""

import pytest

from tests.netlists.exchange_runs import rows_of
from tokenspice.web3engine import Chain

SHORT = {"seed": 1, "max_ticks": 40, "log_interval": 600, "price__motion__sigma": 40}
GAS = ("gas_per_step", "gas_per_account", "accounts_per_step")


def test_a_run_with_its_money_on_the_chain_is_the_same_run(in_process_chain: Chain) -> None:
    with in_process_chain.anchor():
        on_chain, state = rows_of("vega_evm", in_process_chain, **SHORT)
        state.settlement.mirror.settle()
        state.settlement.mirror.check()
    off_chain, _ = rows_of("vega_evm", settlement="engine", **SHORT)

    assert [str({**row, **dict.fromkeys(GAS, 0)}) for row in on_chain] == [
        str({**row, **dict.fromkeys(GAS, 0)}) for row in off_chain
    ]
    last = on_chain[-1]
    assert last["vault_deviation"] == 0 < last["gas_per_step"]
    assert last["n_closeouts"] > 0


def test_gas_for_each_account_is_far_below_that_of_a_transaction(in_process_chain: Chain) -> None:
    with in_process_chain.anchor():
        rows, _ = rows_of("vega_evm", in_process_chain, **SHORT)

    assert rows[-1]["gas_per_account"] == pytest.approx(8_000, rel=0.5)
