"""Who paid whom, seen while a netlist runs: moves between wallets off the chain, and ERC-20 transfers on it."""

from collections.abc import Iterable, Mapping
from typing import TypeAlias, final

from eth_utils.crypto import keccak

from tokenspice.engine.observer import Observer, WatchedRun
from tokenspice.engine.sim_state import SimStateBase
from tokenspice.engine.units import DECIMALS, Amount
from tokenspice.engine.wallet import Wallet, WalletBase
from tokenspice.studies.show.exchange_payments import ExchangePayments
from tokenspice.studies.show.registry import Directory
from tokenspice.studies.show.schematic import OUTSIDE, Edge, Payment, Sum
from tokenspice.studies.show.wiring import Wiring
from tokenspice.web3engine.events import Log
from tokenspice.web3engine.rules import ZERO_ADDRESS
from tokenspice.web3engine.transaction import Transaction

__all__ = ["Payments"]

Party: TypeAlias = Wallet | str | None  # off the chain; an address in lower case; nobody
Move: TypeAlias = tuple[Party, Party, str]  # payer, payee, and a token's symbol, or its address


@final
class Payments(Observer):
    """Adds up what is paid, from the first tick on; what was paid before built the beginning. Zero is no payment.

    Let it hear of deployments too, so that contracts are known by name.

    Attributes:
        deployed: the labels of the contracts that were deployed, by address.
    """

    def __init__(self) -> None:
        self.deployed: dict[str, str] = {}
        self._counts = False
        self._watched: list[str] = []
        self._moves: dict[Move, tuple[Amount, int]] = {}
        self._transfer = keccak(text="Transfer(address,address,uint256)")
        self._on_exchanges = ExchangePayments()

    def start(self) -> None:
        """Count from here on."""
        self._counts = True

    def begin(self, run: WatchedRun) -> None:
        self.start()
        self.tick(run.state)
        self._on_exchanges.watch(run.state)

    def tick(self, state: SimStateBase) -> None:
        """Be told of the moves of the wallets of agents that have joined."""
        if self._watched != list(state.agents):
            self._watched = list(state.agents)
            self._watch(Wiring(state.agents.values()).wallets)

    def _watch(self, wallets: Iterable[WalletBase]) -> None:
        for wallet in wallets:
            if isinstance(wallet, Wallet):  # those on the chain need no watching
                wallet.on_move = self.on_move

    def on_move(self, payer: Wallet | None, payee: Wallet | None, symbol: str, amount: Amount) -> None:
        """Count a move off the chain."""
        self._count((payer, payee, symbol), amount)

    def transaction(self, transaction: Transaction) -> None:
        """Count the ERC-20 transfers of a transaction, and note what it deployed."""
        receipt = transaction.receipt
        if receipt.contract_address:
            self.deployed[receipt.contract_address] = transaction.call.contract
        for log in receipt.logs:
            # An ERC-721's transfer has the same name, and a fourth topic instead of data.
            if len(log.topics) == 3 and log.topics[0] == self._transfer and len(log.data) == 32:
                self._count(_transferred(log), int.from_bytes(log.data))

    @property
    def tokens(self) -> list[str]:
        """The addresses of the tokens that were paid on the chain."""
        off_chain = {token for *parties, token in self._moves if any(isinstance(party, Wallet) for party in parties)}
        return [token for token in dict.fromkeys(token for _, _, token in self._moves) if token not in off_chain]

    def edges(self, directory: Directory, symbols: Mapping[str, tuple[str, int]]) -> list[Edge]:
        """Return an edge for each pair of which one paid the other; who is new to the directory gets listed.

        Args:
            symbols: symbol and decimals of each token on the chain, by address.
        """
        paid: dict[tuple[str, str], list[Payment]] = {}
        for (payer, payee, token), (amount, n) in self._moves.items():
            symbol, decimals = symbols.get(token, (token, DECIMALS))
            ends = _key(payer, directory), _key(payee, directory)
            paid.setdefault(ends, []).append(Payment(Sum(symbol, amount, decimals), n))
        off_exchanges = [Edge(*ends, paid=tuple(payments)) for ends, payments in paid.items()]
        return off_exchanges + self._on_exchanges.edges(directory)

    def _count(self, move: Move, amount: Amount) -> None:
        if amount and self._counts:
            total, n = self._moves.get(move, (0, 0))
            self._moves[move] = total + amount, n + 1


def _transferred(log: Log) -> Move:
    payer, payee = (f"0x{topic[-20:].hex()}" for topic in log.topics[1:])
    return None if payer == ZERO_ADDRESS else payer, None if payee == ZERO_ADDRESS else payee, log.address


def _key(party: Party, directory: Directory) -> str:
    if party is None:
        return OUTSIDE
    return directory.address(party) if isinstance(party, str) else directory.wallet(party)
