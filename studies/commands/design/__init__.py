"""The verbs of the design tools: each takes the same options, and its own."""
