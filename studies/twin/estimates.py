"""What was estimated, with how far it may be off."""

from dataclasses import dataclass

__all__ = ["Estimate"]


@dataclass(frozen=True)
class Estimate:
    """A number.

    Attributes:
        name: what it is.
        value: the estimate.
        standard_error: of it; None where the method gives none.
        unit: of both; "" for a plain number.
    """

    name: str
    value: float
    standard_error: float | None
    unit: str = ""
