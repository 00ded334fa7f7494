"""The page on web3.py names every method that is answered, and no other, and what is not as on a real chain."""

import rlp
from web3 import Web3

from tests.conftest import PROJECT
from tests.web3engine.provider.helpers import ALICE, BOB, Client, ask, new_evm, refusal
from tokenspice.web3engine.provider import EvmProvider


def table() -> list[str]:
    """Write the page's table: methods with what they take, by their prefix."""
    methods = EvmProvider(new_evm()).methods
    rows = [f"| `{name}` | {', '.join(methods[name].parameters) or 'nothing'} |" for name in sorted(methods)]
    return ["| method | takes |", "|---|---|", *rows]


def test_the_page_has_the_table_of_all_methods() -> None:
    page = (PROJECT / "docs" / "web3py.md").read_text(encoding="utf-8")

    written = page.partition("## Methods\n\n")[2].splitlines()

    assert written == table(), "write the lines of table() at the end of docs/web3py.md"


def test_what_the_page_says_is_not_as_on_a_real_chain_is_not(w3: Client) -> None:
    unsigned = w3.eth.send_transaction({"from": ALICE, "to": BOB, "value": 1})

    block, sent = w3.eth.get_block("latest"), w3.eth.get_transaction(unsigned)
    assert block["stateRoot"] == Web3.keccak(rlp.encode(b""))  # of nothing
    assert block["size"] == 0 and block["transactionsRoot"] != block["stateRoot"] != block["receiptsRoot"]
    assert not any(sent["r"]) and not any(sent["s"]) and ask(w3, "eth_getRawTransactionByHash", unsigned) is None
    assert ask(w3, "eth_blobBaseFee") == "0x1" and refusal(w3, "evm_setIntervalMining", 5)
    for method in ("eth_subscribe", "admin_peers", "ots_getApiLevel", "anvil_reset", "anvil_reorg"):
        assert refusal(w3, method)["code"] == -32601
