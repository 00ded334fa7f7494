"""Blocks, transactions, receipts and logs, written as JSON-RPC has them."""

from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from itertools import count

import rlp

from tokenspice.web3engine import _core
from tokenspice.web3engine.provider.pool import Queued
from tokenspice.web3engine.provider.transactions import Authorization, read_raw
from tokenspice.web3engine.provider.values import ZERO_HASH, Json, data, quantity, word

__all__ = [
    "authorization_json",
    "block_json",
    "included",
    "logs_json",
    "mined_json",
    "receipt_json",
    "transaction_json",
]

NO_REQUESTS = sha256().digest()  # EIP-7685: the hash of an empty list of requests
EMPTY_OMMERS = _core.keccak256(rlp.encode([]))
BLOBS, SETS_CODE = 3, 4  # types of transactions (EIP-4844, EIP-7702)
GAS_PER_BLOB = 131_072
EMPTY_TRIE = _core.keccak256(rlp.encode(b""))


def bloom(logs: Iterable[_core.Log]) -> bytes:
    """Return the 256 bytes that tell quickly what is not in `logs`.

    Source: Ethereum yellow paper, section 4.3.1, M3:2048.
    """
    bits = 0
    for entry in {part for log in logs for part in (log.address, *log.topics)}:
        digest = _core.keccak256(entry)
        for start in (0, 2, 4):
            bits |= 1 << (int.from_bytes(digest[start : start + 2], "big") % 2048)
    return bits.to_bytes(256, "big")


def included(block: _core.Block) -> list[_core.Receipt]:
    """Return the receipts of what ran in a block, in order."""
    return [receipt for receipt in block.receipts if receipt.included] if len(block) else []


def transaction_json(sent: _core.Receipt | Queued, chain_id: int) -> Json:
    """Write a transaction, without its place in a block. An unsigned one's signature is zeros, as with anvil."""
    fields: Json = read_raw(sent.raw) if sent.raw else {"v": 0 if sent.type else 35 + 2 * chain_id, "r": 0, "s": 0}
    answer: Json = {
        "type": quantity(sent.type),
        "chainId": quantity(chain_id if sent.chain_id is None else sent.chain_id),
        "nonce": quantity(sent.nonce),
        "gas": quantity(sent.gas),
        "gasPrice": quantity(sent.effective_gas_price if isinstance(sent, _core.Receipt) else sent.max_fee),
        "to": data(sent.to) if sent.to else None,
        "value": quantity(sent.value),
        "input": data(sent.data),
        "v": quantity(fields["v"]),
        "r": quantity(fields["r"]),
        "s": quantity(fields["s"]),
        "hash": data(sent.transaction_hash),
        "from": data(sent.sender),
        "blockHash": None,
        "blockNumber": None,
        "transactionIndex": None,
    }
    if sent.type:
        answer["yParity"] = quantity(fields["v"])
        answer["accessList"] = [
            {"address": data(entry), "storageKeys": [*map(word, keys)]} for entry, keys in sent.access_list
        ]
    if sent.priority_fee is not None:
        answer |= {"maxFeePerGas": quantity(sent.max_fee), "maxPriorityFeePerGas": quantity(sent.priority_fee)}
    if sent.type == BLOBS:
        answer["blobVersionedHashes"] = [data(entry) for entry in sent.blob_hashes]
        answer["maxFeePerBlobGas"] = quantity(sent.max_blob_fee or 0)
    if sent.type == SETS_CODE:
        answer["authorizationList"] = [authorization_json(entry) for entry in sent.authorizations]
    return answer


def authorization_json(entry: Authorization) -> Json:
    chain_id, address, nonce, y_parity, r, s = entry
    numbers = {"chainId": chain_id, "nonce": nonce, "yParity": y_parity, "r": r, "s": s}
    return {"address": data(address)} | {name: quantity(number) for name, number in numbers.items()}


def mined_json(block: _core.Block, receipt: _core.Receipt, chain_id: int) -> Json:
    """Write a transaction with its place in a block."""
    return transaction_json(receipt, chain_id) | {
        "blockHash": data(block.hash),
        "blockNumber": quantity(block.number),
        "blockTimestamp": quantity(block.timestamp),
        "transactionIndex": quantity(receipt.transaction_index or 0),
    }


