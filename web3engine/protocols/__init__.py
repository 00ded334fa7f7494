"""Published protocols: their contracts deployed and wired, ready for agents."""
