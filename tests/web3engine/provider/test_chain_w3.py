"""chain.w3 sees the whole chain, and the chain sees what it sends."""

from tests.web3engine.provider.helpers import Client, raised
from tokenspice.engine.units import tokens
from tokenspice.web3engine.artifacts import Artifacts
from tokenspice.web3engine.backends.revm import RevmBackend
from tokenspice.web3engine.chain import Chain
from tokenspice.web3engine.transaction import Transaction


def test_what_chain_w3_sends_is_reported_like_all_else(artifacts: Artifacts) -> None:
    heard: list[Transaction] = []
    chain = Chain(RevmBackend(), artifacts, on_transaction=heard.append)
    w3: Client = chain.w3

    w3.eth.send_transaction({"from": w3.eth.accounts[0], "to": chain.wallet("ada").address, "value": 1})
    w3.provider.make_request("evm_setAutomine", [False])
    w3.eth.send_transaction({"from": w3.eth.accounts[0], "to": chain.wallet("ada").address, "value": 1})
    w3.provider.make_request("evm_mine", [])
    w3.eth.send_transaction({"from": w3.eth.accounts[0], "to": chain.wallet("ada").address, "value": 1})
    chain.advance(60)

    assert [(each.sender, each.call.to, each.call.value) for each in heard] == [
        ("faucet", chain.wallet("ada").address, 1)
    ] * 3
    assert [each.block for each in heard] == sorted(each.block for each in heard)


def test_what_a_client_sends_from_a_stranger_or_is_refused_is_reported_too(artifacts: Artifacts) -> None:
    heard: list[Transaction] = []
    chain = Chain(RevmBackend(), artifacts, on_transaction=heard.append)
    w3: Client = chain.w3
    stranger = "0x" + "77" * 20
    w3.provider.make_request("anvil_setBalance", [stranger, hex(10**18)])

    w3.eth.send_transaction({"from": stranger, "to": stranger, "value": 1})
    raised(lambda: w3.eth.send_transaction({"from": stranger, "to": stranger, "value": 10**20, "gas": 21_000}))

    assert [(each.sender, each.status, each.index) for each in heard] == [("", "ok", 0), ("", "refused", None)]
    assert "insufficient funds" in heard[1].receipt.halt and heard[1].sender_address == w3.to_checksum_address(stranger)


def test_evm_mine_follows_the_chains_ordering(artifacts: Artifacts) -> None:
    chain = Chain(RevmBackend(), artifacts)
    chain.mempool.ordering = "priority"
    w3: Client = chain.w3
    ada, bob = chain.wallet("ada").address, chain.wallet("bob").address
    w3.provider.make_request("evm_setAutomine", [False])

    low = w3.eth.send_transaction({"from": ada, "to": ada, "gasPrice": 10**9})
    high = w3.eth.send_transaction({"from": bob, "to": bob, "gasPrice": 9 * 10**9})
    w3.provider.make_request("evm_mine", [])

    assert [w3.eth.get_transaction_receipt(sent)["transactionIndex"] for sent in (low, high)] == [1, 0]


def test_what_was_mined_before_chain_w3_was_asked_for_is_in_its_history(artifacts: Artifacts) -> None:
    chain = Chain(RevmBackend(), artifacts)
    chain.deploy_token("OCEAN", tokens(5))
    chain.wallet("ada", OCEAN=1)

    w3: Client = chain.w3

    assert len(w3.eth.get_logs({"fromBlock": 0})) == 2
    assert w3.eth.get_block(0)["number"] == 0


def test_the_history_is_part_of_what_is_saved(artifacts: Artifacts) -> None:
    chain = Chain(RevmBackend(), artifacts)
    chain.deploy_token("OCEAN", tokens(5))
    before: Client = chain.w3
    sent = before.eth.send_transaction({"from": before.eth.accounts[0], "to": chain.wallet("ada").address, "value": 1})
    backend = chain.backend
    assert isinstance(backend, RevmBackend)

    after: Client = Chain(RevmBackend.from_bytes(backend.to_bytes()), artifacts).w3

    assert after.eth.get_logs({"fromBlock": 0}) == before.eth.get_logs({"fromBlock": 0})
    assert after.eth.get_transaction_receipt(sent) == before.eth.get_transaction_receipt(sent)


def test_what_a_wallet_sends_through_chain_w3_is_signed_and_goes_before_what_it_submitted(artifacts: Artifacts) -> None:
    chain = Chain(RevmBackend(), artifacts)
    token, ada = chain.deploy_token("OCEAN"), chain.wallet("ada")
    w3: Client = chain.w3
    w3.provider.make_request("evm_setAutomine", [False])

    pending = ada.submit(token.contract.approve(ada.address, 1))
    sent = w3.eth.send_transaction({"from": ada.address, "to": ada.address, "gas": 21_000})
    chain.advance(60)

    assert [receipt["transactionIndex"] for receipt in map(w3.eth.get_transaction_receipt, [sent])] == [0]
    assert w3.eth.account.recover_transaction(w3.eth.get_raw_transaction(sent)) == ada.address
    assert pending.receipt and pending.receipt.succeeded
