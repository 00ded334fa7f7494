"""The verbs of an exchange, as agents use them: floats in and out. One file per group, composed in `service.py`."""
