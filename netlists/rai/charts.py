"""What is drawn of rai."""

from tokenspice.engine import COUNT, PERCENT, Unit, YParam, lines

__all__ = ["CHARTS"]

CHARTS: list[YParam] = [
    lines("Peg error", PERCENT, peg_error="").shown(
        about="The market's price of RAI over its redemption price, less 1."
    ),
    lines(
        "How far RAI is from its redemption price",
        "USD",
        market_price="in the pool",
        value="as holders value it",
        oracle_price="as the controller sees it",
    ).shown(minus="redemption_price"),
    lines("Redemption rate", "gross, per year", redemption_rate="").shown(
        draw="step", about="1 is no change: above it debts grow, below it they shrink."
    ),
    lines("Price of ether", "USD", eth_price=""),
    lines(
        "Price of RAI",
        "USD",
        market_price="in the pool",
        value="as holders value it",
        oracle_price="as the controller sees it",
        redemption_price="redemption price",
    ),
    lines("Time outside the band", "hours", hours_outside_band=""),
    lines("RAI in the pool", Unit("RAI, millions", 1e-6), pool_RAI=""),
    lines("Ether in the pool", "ETH", pool_ETH=""),
    lines("Debt of all SAFEs", Unit("RAI, millions", 1e-6), debt_RAI="").shown(draw="step"),
    lines("Collateral", "ETH", collateral_ETH="in SAFEs", liquidated_ETH="liquidated so far"),
    lines("Collateral per debt", PERCENT, collateral_ratio=""),
    lines("Updates of the rate", COUNT, n_rate_updates="all", n_rate_bound_hits="cut by the bounds"),
    lines(
        "Who acts",
        COUNT,
        n_arbitrages="arbitrages",
        n_trades="trades of price and rate traders",
        n_safe_changes="changes of SAFEs",
        n_refused="refused calls",
    ),
]
