"""Where a formula meets its contract: what a protocol's contracts do, and the same in Python."""
