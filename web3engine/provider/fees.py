"""What gas costs."""

from collections.abc import Sequence
from dataclasses import replace
from typing import final

from tokenspice.web3engine import _core
from tokenspice.web3engine.provider.formatters import included
from tokenspice.web3engine.provider.history import History
from tokenspice.web3engine.provider.rpc_errors import REFUSED, JsonRpcError
from tokenspice.web3engine.provider.rpc_method import RpcMethod
from tokenspice.web3engine.provider.transactions import Request
from tokenspice.web3engine.provider.values import Json, as_int, as_shares, quantity

__all__ = ["Fees", "priced"]

TIP = 10**9  # wei per gas that a sender who names no fee gives to the coinbase, as with anvil
BLOB_FEE = 1  # wei per unit of blob gas: the least, because no block is short of room for blobs


def priced(request: Request, evm: _core.Evm) -> Request:
    """Complete a transaction's fees: what the next block asks for, and the usual tip."""
    has_market = _core.HARDFORKS.index(evm.hardfork) >= _core.HARDFORKS.index("london")
    flat = request.type in (0, 1) and request.max_fee is None and request.priority_fee is None
    if request.gas_price is not None or flat or not has_market:
        return replace(request, gas_price=evm.base_fee + TIP if request.gas_price is None else request.gas_price)
    tip = request.priority_fee
    if tip is None:
        tip = TIP if request.max_fee is None else min(TIP, request.max_fee)
    most = evm.base_fee + tip if request.max_fee is None else request.max_fee
    return replace(request, priority_fee=tip, max_fee=most)


def tip_at(block: _core.Block, share: float) -> int:
    """Return the tip, in wei per gas, that `share` percent of a block's gas paid at most."""
    reached = 0
    for receipt in sorted(included(block), key=lambda receipt: receipt.effective_gas_price):
        reached += receipt.gas_used
        if reached * 100 >= share * block.gas_used:
            return receipt.effective_gas_price - block.base_fee
    return 0


@final
class Fees:
    """Answers what gas costs, and what it has cost."""

    def __init__(self, evm: _core.Evm, history: History) -> None:
        self._evm = evm
        self._history = history

    def methods(self) -> dict[str, RpcMethod]:
        return {
            "eth_blobBaseFee": RpcMethod(lambda: quantity(BLOB_FEE)),
            "eth_feeHistory": RpcMethod(
                self._fee_history, blockCount=as_int, newestBlock=self._history.block, rewardPercentiles=as_shares
            ),
            "eth_gasPrice": RpcMethod(lambda: quantity(self._evm.base_fee + TIP)),
            "eth_maxPriorityFeePerGas": RpcMethod(lambda: quantity(TIP)),
        }

    def _fee_history(self, length: int, newest: _core.Block | None, shares: Sequence[float]) -> Json:
        if newest is None:
            raise JsonRpcError(REFUSED, f"newestBlock not found: the head is block {self._evm.block_number}")
        first = max(0, newest.number - length + 1)
        blocks = [block for block in self._history.since(first) if block.number <= newest.number]
        following = self._history.block(newest.number + 1)
        fees = [*(block.base_fee for block in blocks), following.base_fee if following else self._evm.base_fee]
        answer: Json = {
            "oldestBlock": quantity(first),
            "baseFeePerGas": [quantity(fee) for fee in fees],
            "gasUsedRatio": [block.gas_used / max(block.gas_limit, 1) for block in blocks],
            "baseFeePerBlobGas": [quantity(BLOB_FEE)] * len(fees),
            "blobGasUsedRatio": [0.0] * len(blocks),
        }
        if shares:
            answer["reward"] = [[quantity(tip_at(block, share)) for share in shares] for block in blocks]
        return answer
