"""web3.py's own tests of its modules, with its client and its asynchronous client."""

import pytest
from web3._utils.module_testing.eth_module import AsyncEthModuleTest, EthModuleTest
from web3._utils.module_testing.go_ethereum_debug_module import (
    GoEthereumAsyncDebugModuleTest,
    GoEthereumDebugModuleTest,
)
from web3._utils.module_testing.go_ethereum_txpool_module import (
    GoEthereumAsyncTxPoolModuleTest,
    GoEthereumTxPoolModuleTest,
)
from web3._utils.module_testing.net_module import AsyncNetModuleTest, NetModuleTest
from web3._utils.module_testing.web3_module import AsyncWeb3ModuleTest, Web3ModuleTest

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
    def _check_web3_client_version(self, client_version: str) -> None:  # type: ignore[override]
        assert client_version.startswith("tokenspice")


class TestAsyncWeb3(AsyncWeb3ModuleTest):
    def _check_web3_client_version(self, client_version: str) -> None:  # type: ignore[override]
        assert client_version.startswith("tokenspice")
