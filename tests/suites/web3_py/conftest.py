"""What web3.py's tests want to find on a chain: an account with a key, contracts, blocks with and without transactions.

The asynchronous tests reach the same chain, through `AsyncEvmProvider`.
"""

import asyncio
import inspect
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from eth_account import Account
from web3 import AsyncWeb3, Web3
from web3._utils.contract_sources.contract_data._custom_contract_data import EMITTER_ENUM
from web3._utils.contract_sources.contract_data.emitter_contract import EMITTER_CONTRACT_DATA
from web3._utils.contract_sources.contract_data.math_contract import MATH_CONTRACT_DATA
from web3._utils.contract_sources.contract_data.offchain_lookup import OFFCHAIN_LOOKUP_DATA
from web3._utils.contract_sources.contract_data.panic_errors_contract import PANIC_ERRORS_CONTRACT_DATA
from web3._utils.contract_sources.contract_data.revert_contract import REVERT_CONTRACT_DATA
from web3._utils.contract_sources.contract_data.storage_contract import STORAGE_CONTRACT_DATA
from web3._utils.module_testing.utils import RequestMocker

from tests.suites.web3_py.known import KNOWN, WAITING
from tests.web3engine.provider.helpers import ETHER, Client, ask
from tokenspice.web3engine import _core
from tokenspice.web3engine.provider import AsyncEvmProvider, EvmProvider
from tokenspice.web3engine.rules import BLOCK_GAS_LIMIT, GENESIS_TIME

CHAIN_ID = 131277322940537  # which the tests name
KEY = "0x" + "07" * 32
ADDRESS: str = Account.from_key(KEY).address


def pytest_collection_modifyitems(items: Iterable[pytest.Item]) -> None:
    for item in items:
        if reason := KNOWN.get(item.nodeid.partition("::")[2]):
            item.add_marker(pytest.mark.xfail(reason=reason, strict=True))


def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run a coroutine in a loop of its own."""
    if not inspect.iscoroutinefunction(pyfuncitem.function):
        return None
    names = inspect.signature(pyfuncitem.obj).parameters
    asyncio.run(pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in names}))
    return True


@pytest.fixture
def w3(request: pytest.FixtureRequest) -> Client:
    """A client of a new chain, which mines at once unless the test is about what waits."""
    evm = _core.Evm(
        hardfork="prague", genesis_time=GENESIS_TIME, chain_id=CHAIN_ID, block_gas_limit=BLOCK_GAS_LIMIT, keep="all"
    )
    client: Client = Web3(EvmProvider(evm))
    ask(client, "evm_addAccount", KEY, "")
    ask(client, "anvil_setBalance", ADDRESS, hex(1000 * ETHER))
    ask(client, "eth_sendTransaction", {"from": ADDRESS, "to": ADDRESS, "maxPriorityFeePerGas": "0x1"})
    ask(client, "anvil_mine", 10)
    ask(client, "evm_setAutomine", not waits(request.node.originalname))
    client.eth.default_account = ADDRESS
    return client


def waits(name: str) -> bool:
    return name.replace("_async", "").startswith(WAITING) and not name.endswith("_already_mined")


@pytest.fixture
def async_w3(w3: Client) -> Client:
    client: Client = AsyncWeb3(AsyncEvmProvider(w3.provider))
    client.eth.default_account = ADDRESS
    return client


def deployed(data: dict[str, Any]) -> Any:
    """Make the fixture of one of web3.py's own contracts."""

    @pytest.fixture
    def contract(w3: Client) -> Any:
        sent = w3.eth.contract(**data).constructor().transact()
        return w3.eth.contract(w3.eth.wait_for_transaction_receipt(sent)["contractAddress"], abi=data["abi"])

    return contract


math_contract = deployed(MATH_CONTRACT_DATA)
emitter_contract = deployed(EMITTER_CONTRACT_DATA)
offchain_lookup_contract = deployed(OFFCHAIN_LOOKUP_DATA)
panic_errors_contract = deployed(PANIC_ERRORS_CONTRACT_DATA)
revert_contract = deployed(REVERT_CONTRACT_DATA)
storage_contract = deployed(STORAGE_CONTRACT_DATA)


@pytest.fixture
def math_contract_deploy_txn_hash(w3: Client, math_contract: Any) -> Any:
    return w3.eth.get_block("latest")["transactions"][0]


@pytest.fixture
def math_contract_address(math_contract: Any) -> str:
    return str(math_contract.address)


@pytest.fixture
def emitter_contract_address(emitter_contract: Any) -> str:
    return str(emitter_contract.address)


@pytest.fixture
def keyfile_account_pkey() -> str:
    return KEY


@pytest.fixture
def keyfile_account_address() -> str:
    return ADDRESS


@pytest.fixture
def keyfile_account_address_dual_type() -> str:
    return ADDRESS


@pytest.fixture
def empty_block(w3: Client) -> Any:
    ask(w3, "evm_mine")
    return w3.eth.get_block("latest")


@pytest.fixture
def block_with_txn(w3: Client) -> Any:
    w3.eth.send_transaction({"from": ADDRESS, "to": ADDRESS, "value": 1, "gas": 21000, "gasPrice": 10**9})
    return w3.eth.get_block("latest")


@pytest.fixture
def mined_txn_hash(block_with_txn: Any) -> Any:
    return block_with_txn["transactions"][0]


@pytest.fixture
def block_with_txn_with_log(w3: Client, emitter_contract: Any) -> Any:
    emitter_contract.functions.logDouble(which=EMITTER_ENUM["LogDoubleWithIndex"], arg0=12345, arg1=54321).transact()
    return w3.eth.get_block("latest")


@pytest.fixture
def txn_hash_with_log(block_with_txn_with_log: Any) -> Any:
    return block_with_txn_with_log["transactions"][0]


@pytest.fixture
def request_mocker() -> type[RequestMocker]:
    return RequestMocker


@pytest.fixture
def skip_if_testrpc() -> Callable[[Client], None]:
    return lambda client: None


def twin(name: str) -> Any:
    """Make the fixture that an asynchronous test knows by another name; a contract is one of the asynchronous client."""

    @pytest.fixture(name=f"async_{name}")
    def fixture(request: pytest.FixtureRequest, async_w3: Client) -> Any:
        value = request.getfixturevalue(name)
        return async_w3.eth.contract(value.address, abi=value.abi) if hasattr(value, "abi") else value

    return fixture


async_block_with_txn = twin("block_with_txn")
async_block_with_txn_with_log = twin("block_with_txn_with_log")
async_emitter_contract = twin("emitter_contract")
async_emitter_contract_address = twin("emitter_contract_address")
async_empty_block = twin("empty_block")
async_keyfile_account_address = twin("keyfile_account_address")
async_keyfile_account_address_dual_type = twin("keyfile_account_address_dual_type")
async_math_contract = twin("math_contract")
async_math_contract_address = twin("math_contract_address")
async_offchain_lookup_contract = twin("offchain_lookup_contract")
async_panic_errors_contract = twin("panic_errors_contract")
async_revert_contract = twin("revert_contract")
async_skip_if_testrpc = twin("skip_if_testrpc")
async_storage_contract = twin("storage_contract")
