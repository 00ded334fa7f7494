"""Who pays on a chain: a key of its own, and the tokens that the chain knows."""

from functools import cached_property
from typing import TYPE_CHECKING, Any, final

from tokenspice.engine.errors import InsufficientFunds, WalletError
from tokenspice.engine.streams import derive
from tokenspice.engine.units import Amount, as_text
from tokenspice.engine.wallet import WalletBase, check_amount
from tokenspice.web3engine.backends.base import GAS_LIMIT, MAX_FEE
from tokenspice.web3engine.contract import Call, Pending, Receipt

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

    from tokenspice.web3engine.chain import Chain

__all__ = ["EvmWallet"]


@final
class EvmWallet(WalletBase):
    """An externally owned account, whose key is derived from (seed, name) and never leaves this object.

    Made by `Chain.wallet`. It signs locally.

    Args:
        name: of the agent that owns it.
        chain: where it is.
        address: the key's, where it is known already, because deriving a key takes a while.

    Attributes:
        address: checksummed.
        address_bytes: the same, 20 bytes.
    """

    def __init__(self, name: str, chain: "Chain", address: str = "") -> None:
        self.name = name
        self._chain = chain
        self.address: str = address or self._account.address
        self.address_bytes = bytes.fromhex(self.address[2:])

    @cached_property
    def _account(self) -> "LocalAccount":
        from eth_account import Account

        account: LocalAccount = Account.from_key(derive(self._chain.seed, f"wallet/{self.name}"))
        return account

    def __repr__(self) -> str:
        return f"EvmWallet({self.name} at {self.address})"

    def send(self, call: Call) -> Receipt:
        """Sign and send a transaction, and return its receipt.

        Raises:
            Reverted: the contract refused. Nothing changed but this wallet's nonce.
        """
        return self._chain.send(self, call)

    def submit(self, call: Call, tip: int = 0) -> Pending:
        """Queue a transaction for the block at the end of this tick; a failed one is a receipt, not an error.

        Args:
            call: what to send.
            tip: priority fee, in wei per gas, which counts where the chain's `ordering` is "priority".

        Raises:
            ChainError: the chain mines each transaction at once.
        """
        return self._chain.submit(self, call, tip)

    def read(self, call: Call) -> Any:
        """Run a call as this wallet, change nothing, and return its decoded value."""
        return self._chain.read(call, self)

    def sign(
        self, call: Call, chain_id: int, nonce: int, gas: int = GAS_LIMIT, tip: int = 0, max_fee: int = MAX_FEE
    ) -> bytes:
        """Return the transaction that sends `call`, signed and raw, as nodes take it (EIP-1559)."""
        transaction: dict[str, Any] = {
            "type": 2,
            "chainId": chain_id,
            "nonce": nonce,
            "gas": gas,
            "maxFeePerGas": max_fee + tip,
            "maxPriorityFeePerGas": tip,
            "value": call.value,
            "data": call.data,
        }
        if call.to:
            transaction["to"] = call.to
        return bytes(self._account.sign_transaction(transaction).raw_transaction)

    @property
    def wei(self) -> int:
        """The ether that it holds, which pays for its gas."""
        return self._chain.backend.balance(self.address)

    def balance(self, symbol: str) -> Amount:
        token = self._chain.token(symbol)
        return int(self.read(token.contract.balanceOf(self.address)))

    def balances(self) -> dict[str, Amount]:
        return {symbol: self.balance(symbol) for symbol in self._chain.tokens}

    def transfer(self, to: WalletBase, symbol: str, amount: Amount) -> None:
        if not isinstance(to, EvmWallet):
            raise WalletError(
                f"{self.name} keeps its {symbol} on a chain and {to.name} keeps it off. "
                "Give both agents an EvmWallet, or both a Wallet."
            )
        check_amount(self.name, symbol, amount)
        held = self.balance(symbol)
        if amount > held:
            raise InsufficientFunds(
                f"{self.name} holds {as_text(held)} {symbol} and tried to give {as_text(amount)}. Nothing was moved."
            )
        self.send(self._chain.token(symbol).contract.transfer(to.address, amount))
