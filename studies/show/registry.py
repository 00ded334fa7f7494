"""Who is who: agents, wallets, contracts and other objects, found again by themselves, by name, or by address."""

import inspect
from collections.abc import Mapping
from dataclasses import replace
from typing import final

from tokenspice.engine.agent import AgentBase
from tokenspice.engine.wallet import WalletBase
from tokenspice.markets.exchange.wallet import ExchangeWallet
from tokenspice.studies.show.schematic import Node, Role, Sum
from tokenspice.web3engine.abi import Abi
from tokenspice.web3engine.chain import Chain
from tokenspice.web3engine.contract import Contract
from tokenspice.web3engine.wallet import EvmWallet

__all__ = ["Directory", "short"]

# The part of ERC-20 that says what an address holds.
ERC20 = [{"type": "function", "name": "balanceOf", "inputs": [{"type": "address"}], "outputs": [{"type": "uint256"}]}]


@final
class Directory:
    """Gives everything a node, in the order in which it is first met. An agent and its wallet are one node.

    Args:
        chain: where contracts and wallets hold tokens; None if there is none.
    """

    def __init__(self, chain: Chain | None) -> None:
        self._chain = chain
        self._nodes: dict[str, Node] = {}
        self._keys: dict[str | int, str] = {}  # by name, by address in lower case, by id
        self._purses: dict[str, list[WalletBase | str]] = {}  # wallets off the chain, and addresses
        artifacts = chain.artifacts.used.values() if chain else ()
        self._kinds = {id(artifact.abi): artifact.name for artifact in artifacts}

    def nodes(self, symbols: Mapping[str, tuple[str, int]]) -> dict[str, Node]:
        """Return all nodes by key, with what they hold at this moment.

        Args:
            symbols: symbol and decimals of each token on the chain to look for, by address.
        """
        tokens = [(Contract(name, address, Abi(ERC20)), decimals) for address, (name, decimals) in symbols.items()]
        return {key: replace(node, holds=self._holdings(key, tokens)) for key, node in self._nodes.items()}

    def find(self, thing: object) -> str | None:
        """Return the key of an agent, a wallet, a contract, or of what text names; None if it is not listed."""
        if isinstance(thing, AgentBase):
            return self._keys.get(thing.name)
        if isinstance(thing, str):
            return self._keys.get(thing) or self._keys.get(thing.lower())
        return self._keys.get(_handle(thing))

    def agent(self, agent: AgentBase) -> str:
        """List an agent and its wallet."""
        key = self._add("agent", agent.name, type(agent).__name__, _about(type(agent)))
        self._keys[agent.name] = key
        self._own(key, agent.wallet)
        return key

    def wallet(self, wallet: WalletBase) -> str:
        """List a wallet, if it is new here."""
        if known := self.find(wallet):
            return known
        key = self._add("wallet", wallet.name, "wallet", "Belongs to no agent.")
        self._own(key, wallet)
        return key

    def contract(self, contract: Contract) -> str:
        """List a contract, if it is new here."""
        return self.address(contract.address, contract.label, self._kinds.get(id(contract.abi), ""))

    def address(self, address: str, name: str = "", kind: str = "") -> str:
        """List what is at an address, if it is new here."""
        if known := self.find(address):
            return known
        key = self._add("contract", name or short(address), kind or "contract", "")
        self._own(key, address)
        return key

    def place(self, handle: str, name: str, kind: str, about: str) -> str:
        """List what is known by a text of its own, such as a market by its id, if it is new here."""
        return self.find(handle) or self._add("object", name, kind, about, handle)

    def object(self, thing: object) -> str:
        """List an object that is none of these, if it is new here."""
        kind = type(thing)
        return self.find(thing) or self._add("object", kind.__name__, kind.__name__, _about(kind), id(thing))

    def merge(self, key: str, contract: Contract) -> None:
        """Let a listed agent stand for a contract that is not listed yet."""
        self._own(key, contract.address)

    @property
    def nameless(self) -> list[str]:
        """The addresses of contracts that are called by them."""
        return [
            handle
            for handle, key in self._keys.items()
            if isinstance(handle, str) and self._nodes[key].name == short(handle)
        ]

    def rename(self, address: str, symbol: str) -> None:
        """Call a token by its symbol, which has no name yet but its address."""
        key = self._keys[address]
        self._nodes[key] = replace(self._nodes[key], name=symbol, kind="token")

    def name(self, address: str) -> str:
        """Return what the contract at an address is called."""
        key = self.find(address)
        return self._nodes[key].name if key else short(address)

    def _add(self, role: Role, name: str, kind: str, about: str, handle: str | int = "") -> str:
        key, number = f"{role} {name}", 1
        while key in self._nodes:
            number += 1
            key = f"{role} {name} ({number})"
        self._nodes[key] = Node(key, name, role, kind, about)
        self._purses[key] = []
        if handle:
            self._keys[handle] = key
        return key

    def _own(self, key: str, purse: WalletBase | str) -> None:
        handle = purse.lower() if isinstance(purse, str) else _handle(purse)
        if handle not in self._keys:  # a wallet that two agents share is the first one's
            self._keys[handle] = key
            self._purses[key].append(purse.address if isinstance(purse, EvmWallet) else purse)
            if isinstance(purse, ExchangeWallet):
                self._keys.setdefault(purse.name, key)

    def _holdings(self, key: str, tokens: list[tuple[Contract, int]]) -> tuple[Sum, ...]:
        totals: dict[str, Sum] = {}
        for purse in self._purses[key]:
            for held in self._on_chain(purse, tokens) if isinstance(purse, str) else _off_chain(purse):
                before = totals[held.symbol].amount if held.symbol in totals else 0
                totals[held.symbol] = replace(held, amount=held.amount + before)
        return tuple(held for held in totals.values() if held.amount)

    def _on_chain(self, address: str, tokens: list[tuple[Contract, int]]) -> list[Sum]:
        assert self._chain, "an address is on a chain"
        read = self._chain.read
        return [Sum(token.label, int(read(token.balanceOf(address))), decimals) for token, decimals in tokens]


def short(address: str) -> str:
    """Abbreviate an address."""
    return f"{address[:6]}…{address[-4:]}"


def _off_chain(wallet: WalletBase) -> list[Sum]:
    return [Sum(symbol, amount, wallet.decimals(symbol)) for symbol, amount in wallet.balances().items()]


def _handle(thing: object) -> str | int:
    if isinstance(thing, ExchangeWallet):
        return f"party {thing.name} of {id(thing.exchange)}"
    if isinstance(thing, EvmWallet | Contract):
        return thing.address.lower()
    return id(thing)


def _about(kind: type) -> str:
    """Return the first line of a class's own docstring."""
    text = kind.__doc__ or ""
    if text.startswith(f"{kind.__name__}("):  # what a dataclass writes of itself
        return ""
    return inspect.cleandoc(text).partition("\n")[0]
