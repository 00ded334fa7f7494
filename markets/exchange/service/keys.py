"""Verbs of keys and money."""

from abc import ABC

from tokenspice.markets.errors import ExchangeError
from tokenspice.markets.exchange.config import Asset
from tokenspice.markets.exchange.ledger import AccountType
from tokenspice.markets.exchange.numbers import from_units, to_units
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

    def create_asset(self, symbol: str, decimals: int = 5, quantum: Number | None = None, name: str = "") -> str:
        """Add an asset, and return its id, which is its symbol.

        Args:
            symbol: of the asset.
            decimals: of its base units.
            quantum: the smallest amount that matters, in whole units; one base unit unless given. Least commitments and the
                most that a transfer costs are multiples of it.
            name: for people; the symbol unless given.

        Raises:
            ExchangeError: there is such an asset, or the quantum is less than a base unit.
        """
        units = 1 if quantum is None else amount_in(Asset(symbol, decimals), quantum)
        if not units:
            least = from_units(1, decimals)
            raise ExchangeError(f"the quantum of {symbol} is {quantum}. Write one base unit, {least:g}, or more.")
        return self.exchange.add_asset(Asset(symbol, decimals, units, name)).symbol

    def find_asset_id(self, symbol: str) -> str:
        """Return an asset's id by its symbol; empty where there is none."""
        return symbol if symbol in self.exchange.assets else ""

    def list_assets(self) -> list[AssetInfo]:
        return [self.get_asset(symbol) for symbol in self.exchange.assets]

    def get_asset(self, asset_id: str) -> AssetInfo:
        asset = self.asset(asset_id)
        quantum = amount_out(asset, asset.quantum)
        return AssetInfo(asset.symbol, asset.symbol, asset.decimals, quantum, asset.name or asset.symbol)

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
