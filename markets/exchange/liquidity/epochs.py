"""The end of an epoch: providers are paid and punished, and changes of commitments come into force."""

from typing import TYPE_CHECKING

from tokenspice.markets.exchange.ledger import AccountType, TransferKind
from tokenspice.markets.exchange.liquidity.commitments import Commitment, reductions
from tokenspice.markets.exchange.liquidity.sla import bond_slash, fee_payout, penalty, penalty_over_epochs
from tokenspice.markets.exchange.numbers import ONE, factor

if TYPE_CHECKING:
    from tokenspice.markets.exchange.liquidity.provision import LiquidityProvision

__all__ = ["end_epoch"]


def end_epoch(provision: "LiquidityProvision") -> None:
    """Do all that an epoch's end brings, in order: fees, slashes, changes."""
    length = provision.host.now - provision.epoch_start
    active = [found for found in provision.commitments.values() if found.amount or found.fees.balance]
    punished = [judge(provision, found, length) for found in active]
    pay_fees(provision, active, punished)
    for found in active:
        slash(provision, found)
    change_commitments(provision)
    provision.pool_stakes = provision.earnings.pool_stakes(provision)
    for party, stake in provision.pool_stakes.items():
        provision.shares.set_stake(party, stake)


def judge(provision: "LiquidityProvision", found: Commitment, length: int) -> int:
    """Return one provider's penalty for the epoch, a factor of 10⁻¹⁸, and remember it."""
    terms = provision.terms
    found.time_met = min(ONE, found.seconds_met * ONE // length) if length else ONE
    found.seconds_met = 0
    present = penalty(found.time_met, factor(terms.min_time_fraction), factor(terms.competition))
    total = penalty_over_epochs(present, found.penalties, terms.hysteresis_epochs)
    if terms.hysteresis_epochs > 1:
        found.penalties = [*found.penalties, present][1 - terms.hysteresis_epochs :]
    return total


def pay_fees(provision: "LiquidityProvision", providers: list[Commitment], penalties: list[int]) -> None:
    """Pay what was earned, less penalties, and share out what was withheld. Pools are never punished."""
    host, transfer = provision.host, provision.host.ledger.transfer
    pools = [(host.position(party).general, account) for party, account in provision.earnings.pool_accounts.items()]
    targets = [found.position.general for found in providers] + [general for general, _ in pools]
    sources = [found.fees for found in providers] + [account for _, account in pools]
    if not sources:
        return
    payout = fee_payout([source.balance for source in sources], penalties + [0] * len(pools))
    aggregate = host.account(AccountType.FEES_LIQUIDITY)
    for source, target, paid in zip(sources, targets, payout.paid, strict=True):
        transfer(source, target, paid, TransferKind.LIQUIDITY_FEE_PAYOUT)
        transfer(source, aggregate, source.balance, TransferKind.LIQUIDITY_FEE_WITHHELD)
    for target, bonus in zip(targets, payout.bonus, strict=True):
        transfer(aggregate, target, bonus, TransferKind.SLA_BONUS)
    transfer(aggregate, host.penalties, payout.insurance, TransferKind.LIQUIDITY_FEE_WITHHELD)


def slash(provision: "LiquidityProvision", found: Commitment) -> None:
    """Take a part of the bond of a provider that was on the book for too little of the epoch."""
    host = provision.host
    part = bond_slash(
        found.time_met,
        factor(provision.terms.min_time_fraction),
        host.parameters["market.liquidity.sla.nonPerformanceBondPenaltySlope"],
        host.parameters["market.liquidity.sla.nonPerformanceBondPenaltyMax"],
    )
    base = min(found.amount, found.bond.balance)
    host.ledger.transfer(found.bond, host.penalties, base * part // ONE, TransferKind.BOND_SLASH)
    found.shrink()
    provision.restake(found)


def change_commitments(provision: "LiquidityProvision") -> None:
    """Put amended commitments in force; who reduces gets back what exceeds, less a penalty for leaving early."""
    host, every = provision.host, list(provision.commitments.values())
    for found in every:
        found.shrink()
        provision.release(found, found.locked - max(found.amount, found.next_amount))
    leaving = [found for found in every if found.next_amount < found.amount]
    total = sum(max(found.amount, found.next_amount) for found in every)
    wanted = [found.amount - found.next_amount for found in leaving]
    early_exit = host.parameters["market.liquidity.earlyExitPenalty"]
    for found, cut in zip(leaving, reductions(wanted, total, provision.target_stake, early_exit), strict=True):
        host.ledger.transfer(found.bond, host.penalties, cut.penalty, TransferKind.EARLY_EXIT_PENALTY)
        found.locked -= cut.penalty
        provision.release(found, cut.returned)
    for found in every:
        found.start()
        found.is_met = found.amount > 0
        if found.amount:
            provision.restake(found)
        else:
            provision.leave(found)
