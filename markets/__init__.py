"""Markets that are not a chain: pools, as pure mechanisms. Beside web3engine, which it does not know.

A `Scenario` asks a whole question of a pool at once; `markets.pools`, `markets.strategies` and `markets.prices` offer its
parts.
"""

from tokenspice.markets.fingerprint import FingerprintScenario, from_fingerprint
from tokenspice.markets.scenario import Scenario, Simulation, simulate

__all__ = ["FingerprintScenario", "Scenario", "Simulation", "from_fingerprint", "simulate"]
