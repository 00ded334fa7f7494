"""What it means to be a world or a chain backend: suites that every implementation runs."""
