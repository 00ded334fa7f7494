"""Pictures of runs and batches; the only door of matplotlib."""
