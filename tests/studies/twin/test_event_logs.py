"""The system's history from its contracts' events: on a chain in this process, and on anvil."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.conftest import PROJECT
from tests.contracts.test_rai_oracles import open_pair
from tests.studies.twin.servers import node_of, serving
from tokenspice.engine import HOUR, tokens
from tokenspice.engine.errors import ConfigError, RunError
from tokenspice.protocols.rai import RAY, WAD, ControllerTerms
from tokenspice.protocols.rai.contracts import deploy_controller
from tokenspice.studies.twin.event_logs import ContractAddresses, read_addresses, record_logs
from tokenspice.studies.twin.http_json import Endpoint
from tokenspice.studies.twin.preparation import prepare
from tokenspice.studies.twin.raw_answers import RawAnswers
from tokenspice.studies.twin.records import Recording
from tokenspice.studies.twin.replay import hourly
from tokenspice.web3engine import Artifacts, Chain, Config
from tokenspice.web3engine.network import open_backend

UPDATES = 6
FOREVER = 10**12


def lived(chain: Chain) -> tuple[ContractAddresses, list[int]]:
    """Let a system live for some updates of its controller, and return where it is and its rates."""
    pair, coin, _ = open_pair(chain, coins=1_000_000, ether=1200)
    ether = chain.deploy("rai/SettableOracle", 2500 * WAD)
    delayed = chain.deploy("rai/DelayedOracle", ether.address, HOUR)
    market = chain.deploy("rai/SettableOracle", 3 * WAD)
    terms = ControllerTerms(kp=75_000_000_000, period=HOUR)
    control = deploy_controller(chain, chain.faucet, terms, market, 314 * RAY // 100, HOUR, leaks=False)
    engine = chain.deploy("rai/SafeEngine")
    rates = []
    for i in range(UPDATES):
        chain.advance(4 * HOUR)
        chain.faucet.send(delayed.updateResult())
        chain.faucet.send(market.set((300 + i) * WAD // 100))
        chain.faucet.send(coin.contract.transfer(pair.address, tokens(1000)))
        chain.faucet.send(pair.sync())
        chain.faucet.send(control.setter.updateRate(chain.faucet.address))
        rates.append(int(chain.read(control.relayer.redemptionRate())))
    where = ContractAddresses(
        deployed=0,
        relayer=control.relayer.address,
        setter=control.setter.address,
        eth_oracle=delayed.address,
        pair=pair.address,
        coin_is_token0=chain.read(pair.token0()) == coin.contract.address,
        safe_engine=engine.address,
    )
    return where, rates


@pytest.fixture(scope="module")
def system(in_process_chain: Chain) -> Iterator[tuple[Chain, ContractAddresses, list[int]]]:
    with in_process_chain.anchor():
        yield in_process_chain, *lived(in_process_chain)


def record(url: str, folder: Path, where: ContractAddresses, last: int) -> Recording:
    endpoint = Endpoint(url, pause=0.0)
    return record_logs(endpoint, RawAnswers(folder), where, 0, FOREVER, (), last_block=last)


def last_block(chain: Chain) -> int:
    return int(chain.w3.eth.block_number)


def check(found: Recording, rates: list[int]) -> None:
    history = prepare(found)
    assert history.redemption_rate == pytest.approx([hourly(rate) for rate in rates], rel=1e-15)
    assert history.coin_reserve.tolist() == [1_000_000 + 1000.0 * (i + 1) for i in range(UPDATES)]
    assert history.eth_price.tolist() == [2500.0] * UPDATES
    assert history.market_price[0] == pytest.approx(1200 / 1_001_000 * 2500, rel=1e-14)
    assert history.redemption_price[-1] > 3.14 and (history.time[1:] - history.time[:-1] >= HOUR).all()


def test_the_events_of_the_contracts_give_the_history(
    tmp_path: Path, system: tuple[Chain, ContractAddresses, list[int]]
) -> None:
    chain, where, rates = system
    with serving(node_of(chain)) as url:
        check(record(url, tmp_path, where, last_block(chain)), rates)


def test_a_node_that_gives_few_blocks_at_once_gives_the_same_history(
    tmp_path: Path, system: tuple[Chain, ContractAddresses, list[int]]
) -> None:
    chain, where, _ = system
    with serving(node_of(chain)) as url:
        whole = record(url, tmp_path / "whole", where, last_block(chain))
    with serving(node_of(chain, most_blocks=7)) as url:
        halved = record(url, tmp_path / "halved", where, last_block(chain))

    assert halved.snapshots == whole.snapshots


def test_a_node_that_gives_errors_for_single_blocks_is_an_error(
    tmp_path: Path, system: tuple[Chain, ContractAddresses, list[int]]
) -> None:
    chain, where, _ = system
    with serving(node_of(chain, most_blocks=0)) as url:
        with pytest.raises(RunError, match="answered eth_getLogs with an error: 'query returned more"):
            record(url, tmp_path, where, last_block(chain))


def test_the_events_on_anvil_give_the_history(tmp_path: Path, config: Config) -> None:
    backend = open_backend(replace(config, network="anvil"))
    try:
        chain = Chain(backend, Artifacts(PROJECT, config.build_folder))
        where, rates = lived(chain)
        url = str(backend.url)  # type: ignore[attr-defined]
        check(record(url, tmp_path, where, height(url)), rates)
    finally:
        backend.close()


def height(url: str) -> int:
    from tokenspice.studies.twin.event_logs import head

    return head(Endpoint(url))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("deployed = 1\n", "relayer: Field required"),
        ("deployed = 1\nrelayer = '0x12'\n", "relayer: String should match"),
        ("deployed =", "cannot be read as TOML"),
    ],
)
def test_what_is_wrong_with_a_file_of_addresses_is_said(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "contracts.toml"
    path.write_text(text)

    with pytest.raises(ConfigError, match=told):
        read_addresses(path)
