"""The chain at a block: the present one, one that has mined what is pending, or a past one."""

from typing import final

from tokenspice.web3engine import _core
from tokenspice.web3engine.provider.calls import pending
from tokenspice.web3engine.provider.history import History
from tokenspice.web3engine.provider.rpc_errors import REFUSED, JsonRpcError

__all__ = ["States"]


@final
class States:
    """Finds the state that a request is about."""

    def __init__(self, evm: _core.Evm, history: History) -> None:
        self._evm = evm
        self._history = history

    def at(self, block: object, name: str) -> _core.Evm:
        """Return the chain at a block: itself, a fork that has mined what is pending, or the chain as it was.

        Raises:
            JsonRpcError: there is no such block, or its state is not kept.
        """
        if block == "pending":
            return pending(self._evm)
        found, head = self._history.block(block, name), self._evm.block_number
        if found is None:
            raise JsonRpcError(REFUSED, f"block {block!r} not found: the head is block {head}")
        if found.number == head:
            return self._evm
        if past := self._evm.at(found.number):
            return past
        raise JsonRpcError(
            REFUSED,
            f"the state after block {found.number} is not kept, and the head is block {head}; the states of 256 blocks "
            "are, from when web3.py was first asked for",
        )

    def at_or_pending(self, block: object, name: str) -> _core.Evm:
        """Return the chain at a block, the pending one by default."""
        return self.at("pending" if block is None else block, name)
