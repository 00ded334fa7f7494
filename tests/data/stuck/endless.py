"""A module that is never imported to its end."""

sum(range(10**13))
