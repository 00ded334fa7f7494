"""Verbs of keys and money."""

from abc import ABC

from tokenspice.markets.errors import ExchangeError
from tokenspice.markets.exchange.config import Asset
from tokenspice.markets.exchange.ledger import AccountType
from tokenspice.markets.exchange.numbers import to_units
from tokenspice.markets.exchange.service.base import Number, ServiceBase, amount_in, amount_out
from tokenspice.markets.exchange.service.values import AssetInfo, KeyInfo

__all__ = ["KeyVerbs"]

NETWORK = "network"  # the exchange's own party


class KeyVerbs(ServiceBase, ABC):
    """A key is a party by its name. A wallet may own several."""

    def create_key(self, name: str, wallet_name: str = "", kind: str = "", tag: str = "") -> str:
        """Return the id of a party: its name, after that of its wallet where one is given.

        Args:
            name: of the key.
            wallet_name: of the wallet that it belongs to.
            kind, tag: of the agent that holds it, for tables.

        Raises:
            ExchangeError: the name is empty, or the exchange's own.
        """
        if not name or name == NETWORK:
            raise ExchangeError(f'a key cannot be called "{name}". Write another name.')
        key = f"{wallet_name}/{name}" if wallet_name else name
        self.keys[key] = KeyInfo(name, wallet_name, kind, tag)
        return key

    def login(self, name: str, passphrase: str = "") -> None:
        """Do nothing: keys in this process need no passphrase."""

    def create_asset(self, symbol: str, decimals: int = 5, quantum: Number = 1, name: str = "") -> str:
        """Add an asset, and return its id, which is its symbol.

        Args:
            symbol: of the asset.
            decimals: of its base units.
            quantum: the smallest amount that matters.
            name: for people; not kept.
        """
        asset = Asset(symbol, decimals)
        return self.exchange.add_asset(Asset(symbol, decimals, amount_in(asset, quantum))).symbol

    def find_asset_id(self, symbol: str) -> str:
        """Return an asset's id by its symbol; empty where there is none."""
        return symbol if symbol in self.exchange.assets else ""

    def list_assets(self) -> list[AssetInfo]:
        return [self.get_asset(symbol) for symbol in self.exchange.assets]

    def get_asset(self, asset_id: str) -> AssetInfo:
        asset = self.asset(asset_id)
        return AssetInfo(asset.symbol, asset.symbol, asset.decimals, amount_out(asset, asset.quantum))

    def mint(self, party: str, asset_id: str, amount: Number) -> None:
        """Give a party new units of an asset."""
        self.exchange.deposit(party, asset_id, amount_in(self.asset(asset_id), amount))

    def top_up_treasury(self, asset_id: str, amount: Number) -> None:
        """Do nothing: `mint` needs no treasury."""
        amount_in(self.asset(asset_id), amount)

    def stake(self, party: str, amount: Number) -> bool:
        """Lock governance tokens of a party; a negative amount frees them. Return whether the party had them."""
        asset = self.asset(self.exchange.network.staking.symbol)
        done = self.exchange.stake(party, to_units(amount, asset.decimals))
        self.count_transaction()
        return done

    def get_stake(self, party: str) -> float:
        """Return what a party has staked."""
        symbol = self.exchange.network.staking.symbol
        if symbol not in self.exchange.assets:
            return 0.0
        held = self.exchange.ledger.find(party, symbol, AccountType.LOCKED_FOR_STAKING)
        return amount_out(self.asset(symbol), held)
