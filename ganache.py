#!/usr/bin/env python3
"""Run ganache in the foreground, as `tsp ganache` does, for `tsp run --network ganache` to find."""

import sys

from tokenspice.studies.cli import main

if __name__ == "__main__":
    sys.argv[1:1] = ["ganache"]
    main()
