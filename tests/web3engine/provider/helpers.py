"""What the provider's tests share: clients, accounts, and requests that web3.py has no method for."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from eth_account import Account
from eth_account.signers.local import LocalAccount
from hypothesis import strategies as st
from web3 import Web3
from web3.types import RPCEndpoint

from tests.conftest import DATA, PROJECT
from tokenspice.web3engine import _core
from tokenspice.web3engine.artifacts import Artifacts
from tokenspice.web3engine.provider import EvmProvider
from tokenspice.web3engine.rules import BLOCK_GAS_LIMIT, CHAIN_ID, GENESIS_TIME, HARDFORK

Client: TypeAlias = Any  # a Web3, whose own types want every number wrapped: Wei(1), Nonce(0)


Script: TypeAlias = Callable[[Client], Any]


Same: TypeAlias = Callable[[Script], Any]


ALICE, BOB = Web3.to_checksum_address("0x" + "a1" * 20), Web3.to_checksum_address("0x" + "b0" * 20)


SIGNER: LocalAccount = Account.from_key(b"\x07" * 32)


ETHER = 10**18


# What each chain makes in its own way. An unsigned transaction's hash is one of them, a signed one's is not.
OWN = {"blockHash", "mixHash", "parentHash", "receiptsRoot", "size", "stateRoot", "transactionsRoot"}


# anvil's own, in blocks and receipts, where other nodes have nothing.
EXTRA = {"blobGasPrice", "blobGasUsed", "blockTimestamp", "excessBlobGas"}


def new_evm() -> _core.Evm:
    return _core.Evm(
        hardfork=HARDFORK,
        genesis_time=GENESIS_TIME,
        chain_id=CHAIN_ID,
        block_gas_limit=BLOCK_GAS_LIMIT,
        keep="all",
    )


def funded(w3: Client) -> Client:
    """Give accounts ether, and let ALICE send without a key."""
    for address in (ALICE, SIGNER.address):
        ask(w3, "anvil_setBalance", address, hex(1000 * ETHER))
    ask(w3, "anvil_impersonateAccount", ALICE)
    return w3


def ask(w3: Client, method: str, *params: Any) -> Any:
    """Make a request that web3.py has no method for."""
    answer = w3.provider.make_request(RPCEndpoint(method), list(params))
    assert "error" not in answer, answer["error"]
    return answer["result"]


def refusal(w3: Client, method: str, *params: Any) -> Any:
    return w3.provider.make_request(RPCEndpoint(method), list(params))["error"]


def plain(value: Any) -> Any:
    """Make dicts, lists, ints and hex text of web3.py's answers, without what each chain makes in its own way."""
    if isinstance(value, Mapping):
        signed = bool(value.get("r")) and any(value["r"])
        own = OWN | EXTRA | ({"transactionHash"} if not signed else set()) | (set() if signed else {"hash"})
        return {key: plain(entry) for key, entry in value.items() if key not in own}
    if isinstance(value, list | tuple):
        return [plain(entry) for entry in value]
    return "0x" + value.hex() if isinstance(value, bytes) else value


def factory(w3: Client, name: str) -> Any:
    artifact = ARTIFACTS.find(name)
    return w3.eth.contract(abi=artifact.entries, bytecode=artifact.bytecode)


ARTIFACTS = Artifacts(PROJECT, PROJECT / "build", netlist=DATA / "probe")


def deployed(w3: Client, name: str, *args: Any) -> Any:
    sent = factory(w3, name).constructor(*args).transact({"from": ALICE})
    receipt = w3.eth.wait_for_transaction_receipt(sent)
    return w3.eth.contract(address=receipt["contractAddress"], abi=ARTIFACTS.find(name).entries)


def token(w3: Client, supply: int = 1000) -> Any:
    return deployed(w3, "token/Token", "Ocean", "OCEAN", supply)


def mined(w3: Client, sent: Any) -> Any:
    return w3.eth.wait_for_transaction_receipt(sent)


def raised(function: Callable[[], Any]) -> tuple[str, Any]:
    """The name of the exception that a function raises, and the revert data it carries."""
    try:
        function()
    except Exception as error:
        return type(error).__name__, getattr(error, "data", None)
    return "nothing", None


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from([ALICE, "0x", "0x1", "latest"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["from", "to", "data", "address", "topics", "fromBlock", "timestamp"]), inner)
    ),
    max_leaves=6,
)


METHODS = [name for name in EvmProvider(new_evm()).methods if not name.endswith("_mine")]  # which may take long
