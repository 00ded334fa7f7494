"""Signed numbers with 18 decimals, as integers, by the law of npm's @prb/math 4.2.0: equal to its results to the unit.

Products, quotients and what else does not fit are rounded towards zero. A power is 2 ** (y log2 x); the logarithm comes
from squaring, bit by bit, and the power of two from a table of the roots of 2, in binary numbers with 64 places.
"""

from fractions import Fraction
from math import isqrt

from tokenspice.engine.errors import WorldError
from tokenspice.protocols.rai.fixed_point import checked, quotient

__all__ = ["ONE", "NumberError", "eighteen", "exponential", "logarithm", "over", "power", "times"]

ONE = 10**18
LOG2_E = 1_442_695_040_888_963_407
PLACES = 64  # of the binary numbers whose power of two is taken
LARGEST_EXPONENT = 192 * ONE - 1
LARGEST_NATURAL_EXPONENT = 133_084258667509499440
ZERO_BELOW = -59_794705707972522261  # as an exponent of 2
ZERO_BELOW_NATURAL = -41_446531673892822322


class NumberError(WorldError):
    """A number that the contracts' numbers do not reach; the contract reverts."""


def eighteen(value: float) -> int:
    """A float64 in units of 10⁻¹⁸, rounded to the nearest."""
    return round(Fraction(value) * ONE)


def roots_of_two() -> tuple[int, ...]:
    """2 ** (1/2), 2 ** (1/4), 2 ** (1/8)… with 64 binary places, rounded to the nearest."""
    more = 192  # places beyond those, so that 64 roots of roots stay exact
    value, found = 2 << (PLACES + more), []
    for _ in range(PLACES):
        value = isqrt(value << (PLACES + more))
        found.append(((value >> (more - 1)) + 1) >> 1)
    return tuple(found)


ROOTS = roots_of_two()


def times(x: int, y: int) -> int:
    """x · y."""
    return checked(quotient(x * y, ONE))


def over(x: int, y: int) -> int:
    """x / y.

    Raises:
        Overflow: y is 0.
    """
    return checked(quotient(x * ONE, y))


def power(x: int, y: int) -> int:
    """x ** y, for x from 0.

    Raises:
        NumberError: x is negative, or the result too large.
    """
    if x == 0:
        return ONE if y == 0 else 0
    if x == ONE or y == 0:
        return ONE
    return x if y == ONE else power_of_two(times(binary_logarithm(x), y))


def exponential(x: int) -> int:
    """e ** x."""
    if x < ZERO_BELOW_NATURAL:
        return 0
    if x > LARGEST_NATURAL_EXPONENT:
        raise NumberError(f"e to the power of {x} · 10⁻¹⁸ is too large: the contract reverts.")
    return power_of_two(quotient(x * LOG2_E, ONE))


def logarithm(x: int) -> int:
    """The natural logarithm."""
    return quotient(binary_logarithm(x) * ONE, LOG2_E)


def binary_logarithm(x: int) -> int:
    """The logarithm to the base 2, by squaring: each square that passes 2 is a bit."""
    if x <= 0:
        raise NumberError(f"{x} · 10⁻¹⁸ has no logarithm: the contract reverts.")
    sign = 1
    if x < ONE:
        sign, x = -1, ONE * ONE // x
    whole = (x // ONE).bit_length() - 1
    y, found = x >> whole, whole * ONE
    if y == ONE:
        return sign * found
    bit = ONE // 2
    while bit:
        y = y * y // ONE
        if y >= 2 * ONE:
            found += bit
            y >>= 1
        bit >>= 1
    return sign * found


def power_of_two(x: int) -> int:
    """2 ** x."""
    if x < 0:
        return 0 if x < ZERO_BELOW else ONE * ONE // power_of_two(-x)
    if x > LARGEST_EXPONENT:
        raise NumberError(f"2 to the power of {x} · 10⁻¹⁸ is too large: the contract reverts.")
    binary = (x << PLACES) // ONE
    found = 1 << 191
    for place, root in enumerate(ROOTS):
        if binary >> (PLACES - 1 - place) & 1:
            found = found * root >> PLACES
    return found * ONE >> (191 - (binary >> PLACES))
