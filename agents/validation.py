"""What agents' strategies check of themselves."""

from tokenspice.engine import Amount, StrategyError, as_text, tokens

__all__ = ["check_amounts", "check_parts", "check_times"]


def check_amounts(**amounts: Amount) -> None:
    """Refuse negative amounts.

    Raises:
        StrategyError: one is below 0.
    """
    for name, amount in amounts.items():
        if amount < 0:
            raise StrategyError(f"{name} = {as_text(amount)}: write an amount of 0 or more.")


def check_parts(**parts: Amount) -> None:
    """Refuse what is no part of a whole, with 18 decimals.

    Raises:
        StrategyError: one is below 0 or above 1.
    """
    for name, part in parts.items():
        if not 0 <= part <= tokens(1):
            raise StrategyError(f"{name} = {as_text(part)}: it is a part of a whole, 0 to 1.")


def check_times(strategy: object) -> None:
    """Refuse a strategy with a negative number of seconds, blocks or pools.

    Raises:
        StrategyError: there is one.
    """
    for name, value in vars(strategy).items():
        if name.startswith(("s_", "blocks_", "most_")) and value < 0:
            raise StrategyError(f"{name} = {value}: write 0 or more.")
