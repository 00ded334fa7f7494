"""A run that goes on after an interruption, and a wiring done once for many runs."""