def logs_json(block: _core.Block) -> Iterator[tuple[_core.Receipt, _core.Log, Json]]:
    """Write a block's logs, each with the receipt and the log that it was made of."""
    numbers = count()
    for receipt in included(block):
        for log in receipt.logs:
            entry = {
                "address": data(log.address),
                "topics": [data(topic) for topic in log.topics],
                "data": data(log.data),
                "blockHash": data(block.hash),
                "blockNumber": quantity(block.number),
                "blockTimestamp": quantity(block.timestamp),
                "transactionHash": data(receipt.transaction_hash),
                "transactionIndex": quantity(receipt.transaction_index or 0),
                "logIndex": quantity(next(numbers)),
                "removed": False,
            }
            yield receipt, log, entry


def receipt_json(block: _core.Block, receipt: _core.Receipt) -> Json:
    index = receipt.transaction_index
    created = None if receipt.to else data(_core.create_address(receipt.sender, receipt.nonce))
    blobs = {"blobGasUsed": quantity(GAS_PER_BLOB * len(receipt.blob_hashes)), "blobGasPrice": quantity(1)}
    answer: Json = {
        "type": quantity(receipt.type),
        "status": quantity(receipt.status),
        "cumulativeGasUsed": quantity(receipt.cumulative_gas_used),
        "logs": [entry for owner, _, entry in logs_json(block) if owner.transaction_index == index],
        "logsBloom": data(bloom(receipt.logs)),
        "transactionHash": data(receipt.transaction_hash),
        "transactionIndex": quantity(index or 0),
        "blockHash": data(block.hash),
        "blockNumber": quantity(block.number),
        "blockTimestamp": quantity(block.timestamp),
        "gasUsed": quantity(receipt.gas_used),
        "effectiveGasPrice": quantity(receipt.effective_gas_price),
        "from": data(receipt.sender),
        "to": data(receipt.to) if receipt.to else None,
        "contractAddress": created,
    }
    return answer | (blobs if receipt.type == BLOBS else {})


def block_json(block: _core.Block, hardfork: str, transactions: Sequence[str | Json]) -> Json:
    """Write a block. The chain keeps no trie of its state, so `stateRoot` is the empty one's, and `size` is not known."""
    age = _core.HARDFORKS.index(hardfork)
    answer = {
        "number": quantity(block.number),
        "hash": data(block.hash),
        "parentHash": data(block.parent_hash),
        "timestamp": quantity(block.timestamp),
        "miner": data(block.coinbase),
        "gasLimit": quantity(block.gas_limit),
        "gasUsed": quantity(block.gas_used),
        "mixHash": data(block.prevrandao),
        "logsBloom": data(block.logs_bloom or bytes(256)),
        "transactions": transactions,
        "sha3Uncles": data(EMPTY_OMMERS),
        "stateRoot": data(EMPTY_TRIE),
        "transactionsRoot": data(block.transactions_root or EMPTY_TRIE),
        "receiptsRoot": data(block.receipts_root or EMPTY_TRIE),
        "difficulty": "0x0",
        "totalDifficulty": "0x0",
        "extraData": "0x",
        "nonce": data(bytes(8)),
        "size": "0x0",
        "uncles": [],
    }
    if age >= _core.HARDFORKS.index("london"):
        answer["baseFeePerGas"] = quantity(block.base_fee)
    if age >= _core.HARDFORKS.index("shanghai"):
        answer |= {"withdrawals": [], "withdrawalsRoot": data(EMPTY_TRIE)}
    if age >= _core.HARDFORKS.index("cancun"):
        n_blobs = sum(len(receipt.blob_hashes) for receipt in included(block))
        answer |= {
            "blobGasUsed": quantity(GAS_PER_BLOB * n_blobs),
            "excessBlobGas": "0x0",
            "parentBeaconBlockRoot": data(ZERO_HASH),
        }
    if "prague" in _core.HARDFORKS and age >= _core.HARDFORKS.index("prague"):
        answer["requestsHash"] = data(NO_REQUESTS)
    return answer
