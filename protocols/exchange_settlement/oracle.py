"""Data of an exchange on a chain: a keeper publishes what it knows, signed, and the latest counts."""

from hashlib import sha256
from typing import NamedTuple, final

from tokenspice.engine.units import Seconds
from tokenspice.web3engine.chain import Chain
from tokenspice.web3engine.contract import Contract, Reader
from tokenspice.web3engine.wallet import EvmWallet

__all__ = ["FeedKeeper", "FeedReading", "deploy_feed"]


@final
class FeedReading(NamedTuple):
    """What a feed says last of a name."""

    value: int
    time: Seconds
    publisher: str


@final
class FeedKeeper:
    """Brings readings to a feed. They are signed by the publisher, and sent by whoever pays for it.

    Args:
        feed: of contracts/exchange.
        publisher: whose signature the feed takes.
        carrier: who sends; the publisher unless given.
    """

    def __init__(self, feed: Contract, publisher: EvmWallet, carrier: EvmWallet | None = None) -> None:
        self.feed = feed
        self.publisher = publisher
        self.carrier = carrier or publisher

    def __repr__(self) -> str:
        return f"FeedKeeper({self.feed!r}, {self.publisher.name})"

    def publish(self, name: str, value: int, time: Seconds) -> None:
        """Publish a reading that is newer than the last one of its name.

        Raises:
            Reverted: it is not newer, or the publisher is not known to the feed.
        """
        key = key_of(name)
        signature = self.publisher.sign_message(bytes(self.carrier.read(self.feed.digest(key, value, time))))
        r, s, v = signature[:32], signature[32:64], signature[64]
        self.carrier.send(self.feed.publishSigned(key, value, time, v, r, s))

    def latest(self, reader: Reader, name: str) -> FeedReading:
        """Return the last reading of a name.

        Raises:
            Reverted: there is none.
        """
        value, time, publisher = reader.read(self.feed.latest(key_of(name)))
        return FeedReading(int(value), int(time), str(publisher))


def key_of(name: str) -> bytes:
    return sha256(name.encode()).digest()


def deploy_feed(chain: Chain, owner: EvmWallet, publisher: EvmWallet, carrier: EvmWallet | None = None) -> FeedKeeper:
    """Deploy a feed that takes one publisher's readings."""
    feed = chain.deploy("exchange/OracleFeed", sender=owner)
    owner.send(feed.setPublisher(publisher.address, True))
    return FeedKeeper(feed, publisher, carrier)
