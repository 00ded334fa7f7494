"""RAI's history from a subgraph: hourly prices by cursor, and the system's state at their blocks, many to a request."""

from collections.abc import Iterator, Sequence
from typing import Any

from tokenspice.engine.errors import RunError
from tokenspice.engine.units import Seconds
from tokenspice.studies.twin.http_json import Endpoint, post_json
from tokenspice.studies.twin.raw_answers import RawAnswers, digest
from tokenspice.studies.twin.records import GainsFrom, Recording, Snapshot, snapshot_of

__all__ = ["record_subgraph"]

PAGE = 1000  # the most that a subgraph gives at once
BLOCKS_AT_ONCE = 40
COLLATERAL = "ETH-A"

STATS = f"""query($from: BigInt!, $to: BigInt!, $last: ID!) {{
  hourlyStats(first: {PAGE}, orderBy: id, orderDirection: asc,
              where: {{timestamp_gte: $from, timestamp_lt: $to, id_gt: $last}}) {{
    id timestamp blockNumber marketPriceUsd marketPriceEth
  }}
}}"""
STATE = """  state%(block)d: systemState(id: "current", block: {number: %(block)d}) {
    coinUniswapPair { reserve0 reserve1 }
    currentCoinMedianizerUpdate { value }
    currentRedemptionRate { hourlyRate }
    currentRedemptionPrice { value }
    erc20CoinTotalSupply globalDebt
  }
  collateral%(block)d: collateralType(id: "%(collateral)s", block: {number: %(block)d}) { totalCollateral }"""

NAMES = {
    "block": "blockNumber",
    "time": "timestamp",
    "redemption_price": "currentRedemptionPrice.value",
    "redemption_rate": "currentRedemptionRate.hourlyRate",
    "market_price": "marketPriceUsd",
    "oracle_price": "currentCoinMedianizerUpdate.value",
    "eth_price": "marketPriceUsd / marketPriceEth",
    "coin_reserve": "coinUniswapPair.reserve0",
    "eth_reserve": "coinUniswapPair.reserve1",
    "coin_supply": "erc20CoinTotalSupply",
    "debt": "globalDebt",
    "collateral": "totalCollateral",
}


def record_subgraph(
    endpoint: Endpoint, answers: RawAnswers, first: Seconds, end: Seconds, gains: tuple[GainsFrom, ...]
) -> Recording:
    """Record the system from a subgraph.

    Args:
        endpoint: of its GraphQL.
        answers: where they are kept.
        first, end: Unix times: from which, and before which.
        gains: of the controller, which the subgraph does not have.

    Raises:
        RunError: the endpoint is dead, answers errors, or leaves something out.
    """
    hours = sorted(hourly_stats(endpoint, answers, first, end), key=lambda hour: natural(endpoint, hour, "blockNumber"))
    states: dict[str, Any] = {}
    all_blocks = [natural(endpoint, hour, "blockNumber") for hour in hours]
    for start in range(0, len(all_blocks), BLOCKS_AT_ONCE):
        blocks = all_blocks[start : start + BLOCKS_AT_ONCE]
        parts = [STATE % {"block": block, "collateral": COLLATERAL} for block in blocks]
        states |= ask(endpoint, answers, "query {\n" + "\n".join(parts) + "\n}", {}, needed(blocks))
    return Recording(
        name=f"subgraph_{first}_{end}",
        source=f"subgraph at {endpoint.shown}",
        sha256=answers.sha256,
        snapshots=tuple(snapshot(endpoint, hour, states) for hour in hours),
        gains=gains,
    )


