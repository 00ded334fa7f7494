"""A pool and its runner in contracts/dynamicpool, as agents meet them."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import final

import numpy as np

from tokenspice.engine.errors import InsufficientFunds, WalletError
from tokenspice.engine.units import DECIMALS, Amount, Floats
from tokenspice.engine.wallet import WalletBase
from tokenspice.protocols.dynamicpool.contracts import PoolContracts
from tokenspice.protocols.dynamicpool.fixed_point import ONE, eighteen
from tokenspice.protocols.dynamicpool.fixed_pool import PoolRefused, allowed
from tokenspice.protocols.dynamicpool.rules import RuleState
from tokenspice.protocols.dynamicpool.venue import DynamicPool, WeightRunner
from tokenspice.web3engine.contract import Contract
from tokenspice.web3engine.errors import Reverted
from tokenspice.web3engine.token import UNLIMITED, Token
from tokenspice.web3engine.wallet import EvmWallet

__all__ = ["EvmPool", "EvmRunner"]

UNIT = 10**DECIMALS


@final
class EvmPool(DynamicPool):
    """A pool on a chain.

    Args:
        tokens: that it holds.
        contract: contracts/dynamicpool/DynamicPool.sol.
        owner: who governs it, and collects the protocol's fees.
    """

    def __init__(self, tokens: Sequence[Token], contract: Contract, owner: EvmWallet) -> None:
        self.symbols = tuple(token.symbol for token in tokens)
        self.tokens = tuple(tokens)
        self.contract = contract
        self._owner = owner
        self._approved: set[str] = set()  # payers and tokens

    def reserves(self) -> list[Amount]:
        return [int(held) for held in self._owner.read(self.contract.reserves())]

    def weights(self) -> Floats:
        return np.array([weight / ONE for weight in self._owner.read(self.contract.weights())])

    def fee(self) -> float:
        return int(self._owner.read(self.contract.fee())) / ONE

    def set_fee(self, fee: float) -> None:
        with refusals():
            self._owner.send(self.contract.setFee(eighteen(fee)))

    def poke(self) -> None:
        self._owner.send(self.contract.poke())

    def trade(self, wallet: WalletBase, amounts: Sequence[Amount]) -> list[Amount]:
        """As `DynamicPool.trade`. What floats' rounding put a hair outside of the curve is left in the pool."""
        weights = [int(weight) for weight in self._owner.read(self.contract.weights())]
        taken = allowed(self.reserves(), weights, int(self._owner.read(self.contract.fee())), amounts)
        payer = self._payer(wallet, taken)
        with refusals():
            payer.send(self.contract.trade([max(one, 0) for one in taken], [max(-one, 0) for one in taken]))
        return taken

    def quote(self, token_in: int, token_out: int, amount_in: Amount) -> Amount:
        with refusals():
            return int(self._owner.read(self.contract.quoteIn(token_in, token_out, amount_in)))

    def swap(
        self, wallet: WalletBase, token_in: int, token_out: int, amount_in: Amount, least_out: Amount = 0
    ) -> Amount:
        amounts = [amount_in if i == token_in else 0 for i in range(len(self.symbols))]
        payer = self._payer(wallet, amounts)
        with refusals():
            receipt = payer.send(self.contract.swapIn(token_in, token_out, amount_in, least_out))
        return int(self.contract.events(receipt, "Swapped")[0].args["amountOut"])

    def open(self, wallet: WalletBase, amounts: Sequence[Amount]) -> None:
        payer = self._payer(wallet, amounts)
        with refusals():
            payer.send(self.contract.open(list(amounts)))

    def shares(self, wallet: WalletBase) -> Amount:
        return int(self._owner.read(self.contract.sharesOf(evm(wallet).address)))

    def total_shares(self) -> Amount:
        return int(self._owner.read(self.contract.totalShares()))

    def join(self, wallet: WalletBase, shares: Amount) -> list[Amount]:
        total, owed = self.total_shares(), self.owed()
        needed = [-(-(held - less) * shares // total) for held, less in zip(self.reserves(), owed, strict=True)]
        payer = self._payer(wallet, needed)
        with refusals():
            payer.send(self.contract.join(shares, needed))
        return needed

    def leave(self, wallet: WalletBase, shares: Amount) -> list[Amount]:
        with refusals():
            receipt = evm(wallet).send(self.contract.leave(shares, [0] * len(self.symbols)))
        return [int(amount) for amount in self.contract.events(receipt, "Left")[0].args["amounts"]]

    def donate(self, wallet: WalletBase, amounts: Sequence[Amount]) -> None:
        payer = self._payer(wallet, amounts)
        with refusals():
            payer.send(self.contract.donate(list(amounts)))

    def owed(self) -> list[Amount]:
        return [int(amount) for amount in self._owner.read(self.contract.owed())]

    def collect(self) -> list[Amount]:
        owed = self.owed()
        self._owner.send(self.contract.collect())
        return owed

    def _payer(self, wallet: WalletBase, amounts: Sequence[Amount]) -> EvmWallet:
        """The wallet, once it is known to hold what it pays, and to have approved the pool."""
        payer = evm(wallet)
        for token, amount in zip(self.tokens, amounts, strict=True):
            if amount > 0 and amount > (held := payer.balance(token.symbol)):
                raise InsufficientFunds(
                    f"{payer.name} holds {held / UNIT:g} {token.symbol} and tried to give {amount / UNIT:g} to a pool. "
                    "Nothing was moved."
                )
            if amount > 0 and (key := f"{payer.name}, {token.symbol}") not in self._approved:
                payer.send(token.contract.approve(self.contract.address, UNLIMITED))
                self._approved.add(key)
        return payer


@final
class EvmRunner(WeightRunner):
    """A runner on a chain, with the feeds that it reads.

    Args:
        contracts: the pool's.
        owner: posts prices.
        caller: asks for updates; anyone may.
    """

    def __init__(self, contracts: PoolContracts, owner: EvmWallet, caller: EvmWallet) -> None:
        self._contracts, self._owner, self._caller = contracts, owner, caller
        self._is_of_variances = contracts.kind == "MinVariance"

    def post(self, prices: Floats) -> None:
        for feed, price in zip(self._contracts.feeds, prices, strict=True):
            self._owner.send(feed.post(eighteen(float(price))))

    def update(self) -> None:
        with refusals():
            self._caller.send(self._contracts.runner.update(self._contracts.pool.address))

    def memory(self) -> Mapping[str, Floats]:
        return self.state().memory(self._contracts.kind)

    def state(self) -> RuleState:
        """What the rule's contract remembers, to the unit."""
        first, second, third, *has_return = self._caller.read(self._contracts.rule.state())
        if self._is_of_variances:  # which tells means before spreads
            second, third = third, second
        return RuleState(tuple(first), tuple(second), tuple(third), *has_return)


def evm(wallet: WalletBase) -> EvmWallet:
    """A wallet on a chain.

    Raises:
        WalletError: it is none.
    """
    if not isinstance(wallet, EvmWallet):
        raise WalletError(f"{wallet.name} is off the chain, and the pool is on one. Give it an EvmWallet.")
    return wallet


@contextmanager
def refusals() -> Iterator[None]:
    """Say that a contract refused in the words of all pools."""
    try:
        yield
    except Reverted as error:
        raise PoolRefused(str(error)) from error
