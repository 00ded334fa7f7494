"""Data and votes on the chain."""

from collections.abc import Iterator

import pytest

from tokenspice.engine import tokens
from tokenspice.markets.exchange.network_parameters import NetworkParameters
from tokenspice.protocols.exchange_settlement import deploy_feed, deploy_votes
from tokenspice.web3engine import Chain, Reverted

NAME = "market.liquidity.bondPenaltyParameter"


@pytest.fixture
def chain(in_process_chain: Chain) -> Iterator[Chain]:
    with in_process_chain.anchor():
        yield in_process_chain


def test_a_feed_keeps_the_latest_reading_that_its_publisher_signed(chain: Chain) -> None:
    keeper = deploy_feed(chain, chain.faucet, chain.wallet("keeper"), carrier=chain.wallet("carrier"))
    keeper.publish("BTC settlement", 70_000, 100)
    keeper.publish("BTC settlement", -5, 101)
    assert keeper.latest(chain, "BTC settlement")[:2] == (-5, 101)
    assert keeper.latest(chain, "BTC settlement").publisher == keeper.publisher.address
    with pytest.raises(Reverted, match="NotNewer"):
        keeper.publish("BTC settlement", 1, 101)
    keeper.publisher = chain.wallet("stranger")
    with pytest.raises(Reverted, match="NotPublisher"):
        keeper.publish("BTC settlement", 1, 102)
    with pytest.raises(Reverted, match="NothingPublished"):
        keeper.latest(chain, "ETH settlement")


def test_a_vote_counts_what_is_locked_when_it_closes(chain: Chain) -> None:
    token, parameters = chain.deploy_token("VOTE", tokens(1000)), NetworkParameters()
    votes = deploy_votes(chain, chain.faucet, token, parameters)
    yes, no = chain.wallet("yes", VOTE=tokens(100)), chain.wallet("no", VOTE=tokens(150))
    votes.lock(yes, tokens(100))
    votes.lock(no, tokens(150))
    proposal = votes.propose(yes, NAME, "0.3", chain.now + 100, chain.now + 200)
    votes.vote(yes, proposal, is_yes=False)
    votes.vote(yes, proposal)
    votes.vote(no, proposal, is_yes=False)
    votes.unlock(no, tokens(120))
    with pytest.raises(Reverted, match="NotDue"):
        votes.execute(yes, proposal)
    chain.advance(250)
    assert [int(weight) for weight in chain.read(votes.contract.tally(proposal))] == [tokens(100), tokens(30)]
    enacted = votes.execute(no, proposal)
    assert enacted == (NAME, "0.3", True)
    assert parameters[NAME] == 3 * 10**17
    with pytest.raises(Reverted, match="AlreadyDone"):
        votes.execute(no, proposal)


def test_a_proposal_that_most_reject_is_not_enacted(chain: Chain) -> None:
    token, parameters = chain.deploy_token("VOTE", tokens(1000)), NetworkParameters()
    votes = deploy_votes(chain, chain.faucet, token, parameters)
    party = chain.wallet("party", VOTE=tokens(100))
    votes.lock(party, tokens(100))
    proposal = votes.propose(party, NAME, "0.3", chain.now + 10, chain.now + 10)
    votes.vote(party, proposal, is_yes=False)
    chain.advance(50)
    with pytest.raises(Reverted, match="Closed"):
        votes.vote(party, proposal)
    with pytest.raises(Reverted, match="NotPassed"):
        votes.execute(party, proposal)
