"""An account that signs: an address and its key. It knows no chain."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, final

from tokenspice.engine.streams import derive
from tokenspice.web3engine.contract import Call
from tokenspice.web3engine.keys import signer
from tokenspice.web3engine.rules import GAS_LIMIT, MAX_FEE
from tokenspice.web3engine.typed_data import typed_data

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

__all__ = ["Account"]


@final
class Account:
    """An externally owned account, whose key is derived from (seed, name) and never leaves this object.

    Args:
        name: of its owner, such as an agent.
        seed: of the run.
        address: the key's, where it is known already, because deriving it takes a while.

    Attributes:
        address: checksummed.
        address_bytes: the same, 20 bytes.
    """

    def __init__(self, name: str, seed: int, address: str = "") -> None:
        self.name = name
        self._seed = seed
        self.address: str = address or self._signer.address
        self.address_bytes = bytes.fromhex(self.address[2:])

    def __repr__(self) -> str:
        return f"Account({self.name} at {self.address})"

    @cached_property
    def _signer(self) -> "LocalAccount":
        return signer(derive(self._seed, f"wallet/{self.name}"))

    def key(self) -> "LocalAccount":
        """Return what signs in its name, for clients such as web3.py."""
        return self._signer

    def sign(
        self, call: Call, chain_id: int, nonce: int, gas: int = GAS_LIMIT, tip: int = 0, max_fee: int = MAX_FEE
    ) -> bytes:
        """Return the transaction that sends `call`, signed and raw, as nodes take it (EIP-1559).

        Args:
            call: what to send.
            chain_id: of the chain that it is for.
            nonce: how many transactions this account has sent there.
            gas: units of gas that it may use.
            tip: priority fee, in wei per gas.
            max_fee: wei per gas that it may cost, besides the tip.

        Raises:
            AbiError: an argument of the call does not fit.
        """
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
        return bytes(self._signer.sign_transaction(transaction).raw_transaction)

    def sign_message(self, message: str | bytes) -> bytes:
        """Return the signature of a message (EIP-191), 65 bytes."""
        from eth_account.messages import encode_defunct

        content = message.encode() if isinstance(message, str) else message
        return bytes(self._signer.sign_message(encode_defunct(content)).signature)

    def sign_typed_data(
        self, domain: Mapping[str, object], types: Mapping[str, Sequence[Mapping[str, str]]], message: object
    ) -> bytes:
        """Return the signature of structured data (EIP-712), 65 bytes.

        Raises:
            AbiError: a value does not fit its type.
        """
        data = typed_data(domain, types, message)
        return bytes(self._signer.sign_typed_data(full_message=data).signature)
