"""The money of an exchange on a chain: a vault that mirrors its ledger, bonds, data and votes."""

from tokenspice.protocols.exchange_settlement.contracts import GATE, SettlementContracts, deploy_settlement
from tokenspice.protocols.exchange_settlement.mirror import VaultMirror, ledger_hash
from tokenspice.protocols.exchange_settlement.oracle import FeedKeeper, deploy_feed
from tokenspice.protocols.exchange_settlement.votes import Enacted, VoteContract, VoteTerms, deploy_votes

__all__ = [
    "GATE",
    "Enacted",
    "FeedKeeper",
    "SettlementContracts",
    "VaultMirror",
    "VoteContract",
    "VoteTerms",
    "deploy_feed",
    "deploy_settlement",
    "deploy_votes",
    "ledger_hash",
]
