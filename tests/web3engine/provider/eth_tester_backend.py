"""Our provider as a backend of eth-tester, so that eth-tester's own suite can be asked of it."""

from typing import Any, final

from eth_account import Account
from eth_tester.backends.base import BaseChainBackend
from eth_tester.backends.pyevm.main import get_default_account_keys
from eth_tester.exceptions import BlockNotFound, TransactionFailed, TransactionNotFound, ValidationError
from eth_utils.address import to_canonical_address, to_checksum_address
from web3.types import RPCEndpoint

from tokenspice.web3engine import _core
from tokenspice.web3engine.provider import EvmProvider

__all__ = ["ProviderBackend"]

ETHER = 10**18
CHAIN_ID = 131277322940537  # which eth-tester's suite names
NUMBERS = {
    "type", "nonce", "block_number", "transaction_index", "value", "gas", "gas_price", "max_fee_per_gas",
    "max_priority_fee_per_gas", "max_fee_per_blob_gas", "chain_id", "v", "r", "s", "y_parity", "number", "difficulty",
    "total_difficulty", "size", "gas_limit", "gas_used", "timestamp", "base_fee_per_gas", "blob_gas_used",
    "excess_blob_gas", "cumulative_gas_used", "effective_gas_price", "status", "log_index", "blob_gas_price",
}  # fmt: skip
SNAKES = {"input": "data", "miner": "coinbase", "mixHash": "mix_hash", "sha3Uncles": "sha3_uncles"}


def snake(name: str) -> str:
    return SNAKES.get(name) or "".join("_" + letter.lower() if letter.isupper() else letter for letter in name)


def camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def read(name: str, value: Any) -> Any:
    """Make eth-tester's own values of JSON-RPC's."""
    if isinstance(value, dict):
        return {snake(key): read(snake(key), entry) for key, entry in value.items()}
    if isinstance(value, list):
        return tuple(read(name, entry) for entry in value)
    if not isinstance(value, str):
        return value
    return int(value, 16) if name in NUMBERS else bytes.fromhex(value[2:])


