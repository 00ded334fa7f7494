"""Agent-based simulation of token economies with the real contracts in the loop."""
