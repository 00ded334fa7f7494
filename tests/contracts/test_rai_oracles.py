"""contracts/rai: the hour-delayed oracle, and the medianizer over Uniswap V2's own pair."""

from collections.abc import Iterator

import pytest

from tokenspice.engine import HOUR, tokens
from tokenspice.protocols.rai import WAD
from tokenspice.web3engine import Chain, Contract, Reverted, Token


@pytest.fixture
def chain(in_process_chain: Chain) -> Iterator[Chain]:
    with in_process_chain.anchor():
        yield in_process_chain


def result(chain: Chain, oracle: Contract) -> tuple[int, bool]:
    price, valid = chain.read(oracle.getResultWithValidity())
    return int(price), bool(valid)


def test_a_delayed_price_is_that_of_the_update_before(chain: Chain) -> None:
    source = chain.deploy("rai/SettableOracle", 100 * WAD)
    delayed = chain.deploy("rai/DelayedOracle", source.address, HOUR)
    chain.faucet.send(source.set(200 * WAD))

    with pytest.raises(Reverted, match="DelayedOracle/not-passed"):
        chain.faucet.send(delayed.updateResult())
    chain.advance(HOUR)
    chain.faucet.send(delayed.updateResult())
    assert result(chain, delayed) == (100 * WAD, True)
    chain.advance(HOUR)
    chain.faucet.send(delayed.updateResult())
    assert result(chain, delayed) == (200 * WAD, True)


def test_a_price_of_nothing_is_not_valid(chain: Chain) -> None:
    assert result(chain, chain.deploy("rai/SettableOracle", 0)) == (0, False)


def open_pair(chain: Chain, coins: int, ether: int) -> tuple[Contract, Token, Token]:
    """A pair of Uniswap V2's own bytecode, with liquidity."""
    coin, weth = chain.deploy_token("COIN"), chain.deploy_token("WETHER")
    factory = chain.deploy("UniswapV2Factory", chain.faucet.address)
    chain.faucet.send(factory.createPair(coin.contract.address, weth.contract.address))
    address = chain.read(factory.getPair(coin.contract.address, weth.contract.address))
    pair = chain.contract("UniswapV2Pair", address)
    chain.faucet.send(coin.contract.transfer(address, tokens(coins)))
    chain.faucet.send(weth.contract.transfer(address, tokens(ether)))
    chain.faucet.send(pair.mint(chain.faucet.address))
    return pair, coin, weth


def open_medianizer(chain: Chain, pair: Contract, coin: Token) -> Contract:
    ether = chain.deploy("rai/SettableOracle", 2500 * WAD)
    arguments = (pair.address, coin.contract.address, ether.address, 16 * HOUR, 24 * HOUR, 4)
    return chain.deploy("rai/ConsecutiveSlotsMedianizer", *arguments)


def observe(chain: Chain, medianizer: Contract, times: int) -> None:
    for _ in range(times):
        chain.advance(4 * HOUR)
        chain.faucet.send(medianizer.updateResult())


def test_a_steady_pool_gives_its_price_once_the_window_is_full(chain: Chain) -> None:
    pair, coin, _ = open_pair(chain, coins=1_000_000, ether=1200)
    medianizer = open_medianizer(chain, pair, coin)

    observe(chain, medianizer, 4)
    assert not result(chain, medianizer)[1]
    observe(chain, medianizer, 1)

    price, valid = result(chain, medianizer)
    assert valid and price == pytest.approx(3 * WAD, rel=1e-9)
    chain.advance(24 * HOUR + 1)
    assert not result(chain, medianizer)[1], "too old"


def test_a_move_counts_for_as_long_as_it_lasts(chain: Chain) -> None:
    pair, coin, weth = open_pair(chain, coins=1_000_000, ether=1200)
    medianizer = open_medianizer(chain, pair, coin)
    observe(chain, medianizer, 5)
    chain.faucet.send(weth.contract.transfer(pair.address, tokens(1200)))
    chain.faucet.send(pair.sync())  # the coin is worth twice as much from here on

    averages = []
    for _ in range(5):
        observe(chain, medianizer, 1)
        averages.append(result(chain, medianizer)[0] / WAD)

    assert averages == pytest.approx([3.75, 4.5, 5.25, 6, 6], rel=1e-6)


def test_the_mean_in_ether_is_valued_at_the_mean_of_ether(chain: Chain) -> None:
    pair, coin, weth = open_pair(chain, coins=1_000_000, ether=1200)
    medianizer = open_medianizer(chain, pair, coin)
    observe(chain, medianizer, 5)
    ether = chain.contract("rai/SettableOracle", chain.read(medianizer.converter()))
    chain.faucet.send(ether.set(1250 * WAD))
    chain.faucet.send(weth.contract.transfer(pair.address, tokens(1200)))
    chain.faucet.send(pair.sync())  # ether is worth half as much, and the coin twice as much ether

    observe(chain, medianizer, 2)

    means = (2 * 0.0012 + 2 * 0.0024) / 4, (2 * 2500 + 2 * 1250) / 4
    assert result(chain, medianizer)[0] / WAD == pytest.approx(means[0] * means[1], rel=1e-9)


def test_it_observes_at_most_once_a_period(chain: Chain) -> None:
    pair, coin, _ = open_pair(chain, coins=1_000_000, ether=1200)
    medianizer = open_medianizer(chain, pair, coin)
    observe(chain, medianizer, 1)

    with pytest.raises(Reverted, match="not-enough-time-elapsed"):
        chain.faucet.send(medianizer.updateResult())