def written(value: Any) -> Any:
    """Make JSON-RPC's values of eth-tester's own."""
    if isinstance(value, dict):
        return {camel(key): written(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [written(entry) for entry in value]
    return "0x" + value.hex() if isinstance(value, bytes) else value


@final
class ProviderBackend(BaseChainBackend):  # type: ignore[misc]  # eth-tester has no types
    """Ten accounts with a million ether each, on a chain of our own."""

    def __init__(self) -> None:
        self.reset_to_genesis()

    def reset_to_genesis(self) -> None:
        self._evm = _core.Evm(
            hardfork="prague",
            genesis_time=1_640_995_200,
            chain_id=CHAIN_ID,
            block_gas_limit=30_029_122,
            keep="all",
        )
        self._provider = EvmProvider(self._evm)
        self._keys: dict[bytes, bytes] = {}
        self._raws: dict[tuple[int, int], bytes] = {}  # by r and s: eth-tester sends what waited once more
        for key in get_default_account_keys():
            self.add_account(key.to_bytes())
            self.ask("anvil_setBalance", written(key.public_key.to_canonical_address()), hex(10**6 * ETHER))
        self.ask("evm_setAutomine", False)

    def ask(self, method: str, *params: Any) -> Any:
        return self._ask(self._provider, method, *params)

    def _ask(self, provider: EvmProvider, method: str, *params: Any) -> Any:
        answer = provider.make_request(RPCEndpoint(method), list(params))
        if error := answer.get("error"):
            raise refused(dict(error))
        return answer["result"]

    def take_snapshot(self) -> str:
        return str(self.ask("evm_snapshot"))

    def revert_to_snapshot(self, snapshot: str) -> None:
        self.ask("evm_revert", snapshot)

    def time_travel(self, to_timestamp: int) -> None:
        self.ask("evm_mine", to_timestamp)

    def mine_blocks(self, num_blocks: int = 1, coinbase: bytes = bytes(20)) -> tuple[bytes, ...]:
        self.ask("anvil_setCoinbase", written(coinbase))
        hashes = []
        for _ in range(num_blocks):
            self._evm.set_next_timestamp(max(self._evm.next_timestamp, self._evm.timestamp + 1))
            self.ask("evm_mine")
            hashes.append(self.get_block_by_number("latest")["hash"])
        return tuple(hashes)

    def get_accounts(self) -> tuple[bytes, ...]:
        return tuple(to_canonical_address(address) for address in self.ask("eth_accounts"))

    def add_account(self, private_key: bytes) -> None:
        self.ask("evm_addAccount", written(private_key), "")
        self._keys[to_canonical_address(Account.from_key(private_key).address)] = private_key

    def get_block_by_number(self, block_number: Any, full_transaction: bool = True) -> Any:
        return block(self.ask("eth_getBlockByNumber", block_number, full_transaction), block_number)

    def get_block_by_hash(self, block_hash: bytes, full_transaction: bool = True) -> Any:
        return block(self.ask("eth_getBlockByHash", written(block_hash), full_transaction), block_hash)

    def get_transaction_by_hash(self, transaction_hash: bytes) -> Any:
        if found := self.ask("eth_getTransactionByHash", written(transaction_hash)):
            return transaction(read("", found))
        raise TransactionNotFound(f"No transaction found for hash: {written(transaction_hash)}")

    def get_transaction_receipt(self, transaction_hash: bytes) -> Any:
        asked = "eth_getTransactionReceipt", written(transaction_hash)
        if found := self.ask(*asked):
            return receipt(read("", found))
        if found := self._ask(self._pending(), *asked):  # eth-tester has receipts of what is not mined yet
            return receipt(read("", found), "pending")
        raise TransactionNotFound(f"No transaction found for hash: {written(transaction_hash)}")

    def _pending(self) -> EvmProvider:
        fork = _core.Evm.from_snapshot(self._evm.snapshot())
        fork.mine_queue(fork.next_timestamp)
        return EvmProvider(fork)

    def get_fee_history(self, block_count: int = 1, newest_block: Any = "latest", shares: Any = ()) -> Any:
        if isinstance(block_count, int) and not 1 <= block_count <= 1024:
            raise ValidationError("block_count must be between 1 and 1024")
        self.get_block_by_number(newest_block)
        found = self.ask("eth_feeHistory", block_count, newest_block, list(shares or []))
        return {
            "oldest_block": int(found["oldestBlock"], 16),
            "base_fee_per_gas": [int(fee, 16) for fee in found["baseFeePerGas"]],
            "gas_used_ratio": found["gasUsedRatio"],
            "reward": found.get("reward", []),
        }

    def get_nonce(self, account: bytes, block_number: Any = "latest") -> int:
        return int(self._state("eth_getTransactionCount", account, block_number=block_number), 16)

    def get_balance(self, account: bytes, block_number: Any = "latest") -> int:
        return int(self._state("eth_getBalance", account, block_number=block_number), 16)

    def get_code(self, account: bytes, block_number: Any = "latest") -> bytes:
        return bytes.fromhex(self._state("eth_getCode", account, block_number=block_number)[2:])

    def get_storage(self, account: bytes, slot: int, block_number: Any = "latest") -> int:
        return int(self._state("eth_getStorageAt", account, slot, block_number=block_number), 16)

    def _state(self, method: str, account: bytes, *params: Any, block_number: Any) -> str:
        return str(self.ask(method, written(account), *params, block_number or "latest"))

    def send_transaction(self, sent: dict[str, Any]) -> bytes:
        if sent["from"] not in self._keys:
            raise ValidationError('No valid "from" key was provided in the transaction')
        signed = self.ask("eth_signTransaction", self._request(sent))
        return self.send_raw_transaction(bytes.fromhex(signed["raw"][2:]))

    def send_raw_transaction(self, raw: bytes) -> bytes:
        sent = self.ask("eth_sendRawTransaction", written(bytes(raw)))
        known = self.ask("eth_getTransactionByHash", sent)
        self._raws[int(known["r"], 16), int(known["s"], 16)] = bytes(raw)
        return bytes.fromhex(sent[2:])

    def send_signed_transaction(self, sent: dict[str, Any], block_number: Any = "latest") -> bytes:
        from eth_account._utils.legacy_transactions import (
            encode_transaction,
            serializable_unsigned_transaction_from_dict,
        )

        fields = {camel(key): value for key, value in sent.items() if key not in ("v", "r", "s", "from", "y_parity")}
        fields["to"] = to_checksum_address(sent["to"]) if sent.get("to") else b""
        if "maxFeePerGas" in fields or "accessList" in fields:
            fields |= {"type": "0x2" if "maxFeePerGas" in fields else "0x1", "accessList": fields.get("accessList", [])}
        unsigned = serializable_unsigned_transaction_from_dict(fields)
        old = self._raws.get((sent["r"], sent["s"]))
        return self.send_raw_transaction(old or encode_transaction(unsigned, vrs=(sent["v"], sent["r"], sent["s"])))

    def estimate_gas(self, asked: dict[str, Any], block_number: Any = "latest") -> int:
        return int(self.ask("eth_estimateGas", self._request(asked), block_number), 16)

    def call(self, asked: dict[str, Any], block_number: Any = "latest") -> bytes:
        return bytes.fromhex(self.ask("eth_call", self._request(asked), block_number)[2:])

    def _request(self, asked: dict[str, Any]) -> Any:
        given = {key: value for key, value in asked.items() if value not in (None, b"")}
        if "access_list" in given:
            given["access_list"] = [
                {"address": address, "storage_keys": [key.to_bytes(32, "big") for key in keys]}
                for address, keys in given["access_list"]
            ]
        return written(given)


def refused(error: dict[str, Any]) -> Any:
    message, output = str(error["message"]), str(error.get("data") or "0x")
    if "not found" in message and "block" in message:
        return BlockNotFound(message)
    if error["code"] in (3, -32000):
        reason = message.partition("execution reverted: ")[2]
        return TransactionFailed(reason or output)
    return ValidationError(message)


def receipt(found: dict[str, Any], kind: str = "mined") -> dict[str, Any]:
    place: dict[str, Any] = {name: None for name in ("block_hash", "block_number", "transaction_index")}
    place = place if kind == "pending" else {}
    for log in found["logs"]:
        del log["block_timestamp"], log["removed"]
        log.update(place, type=kind)
    del found["logs_bloom"], found["block_timestamp"]
    return found | place | {"to": found["to"] or b"", "state_root": bytes([found["status"]])}


def transaction(found: dict[str, Any]) -> dict[str, Any]:
    found.pop("block_timestamp", None)
    if found["type"] == 0:
        found.pop("chain_id", None)
        found["v"] = (
            found["v"] if found["v"] < 35 else 27 + (found["v"] + 1) % 2
        )  # as it was before EIP-155, which eth-tester does not know
    if "access_list" in found:
        found["access_list"] = tuple(
            (entry["address"], tuple(int.from_bytes(key, "big") for key in entry["storage_keys"]))
            for entry in found["access_list"]
        )
    return found | {"to": found["to"] or b""}


def block(found: Any, asked: object) -> dict[str, Any]:
    if found is None:
        raise BlockNotFound(f"No block found for block number: {asked}")
    answer: dict[str, Any] = read("", found)
    answer["hash"] = answer["hash"] or bytes(32)  # eth-tester has one of the pending block too
    answer["extra_data"] = answer["extra_data"].rjust(32, b"\0")
    answer["nonce"], answer["logs_bloom"] = bytes(8), int.from_bytes(answer["logs_bloom"], "big")
    answer["transactions"] = tuple(
        transaction(entry) if isinstance(entry, dict) else entry for entry in answer["transactions"]
    )
    return answer
