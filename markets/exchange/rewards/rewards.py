"""Reward pools, and how they reach parties at the end of an epoch."""

from collections.abc import Mapping
from fractions import Fraction
from typing import final

from tokenspice.markets.exchange.config import Asset
from tokenspice.markets.exchange.ledger import Account, AccountType, Ledger, TransferKind
from tokenspice.markets.exchange.programmes.activity import ActivityStreaks
from tokenspice.markets.exchange.rewards.distribution import (
    Scores,
    by_lottery,
    by_rank,
    capped,
    not_negative,
    pro_rata,
    shared,
)
from tokenspice.markets.exchange.rewards.lottery import Lottery
from tokenspice.markets.exchange.rewards.metrics import Metrics
from tokenspice.markets.exchange.rewards.strategy import (
    DispatchStrategy,
    Distribution,
    EntityScope,
    IndividualScope,
    RewardMetric,
)
from tokenspice.markets.exchange.rewards.vesting import Vesting
from tokenspice.markets.exchange.staking import Staking

__all__ = ["Rewards"]

OF_POSITIONS = (
    RewardMetric.AVERAGE_NOTIONAL,
    RewardMetric.RELATIVE_RETURN,
    RewardMetric.RETURN_VOLATILITY,
    RewardMetric.REALISED_RETURN,
)


