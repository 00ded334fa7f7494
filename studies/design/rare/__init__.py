"""How likely is a failure that comes once in ten thousand runs, or in a thousand million."""