def hourly_stats(endpoint: Endpoint, answers: RawAnswers, first: Seconds, end: Seconds) -> Iterator[dict[str, Any]]:
    """Yield all hours, page by page; the next page begins after the last id of the one before."""
    last = ""
    while True:
        variables = {"from": str(first), "to": str(end), "last": last}
        page = ask(endpoint, answers, STATS, variables, ("hourlyStats",))["hourlyStats"]
        rows = page if isinstance(page, list) else [page]
        ids = [str(row.get("id", "")) if isinstance(row, dict) else "" for row in rows]
        if len(ids) > PAGE or [last, *ids] != sorted({last, *ids}):
            raise RunError(
                f"{endpoint.shown} gave hourlyStats that are not in the order of their ids. Use another endpoint."
            )
        yield from page
        if len(page) < PAGE:
            return
        last = ids[-1]


def ask(
    endpoint: Endpoint, answers: RawAnswers, query: str, variables: dict[str, str], names: Sequence[str]
) -> dict[str, Any]:
    """Ask a query. An answer with errors, or without one of `names`, is an error, whatever HTTP says of it."""

    def asked() -> dict[str, Any]:
        answer = post_json(endpoint, {"query": query, "variables": variables})
        if not isinstance(answer, dict):
            raise RunError(f"{endpoint.shown} answered JSON that is no GraphQL. Is that the right endpoint?")
        if errors := answer.get("errors"):
            told = errors[0].get("message", "") if isinstance(errors, list) and isinstance(errors[0], dict) else errors
            raise RunError(
                f"{endpoint.shown} answered a GraphQL error: {endpoint.hide(str(told))[:300]!r}. Nothing of that answer is "
                "used: ask for fewer days, or use another endpoint."
            )
        data = answer.get("data")
        if missing := [name for name in names if not isinstance(data, dict) or data.get(name) is None]:
            raise RunError(f"{endpoint.shown} left out {missing[0]}, of {len(names)} asked for. Use another endpoint.")
        return dict(data)  # type: ignore[arg-type]

    # The whole URL tells one subgraph from another, but it may hold a key: of it, the hash is kept.
    question = {"endpoint": endpoint.shown, "of": digest(endpoint.url), "query": query, "variables": variables}
    return dict(answers.get(question, asked))


def needed(blocks: Sequence[int]) -> list[str]:
    return [f"{what}{block}" for block in blocks for what in ("state", "collateral")]


def snapshot(endpoint: Endpoint, hour: dict[str, Any], states: dict[str, Any]) -> Snapshot:
    block = natural(endpoint, hour, "blockNumber")
    state, collateral = states[f"state{block}"], states[f"collateral{block}"]
    usd, ether = hour.get("marketPriceUsd"), hour.get("marketPriceEth")
    values = {
        "block": block,
        "time": natural(endpoint, hour, "timestamp"),
        "redemption_price": within(state, "currentRedemptionPrice", "value"),
        "redemption_rate": within(state, "currentRedemptionRate", "hourlyRate"),
        "market_price": usd,
        "oracle_price": unless_zero(within(state, "currentCoinMedianizerUpdate", "value")),
        "eth_price": quotient_of(usd, ether),
        "coin_reserve": within(state, "coinUniswapPair", "reserve0"),
        "eth_reserve": within(state, "coinUniswapPair", "reserve1"),
        "coin_supply": state.get("erc20CoinTotalSupply"),
        "debt": state.get("globalDebt"),
        "collateral": collateral.get("totalCollateral"),
    }
    return snapshot_of(values, f"{endpoint.shown}, block {block}", NAMES)


def natural(endpoint: Endpoint, row: dict[str, Any], name: str) -> int:
    text = str(row.get(name))
    if not text.isdecimal():
        raise RunError(f"{endpoint.shown} gave {name} = {text[:80]!r}, which is no whole number. Use another endpoint.")
    return int(text)


def within(record: dict[str, Any], name: str, key: str) -> Any:
    part = record.get(name)
    return part.get(key) if isinstance(part, dict) else None


def unless_zero(value: Any) -> Any:
    """A medianizer says 0 until it has seen enough."""
    return None if str(value) in ("0", "None") else value


def quotient_of(usd: Any, ether: Any) -> str | None:
    try:
        found = float(usd) / float(ether)
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    return repr(found) if 0 < found < float("inf") else None