@final
class Rewards:
    """The pools of an exchange.

    Args:
        metrics: what parties did; an epoch is over in them when pools are paid out.
        lottery: draws the order of ranks.

    Attributes:
        teams: the members of each team.
        streaks: multiply the scores of parties that were active epoch after epoch.
        pools: by strategy and asset, each an account of the network.
    """

    def __init__(
        self,
        ledger: Ledger,
        assets: Mapping[str, Asset],
        metrics: Metrics,
        vesting: Vesting,
        staking: Staking,
        lottery: Lottery,
    ) -> None:
        self.ledger = ledger
        self.assets = assets
        self.metrics = metrics
        self.vesting = vesting
        self.staking = staking
        self.streaks = ActivityStreaks()
        self.teams: Mapping[str, tuple[str, ...]] = {}
        self.lottery = lottery
        self.pools: dict[tuple[DispatchStrategy, str], Account] = {}

    def __repr__(self) -> str:
        return f"Rewards({len(self.pools)} pools)"

    def pool(self, strategy: DispatchStrategy, asset: str) -> Account:
        """Return the account that is paid out by a strategy; equal strategies share it."""
        key = strategy, asset
        if key not in self.pools:
            name = f"reward {len(self.pools) + 1}"
            self.pools[key] = self.ledger.of_network(asset, AccountType.REWARD_POOL, name)
            asks_for_positions = strategy.metric in OF_POSITIONS or strategy.notional_requirement > 0
            self.metrics.follow(asks_for_positions, self.ledger.now)
        return self.pools[key]

    def pay_out(self) -> None:
        """Split what is in each pool; what nobody may have stays for the next epoch."""
        for (strategy, asset), account in self.pools.items():
            if account.balance:
                for party, amount in self.split(strategy, asset, account.balance).items():
                    self.pay(account, party, amount, strategy.lock_period)

    def pay(self, account: Account, party: str, amount: int, lock_period: int) -> None:
        target = self.ledger.account(party, account.asset, AccountType.VESTING)
        self.ledger.transfer(account, target, amount, TransferKind.REWARD)
        self.vesting.add(party, account.asset, amount, lock_period)

    def split(self, strategy: DispatchStrategy, asset: str, total: int) -> dict[str, int]:
        """Return who gets how much of a pool."""
        if strategy.entity_scope is EntityScope.TEAMS:
            parts = self.parts_of_teams(strategy)
        else:
            parts = self.parts(strategy, not_negative(self.individuals(strategy)))
        if strategy.cap_reward_fee_multiple is None:
            return shared(total, parts)
        return capped(total, parts, self.caps(strategy, asset))

    def parts(self, strategy: DispatchStrategy, scores: Scores) -> dict[str, Fraction]:
        """Return each entity's part of the pool."""
        if strategy.distribution is Distribution.RANK:
            return by_rank(scores, strategy.rank_table)
        if strategy.distribution is Distribution.RANK_LOTTERY:
            return by_lottery(scores, strategy.rank_table, self.lottery.draw)
        return pro_rata(scores)

    def parts_of_teams(self, strategy: DispatchStrategy) -> dict[str, Fraction]:
        """Return each member's part: teams share as entities, and members of a team that take part share equally."""
        scores, members = self.individuals(strategy), self.teams
        chosen = {team: members[team] for team in members if not strategy.teams or team in strategy.teams}
        present = {team: [party for party in chosen[team] if party in scores] for team in chosen}
        marks = {team: top_mean(scores, chosen[team], strategy.n_top_performers) for team in chosen}
        split: dict[str, Fraction] = {}
        for team, part in self.parts(strategy, not_negative(marks)).items():
            split |= {party: part / len(present[team]) for party in present[team]}
        return split

    def individuals(self, strategy: DispatchStrategy) -> dict[str, Fraction]:
        """Return the score of each party that may take part."""
        benefits = self.streaks.benefits
        return {
            party: score * Fraction(str(benefits(party).reward_multiplier))
            for party, score in self.scores(strategy).items()
            if self.takes_part(party, strategy)
        }

    def scores(self, strategy: DispatchStrategy) -> dict[str, Fraction]:
        metric = strategy.metric
        if metric is RewardMetric.VALIDATOR_RANKING:
            return {party: Fraction(self.staking.weight(party)) for party in self.token_holders()}
        if metric is RewardMetric.ELIGIBLE_ENTITIES:
            return dict.fromkeys(self.token_holders(), Fraction(1)) | self.measured(strategy)
        return self.measured(strategy)

    def measured(self, strategy: DispatchStrategy) -> dict[str, Fraction]:
        return self.metrics.scores(strategy.metric, strategy.asset_for_metric, strategy.markets, strategy.window_length)

    def takes_part(self, party: str, strategy: DispatchStrategy) -> bool:
        """Whether a party fulfils what a strategy requires."""
        if self.staking.weight(party) < strategy.staking_requirement:
            return False
        if strategy.notional_requirement and self.notional(party, strategy) < strategy.notional_requirement:
            return False
        if strategy.individual_scope is IndividualScope.ALL:
            return True
        is_in_team = any(party in members for members in self.teams.values())
        return is_in_team == (strategy.individual_scope is IndividualScope.IN_TEAM)

    def notional(self, party: str, strategy: DispatchStrategy) -> Fraction:
        held = self.metrics.scores(
            RewardMetric.AVERAGE_NOTIONAL, strategy.asset_for_metric, strategy.markets, strategy.window_length
        )
        return held.get(party, Fraction(0))

    def caps(self, strategy: DispatchStrategy, asset: str) -> dict[str, int]:
        """Return the most that each party may have: a multiple of its taker fees, by the quantums of the two assets."""
        multiple = Fraction(str(strategy.cap_reward_fee_multiple))
        if strategy.asset_for_metric:
            multiple *= Fraction(self.assets[asset].quantum, self.assets[strategy.asset_for_metric].quantum)
        fees = self.metrics.taker_fees(strategy.asset_for_metric, strategy.markets)
        return {party: int(paid * multiple) for party, paid in fees.items()}

    def token_holders(self) -> list[str]:
        """Return the parties that have governance tokens."""
        symbol = self.staking.symbol
        found = (account.party for account in self.ledger.accounts() if account.asset == symbol)
        return [party for party in dict.fromkeys(found) if party != "network" and self.staking.weight(party)]


def top_mean(scores: Scores, members: tuple[str, ...], share: float) -> Fraction:
    """Return the mean score of a team's best members; who has no score counts as 0."""
    count = max(1, -(-len(members) * Fraction(str(share)) // 1))
    best = sorted((scores.get(party, Fraction(0)) for party in members), reverse=True)[: int(count)]
    return sum(best, Fraction(0)) / len(best) if best else Fraction(0)
