"""A liquidity provider's bond pays where its other accounts cannot."""

from tests.markets.exchange.trading import Trading
from tokenspice.markets.exchange import AccountType, Position, profit


def provider(bond: int) -> tuple[Trading, Position, list[int]]:
    """A party that is long 10 at 100 with 420 and a bond, and what its bond lost at each use."""
    trading = Trading()
    trading.trade("bystander", "passer-by", 1, 100)
    trading.fund(provider=420)
    trading.trade("provider", "rich", 10, 100)
    position, ledger, lost = trading.market.position("provider"), trading.exchange.ledger, list[int]()
    position.bond = ledger.account("provider", "USD", AccountType.BOND, trading.market.id)
    ledger.deposit(position.bond, bond)
    trading.market.on_bond_used = lambda _, amount: lost.append(amount)
    return trading, position, lost


def test_it_covers_what_margin_lacks_of_maintenance_and_pays_a_penalty_on_that() -> None:
    trading, position, lost = provider(1000)
    trading.mark(80)

    # 220 are left of 420; maintenance is 280, so 60 come from the bond and 6 more go to the insurance pool
    assert (position.volume, position.margin.balance, lost) == (10, 280, [66])
    assert position.bond and position.bond.balance == 1000 - 66
    assert trading.market.insurance.balance == 6
    assert trading.is_conserved()


def test_it_pays_losses_before_the_insurance_pool_does() -> None:
    trading, position, _ = provider(1000)
    trading.mark(50)

    # 80 of the loss of 500, then 175 of margin, each with a tenth on top
    assert position.margin.balance == 175
    assert position.bond and position.bond.balance == 1000 - 88 - 193
    assert trading.is_conserved()


def test_what_is_left_of_it_is_lost_with_the_position() -> None:
    trading, position, _ = provider(50)
    trading.mark(80)

    assert position.bond and (position.volume, position.bond.balance) == (0, 0)
    assert trading.market.insurance.balance == 220 + 50
    assert profit(position, trading.market).realised == -470
    assert trading.is_conserved()
