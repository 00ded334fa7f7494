"""Integer arithmetic as the EVM does it: wad, ray and rad, division towards zero, and powers by squaring."""

from tokenspice.engine.errors import WorldError

__all__ = ["RAD", "RAY", "WAD", "Overflow", "checked", "quotient", "rpower", "unsigned"]

WAD = 10**18  # one, of token amounts and gains
RAY = 10**27  # one, of prices and rates
RAD = 10**45  # one, of coins and debt with interest

INT_MAX = 2**255 - 1
UINT_MAX = 2**256 - 1


class Overflow(WorldError):
    """A number that 256 bits do not hold; the contract reverts."""


def quotient(numerator: int, denominator: int) -> int:
    """Divide and drop the remainder, as Solidity does: -7 / 2 is -3.

    Raises:
        Overflow: the denominator is zero.
    """
    if denominator == 0:
        raise Overflow("division by zero: the contract reverts here.")
    size = abs(numerator) // abs(denominator)
    return size if (numerator < 0) == (denominator < 0) else -size


def checked(number: int) -> int:
    """Return an int256 as it is.

    Raises:
        Overflow: it does not fit.
    """
    if not -INT_MAX - 1 <= number <= INT_MAX:
        raise Overflow(f"{number} does not fit into an int256: the contract reverts here.")
    return number


def unsigned(number: int) -> int:
    """Return a uint256 as it is.

    Raises:
        Overflow: it does not fit.
    """
    if not 0 <= number <= UINT_MAX:
        raise Overflow(f"{number} does not fit into a uint256: the contract reverts here.")
    return number


def rpower(x: int, n: int, base: int = RAY) -> int:
    """Raise a fixed-point number to a whole power; each product is rounded to the nearest, halves up.

    Args:
        x: number, in units of 1 / `base`.
        n: exponent, such as seconds.
        base: one.

    Raises:
        Overflow: a product does not fit into a uint256.
    """
    if x == 0:
        return base if n == 0 else 0
    z, half = (x if n % 2 else base), base // 2
    n //= 2
    while n:
        x = unsigned(unsigned(x * x) + half) // base
        if n % 2:
            z = unsigned(unsigned(z * x) + half) // base
        n //= 2
    return z
