"""Floats as the contracts hold them: the decimal that a float is written as, to the last digit."""

from fractions import Fraction

from tokenspice.protocols.rai.fixed_point import RAY, WAD

__all__ = ["as_ray", "as_wad"]


def as_wad(number: float) -> int:
    """0.000000075 is 75000000000, of 10^18 to one."""
    return round(Fraction(repr(float(number))) * WAD)


def as_ray(number: float) -> int:
    """0.9999997112 is 999999711200000000000000000, of 10^27 to one."""
    return round(Fraction(repr(float(number))) * RAY)
