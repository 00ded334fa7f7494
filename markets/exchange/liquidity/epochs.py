"""The end of an epoch: providers are paid and punished, and changes of commitments come into force."""

from tokenspice.markets.exchange.ledger import AccountType, TransferKind
from tokenspice.markets.exchange.liquidity.commitments import Commitment, reductions
from tokenspice.markets.exchange.liquidity.earnings import Earnings
from tokenspice.markets.exchange.liquidity.providers import Providers
from tokenspice.markets.exchange.liquidity.sla import bond_slash, fee_payout, penalty, penalty_over_epochs
from tokenspice.markets.exchange.numbers import ONE, factor

__all__ = ["end_epoch"]


def end_epoch(providers: Providers, earnings: Earnings, length: int) -> None:
    """Do all that an epoch's end brings, in order: fees, slashes, changes.

    Args:
        providers: of the market.
        earnings: theirs.
        length: of the epoch in seconds.
    """
    active = [found for found in providers.commitments.values() if found.amount or found.fees.balance]
    punished = [judge(providers, found, length) for found in active]
    pay_fees(providers, earnings, active, punished)
    for found in active:
        slash(providers, found)
    change_commitments(providers)
    providers.pool_stakes = earnings.pool_stakes(length)
    for party, stake in providers.pool_stakes.items():
        providers.shares.set_stake(party, stake)


def judge(providers: Providers, found: Commitment, length: int) -> int:
    """Return one provider's penalty for the epoch, a factor of 10⁻¹⁸, and remember it."""
    terms = providers.terms
    found.time_met = min(ONE, found.seconds_met * ONE // length) if length else ONE
    found.seconds_met = 0
    present = penalty(found.time_met, factor(terms.min_time_fraction), factor(terms.competition))
    total = penalty_over_epochs(present, found.penalties, terms.hysteresis_epochs)
    if terms.hysteresis_epochs > 1:
        found.penalties = [*found.penalties, present][1 - terms.hysteresis_epochs :]
    return total


def pay_fees(providers: Providers, earnings: Earnings, active: list[Commitment], penalties: list[int]) -> None:
    """Pay what was earned, less penalties, and share out what was withheld. Pools are never punished."""
    host, transfer = providers.host, providers.host.ledger.transfer
    pools = [
        (host.position(party).general, account)
        for party, account in earnings.pool_accounts.items()
        if party not in providers.commitments  # who left, earned, and came back
    ]
    targets = [found.position.general for found in active] + [general for general, _ in pools]
    sources = [found.fees for found in active] + [account for _, account in pools]
    if not sources:
        return
    payout = fee_payout([source.balance for source in sources], penalties + [0] * len(pools))
    aggregate = host.account(AccountType.FEES_LIQUIDITY)
    for source, target, paid in zip(sources, targets, payout.paid, strict=True):
        transfer(source, target, paid, TransferKind.LIQUIDITY_FEE_PAYOUT)
        if paid:
            host.market.activity.of(target.party).lp_received += paid
        transfer(source, aggregate, source.balance, TransferKind.LIQUIDITY_FEE_WITHHELD)
    for target, bonus in zip(targets, payout.bonus, strict=True):
        transfer(aggregate, target, bonus, TransferKind.SLA_BONUS)
    transfer(aggregate, host.penalties, payout.insurance, TransferKind.LIQUIDITY_FEE_WITHHELD)


def slash(providers: Providers, found: Commitment) -> None:
    """Take a part of the bond of a provider that was on the book for too little of the epoch."""
    host = providers.host
    part = bond_slash(
        found.time_met,
        factor(providers.terms.min_time_fraction),
        host.parameters["market.liquidity.sla.nonPerformanceBondPenaltySlope"],
        host.parameters["market.liquidity.sla.nonPerformanceBondPenaltyMax"],
    )
    lost = min(found.amount, found.bond.balance) * part // ONE
    host.ledger.transfer(found.bond, host.penalties, lost, TransferKind.BOND_SLASH)
    found.slashed += lost
    found.shrink()
    providers.restake(found)


def change_commitments(providers: Providers) -> None:
    """Put amended commitments in force; who reduces gets back what exceeds, less a penalty for leaving early."""
    host, every = providers.host, list(providers.commitments.values())
    for found in every:
        found.shrink()
        providers.release(found, found.locked - max(found.amount, found.next_amount))
    leaving = [found for found in every if found.next_amount < found.amount]
    total = sum(max(found.amount, found.next_amount) for found in every)
    wanted = [found.amount - found.next_amount for found in leaving]
    early_exit = host.parameters["market.liquidity.earlyExitPenalty"]
    for found, cut in zip(leaving, reductions(wanted, total, providers.target_stake, early_exit), strict=True):
        host.ledger.transfer(found.bond, host.penalties, cut.penalty, TransferKind.EARLY_EXIT_PENALTY)
        found.locked -= cut.penalty
        providers.release(found, cut.returned)
    for found in every:
        found.start()
        found.is_met = found.amount > 0
        if found.amount:
            providers.restake(found)
        else:
            providers.leave(found)
