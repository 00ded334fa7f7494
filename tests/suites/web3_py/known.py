"""Which of web3.py's tests do not pass, and why; and which of them need transactions to wait for a block."""

WAITING = (
    "test_eth_replace_transaction",  # but for "…_already_mined"
    "test_eth_get_transaction_receipt_unmined",
    "test_eth_wait_for_transaction_receipt_unmined",
    "test_eth_modify_transaction",
)

KNOWN = {
    "TestEth::test_invalid_eth_sign_typed_data": "it wants a ValueError; web3.py makes a Web3RPCError of every refusal",
    "TestAsyncEth::test_eth_sign_typed_data": "web3.py's asynchronous client cannot pass dicts on: its own error",
    "TestAsyncEth::test_invalid_eth_sign_typed_data": "web3.py's asynchronous client cannot pass dicts on: its own error",
}
