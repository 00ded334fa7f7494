"""web3.py's own tests of its modules, with its client and its asynchronous client."""

import pytest
from web3._utils.module_testing import (
    AsyncEthModuleTest,
    AsyncNetModuleTest,
    EthModuleTest,
    GoEthereumAsyncDebugModuleTest,
    GoEthereumAsyncTxPoolModuleTest,
    GoEthereumDebugModuleTest,
    GoEthereumTxPoolModuleTest,
    NetModuleTest,
    Web3ModuleTest,
)
from web3._utils.module_testing.web3_module import AsyncWeb3ModuleTest

# web3.py leaves coroutines of its batches unawaited, and warns of that.
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]


class TestEth(EthModuleTest): ...


class TestAsyncEth(AsyncEthModuleTest): ...


class TestNet(NetModuleTest): ...


class TestAsyncNet(AsyncNetModuleTest): ...


class TestDebug(GoEthereumDebugModuleTest): ...


class TestAsyncDebug(GoEthereumAsyncDebugModuleTest): ...


class TestTxPool(GoEthereumTxPoolModuleTest): ...


class TestAsyncTxPool(GoEthereumAsyncTxPoolModuleTest): ...


class TestWeb3(Web3ModuleTest):
    def _check_web3_client_version(self, client_version: str) -> None:
        assert client_version.startswith("tokenspice")


class TestAsyncWeb3(AsyncWeb3ModuleTest):
    def _check_web3_client_version(self, client_version: str) -> None:
        assert client_version.startswith("tokenspice")
