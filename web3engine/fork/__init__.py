"""A remote chain's state as a starting state: read live, recorded, replayed."""
