"""Why a proposal or a vote was refused, in words."""

from enum import StrEnum

__all__ = ["ProposalReason"]


class ProposalReason(StrEnum):
    NONE = ""
    ASSET_EXISTS = "there is an asset with this symbol"
    CLOSES_TOO_EARLY = "the vote closes earlier than minClose allows"
    CLOSES_TOO_LATE = "the vote closes later than maxClose allows"
    ENACTED_TOO_EARLY = "it would come into force before the vote closes, or earlier than minEnact allows"
    ENACTED_TOO_LATE = "it would come into force later than maxEnact allows"
    INVALID_MARKET = "the market's configuration is not valid"
    INVALID_NEW_STATE = "the market cannot get there from its present state"
    INVALID_PRICE = "the price cannot settle this market"
    INVALID_VALUE = "there is no such parameter, or it may not have this value"
    INVALID_PROGRAM = "the programme's terms are not valid"
    INVALID_TRANSFER = "the transfer's terms are not valid"
    NO_STAKE = "the party has too little of the governance asset"
    NO_SUCH_ASSET = "there is no asset with this symbol"
    NO_SUCH_MARKET = "there is no market with this id"
    NO_SUCH_PARENT = "the market to succeed is not there, or has another product or asset, or is settled for too long"
    NO_SUCH_PROPOSAL = "there is no proposal with this id that is put to the vote"
    NOT_UPDATABLE = "the product, the asset and the decimals of a market cannot change"
