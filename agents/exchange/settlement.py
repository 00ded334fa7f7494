"""Who settles an exchange's money on a chain."""

from typing import Literal

from tokenspice.engine import AgentBase, SimStateBase, Wallet
from tokenspice.markets.exchange import ExchangeWorld
from tokenspice.protocols.exchange_settlement import VaultMirror, deploy_settlement
from tokenspice.web3engine import Chain

__all__ = ["Settlement", "SettlementAgent"]

Settlement = Literal["engine", "evm"]
"""Where the money of an exchange is: in its engine alone, or in a vault on a chain, too."""


class SettlementAgent(AgentBase):
    """Settles once a step, netted, what changed hands since the last time, and holds the vault against the ledger.

    Build it when everyone has been given money, and before anybody trades.

    Args:
        name: of the agent.
        world: the exchange.
        asset: the asset whose money is settled.
        chain: where the vault is; None for no vault, and nothing to do.

    Attributes:
        mirror: of the ledger on the chain; None without one.
        gas: used by the settlements so far.
        settled: accounts that they changed so far.
        deviation: base units by which the vault's tokens differed from what the exchange owes, at the last step.
    """

    def __init__(self, name: str, world: ExchangeWorld, asset: str, chain: Chain | None) -> None:
        super().__init__(name, Wallet(name))
        self.world = world
        self.mirror: VaultMirror | None = None
        self.gas = 0
        self.settled = 0
        self.deviation = 0
        self._slashed: dict[tuple[str, str], int] = {}
        if chain is not None:
            ledger = world.exchange.ledger
            supply = 10**6 * max(1, ledger.deposited.get(asset, 0))
            contracts = deploy_settlement(chain, asset, supply)
            self.mirror = VaultMirror(contracts, ledger, lambda: bytes.fromhex(world.state_hash))
            self.mirror.fund()

    def takeStep(self, state: SimStateBase) -> None:
        if self.mirror is None:
            return
        self.mirror.settle(self.slashes())
        self.mirror.check()
        self.gas += self.mirror.gas_used
        self.settled += self.mirror.n_settled
        self.deviation = self.mirror.deviation

    def slashes(self) -> dict[str, int]:
        """What bonds lost since the last step, by their owners' names."""
        found: dict[str, int] = {}
        for id, market in self.world.exchange.markets.items():
            for party, commitment in market.liquidity.commitments.items():
                lost = commitment.slashed - self._slashed.get((id, party), 0)
                if lost:
                    self._slashed[id, party] = commitment.slashed
                    found[party] = lost
        return found
