"""What an exchange runs beside its markets: parameters, epochs, oracles, staking, transfers and rewards."""

from collections.abc import Mapping
from typing import final

from tokenspice.markets.exchange.config import Asset
from tokenspice.markets.exchange.epochs import Epochs
from tokenspice.markets.exchange.ledger import Ledger
from tokenspice.markets.exchange.network_parameters import NetworkParameters
from tokenspice.markets.exchange.oracles import Oracles
from tokenspice.markets.exchange.programmes.activity import ActivityStreaks
from tokenspice.markets.exchange.rewards.lottery import Lottery
from tokenspice.markets.exchange.rewards.metrics import Metrics
from tokenspice.markets.exchange.rewards.rewards import Rewards
from tokenspice.markets.exchange.rewards.vesting import Vesting
from tokenspice.markets.exchange.staking import Staking
from tokenspice.markets.exchange.transfers import Transfers

__all__ = ["Network"]


@final
class Network:
    """The parts of an exchange that belong to no market.

    Args:
        ledger: of the exchange.
        assets: by symbol; grows as assets are added.
        now: Unix seconds.
    """

    def __init__(self, ledger: Ledger, assets: dict[str, Asset], now: int) -> None:
        self.parameters = NetworkParameters()
        self.oracles = Oracles()
        self.staking = Staking(ledger)
        self.metrics = Metrics()
        self.vesting = Vesting(ledger, self.parameters, assets)
        self.transfers = Transfers(ledger, self.parameters, assets)
        self.lottery = Lottery(0)
        self.rewards = Rewards(ledger, assets, self.metrics, self.vesting, self.staking, self.lottery)
        self.use_streaks(ActivityStreaks())
        self.epochs = Epochs(now, self.parameters["validators.epoch.length"])

    def __repr__(self) -> str:
        return f"Network({self.epochs!r}, {self.transfers!r}, {self.rewards!r})"

    def begin_block(self, now: int) -> bool:
        """Deliver what was delayed; return whether the epoch is over."""
        self.transfers.begin_block(now)
        self.epochs.seconds = self.parameters["validators.epoch.length"]
        return now >= self.epochs.end

    def end_epoch(self, now: int) -> None:
        """Let rewards vest, pay what recurs, pay rewards out, and begin the next epoch."""
        self.streaks.end_epoch(self.metrics.active())
        self.metrics.end_epoch(now - self.epochs.start)
        self.vesting.end_epoch()
        self.transfers.end_epoch(self.epochs.number)
        self.rewards.pay_out()
        self.epochs.begin_next(now)

    def use_streaks(self, streaks: ActivityStreaks) -> None:
        """Say what parties get that are active epoch after epoch."""
        self.streaks = self.rewards.streaks = self.vesting.streaks = streaks

    def use_teams(self, teams: Mapping[str, tuple[str, ...]]) -> None:
        """Say who belongs together, for rewards of teams."""
        self.rewards.teams = teams
