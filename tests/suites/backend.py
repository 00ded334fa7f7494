"""What a chain backend is. A new backend passes all of this, through a `Chain`, which is how agents see it.

A subclass provides the fixture `chain`: a `Chain` on the backend, in its first state, whose artifacts hold
tests/data/probe and the project's contracts.
"""

from typing import Any

import pytest
import rlp
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak
from web3.exceptions import ContractLogicError, Web3RPCError

from tokenspice.engine.units import HOUR, tokens
from tokenspice.web3engine.abi import Abi
from tokenspice.web3engine.chain import ETHER_PER_WALLET, Chain
from tokenspice.web3engine.contract import Contract, ether
from tokenspice.web3engine.errors import AbiError, ChainError, Reverted
from tokenspice.web3engine.events import Event
from tokenspice.web3engine.receipt import Receipt
from tokenspice.web3engine.rules import GAS_LIMIT, GENESIS_TIME
from tokenspice.web3engine.transaction import Transaction
from tokenspice.web3engine.wallet import EvmWallet

NOBODY = "0x" + "5" * 40


class BackendSuite:
    """Inherit it and provide `chain`."""

    @pytest.fixture
    def probe(self, chain: Chain) -> Contract:
        return chain.deploy("Probe", 7)

    @pytest.fixture
    def buyer(self, chain: Chain) -> EvmWallet:
        return chain.wallet("buyer1")

    def test_a_deployed_contract_keeps_what_its_constructor_was_given(self, chain: Chain, buyer: EvmWallet) -> None:
        probe = chain.deploy("Probe", 7, sender=buyer)

        assert chain.read(probe.value()) == 7
        assert chain.read(probe.maker()) == buyer.address

    def test_a_constructor_that_refuses_deploys_nothing(self, chain: Chain) -> None:
        with pytest.raises(Reverted, match='deploying Probe reverted: "no luck"'):
            chain.deploy("Probe", 13)

    def test_contracts_get_the_addresses_that_ethereum_gives_them(self, chain: Chain) -> None:
        wallet = chain.wallet("deployer")

        first, second = (chain.deploy("Probe", 1, sender=wallet) for _ in range(2))

        assert [first.address, second.address] == [create_address(wallet.address, nonce) for nonce in (0, 1)]

    def test_a_sent_call_changes_the_state_and_a_read_one_does_not(
        self, chain: Chain, probe: Contract, buyer: EvmWallet
    ) -> None:
        buyer.read(probe.store(8))
        assert chain.read(probe.value()) == 7

        receipt = buyer.send(probe.store(8))

        assert receipt.succeeded
        assert chain.read(probe.value()) == 8

    def test_a_call_is_read_as_the_wallet_that_reads_it(self, probe: Contract, buyer: EvmWallet) -> None:
        with pytest.raises(Reverted) as caught:
            buyer.read(probe.failWithError(5))

        assert caught.value.reason == f"TooMuch({buyer.address}, 5)"

    @pytest.mark.parametrize(
        ("function", "args", "reason"),
        [
            ("failWithString", (), '"because"'),
            ("failWithPanic", (0,), "panic 0x12 (division by zero)"),
            ("failWithNothing", (), "no reason given"),
            ("failWithInvalidOpcode", (), "invalid opcode"),
        ],
    )
    def test_a_failed_transaction_says_why_and_changes_nothing(
        self, chain: Chain, probe: Contract, buyer: EvmWallet, function: str, args: tuple[int, ...], reason: str
    ) -> None:
        with pytest.raises(Reverted) as caught:
            buyer.send(probe[function](*args))

        assert caught.value.reason == reason
        assert f"Probe.{function}" in str(caught.value) and "Sent by buyer1." in str(caught.value)
        assert chain.read(probe.value()) == 7

    def test_a_custom_error_comes_with_its_arguments(self, probe: Contract, buyer: EvmWallet) -> None:
        with pytest.raises(Reverted) as caught:
            buyer.send(probe.failWithError(10**30))

        assert caught.value.reason == f"TooMuch({buyer.address}, {10**30})"

    def test_the_error_of_a_called_contract_is_named_when_sent_and_when_read(
        self, chain: Chain, probe: Contract, buyer: EvmWallet
    ) -> None:
        # A contract whose own ABI does not hold the error, as that of one that calls another does not.
        function = {"type": "function", "name": "failWithError", "inputs": [{"type": "uint256"}], "outputs": []}
        caller = Contract("caller", probe.address, Abi([function]))

        with pytest.raises(Reverted) as sent:
            buyer.send(caller.failWithError(5))
        with pytest.raises(Reverted) as read:
            buyer.read(caller.failWithError(5))

        assert sent.value.reason == read.value.reason == f"TooMuch({buyer.address}, 5)"

    def test_a_failed_read_says_why(self, chain: Chain, probe: Contract) -> None:
        with pytest.raises(Reverted, match='Probe.failWithString reverted: "because"'):
            chain.read(probe.failWithString())

    def test_an_endless_loop_ends_at_the_gas_limit(self, chain: Chain, probe: Contract, buyer: EvmWallet) -> None:
        receipts: list[Receipt] = []
        watched = Chain(chain.backend, chain.artifacts, chain.seed, lambda each: receipts.append(each.receipt))

        with pytest.raises(Reverted) as caught:
            watched.wallet("looper").send(probe.loop())

        assert caught.value.reason == "out of gas"
        assert receipts[-1].gas_used == GAS_LIMIT and not receipts[-1].succeeded
        assert chain.read(probe.value()) == 7

    def test_an_endless_loop_ends_where_it_is_only_read(self, chain: Chain, probe: Contract) -> None:
        with pytest.raises(Reverted) as caught:
            chain.read(probe.spin())

        assert caught.value.reason == "out of gas"

    def test_an_endless_loop_ends_where_web3_py_reads_it(self, chain: Chain, probe: Contract) -> None:
        w3: Any = chain.w3
        web3py = w3.eth.contract(probe.address, abi=chain.artifacts.find("Probe").entries)

        for read in (web3py.functions.spin().call, web3py.functions.spin().estimate_gas):
            with pytest.raises((Web3RPCError, ContractLogicError), match=r"(?i)gas"):
                read()

    def test_events_are_read_with_their_indexed_arguments(self, probe: Contract, buyer: EvmWallet) -> None:
        receipt = buyer.send(probe.store(9))

        (event,) = probe.events(receipt, "Stored")

        assert event == Event(
            "Stored",
            {"who": buyer.address, "topic": keccak(text="store"), "value": 9, "note": (9).to_bytes(32, "big")},
        )

    def test_tuples_and_arrays_come_back_as_they_went(self, chain: Chain, probe: Contract) -> None:
        points = [(-5, [1, 2]), (2**255 - 1, [])]

        assert chain.read(probe.echo(points)) == points

    def test_overloaded_functions_are_named_by_their_signature(self, chain: Chain, probe: Contract) -> None:
        assert chain.read(probe.pick(1, 2)) == "two"
        assert chain.read(probe["pick(uint256)"](0)) == "zero"
        assert chain.read(probe["pick(address)"](NOBODY)) == "address"
        with pytest.raises(AbiError, match="several functions pick"):
            probe.pick(1)

    def test_no_time_passes_but_by_advance(self, chain: Chain, probe: Contract, buyer: EvmWallet) -> None:
        began = chain.now
        assert began == GENESIS_TIME

        buyer.send(probe.store(1))
        chain.advance(HOUR)
        buyer.send(probe.store(2))

        assert chain.now == began + HOUR
        assert chain.read(probe.clock())[0] == began + HOUR

    def test_each_transaction_and_each_advance_is_a_block(
        self, chain: Chain, probe: Contract, buyer: EvmWallet
    ) -> None:
        _, number = chain.read(probe.clock())

        first = buyer.send(probe.store(1)).block_number
        chain.advance(HOUR)
        second = buyer.send(probe.store(2)).block_number

        assert (first, second) == (number + 1, number + 3)

    def test_a_nonce_counts_failed_transactions_too(self, chain: Chain, probe: Contract, buyer: EvmWallet) -> None:
        assert chain.backend.nonce(buyer.address) == 0

        buyer.send(probe.store(1))
        with pytest.raises(Reverted):
            buyer.send(probe.failWithString())

        assert chain.backend.nonce(buyer.address) == 2

    def test_a_wallet_starts_with_ether_and_can_pay_a_contract(
        self, chain: Chain, probe: Contract, buyer: EvmWallet
    ) -> None:
        assert chain.backend.balance(buyer.address) == ETHER_PER_WALLET

        buyer.send(probe.store(1, value=10**18))

        assert chain.backend.balance(probe.address) == 10**18
        assert chain.backend.balance(buyer.address) <= ETHER_PER_WALLET - 10**18

    def test_ether_is_paid_without_a_call(self, chain: Chain, buyer: EvmWallet) -> None:
        receipt = buyer.send(ether(NOBODY, 5))

        assert receipt.gas_used == 21_000
        assert chain.backend.balance(NOBODY) == 5

    def test_a_contract_may_refuse_ether(self, chain: Chain, probe: Contract, buyer: EvmWallet) -> None:
        with pytest.raises(Reverted, match=f"{probe.address}.receive reverted"):
            buyer.send(ether(probe.address, 5))

        assert chain.backend.balance(probe.address) == 0

    def test_a_snapshot_brings_back_state_clock_and_nonces_as_often_as_asked(
        self, chain: Chain, probe: Contract, buyer: EvmWallet
    ) -> None:
        snapshot = chain.snapshot()
        nonce, now = chain.backend.nonce(buyer.address), chain.now

        for value in (1, 2):
            chain.advance(HOUR)
            buyer.send(probe.store(value))
            chain.restore(snapshot)

            assert chain.read(probe.value()) == 7
            assert (chain.backend.nonce(buyer.address), chain.now) == (nonce, now)

    def test_snapshots_nest_and_one_that_an_older_restore_made_void_says_so(
        self, chain: Chain, probe: Contract, buyer: EvmWallet
    ) -> None:
        outer = chain.snapshot()
        buyer.send(probe.store(1))
        inner = chain.snapshot()
        buyer.send(probe.store(2))

        chain.restore(inner)
        assert chain.read(probe.value()) == 1
        chain.restore(outer)
        assert chain.read(probe.value()) == 7
        try:
            chain.restore(inner)
        except ChainError as error:
            assert "void" in str(error) and chain.read(probe.value()) == 7
        else:
            assert chain.read(probe.value()) == 1

    def test_what_happens_at_anchor_leaves_no_trace(self, chain: Chain, probe: Contract, buyer: EvmWallet) -> None:
        with chain.anchor():
            buyer.send(probe.store(1))
            assert chain.read(probe.value()) == 1

        assert chain.read(probe.value()) == 7

    def test_a_contract_of_24_kB_can_be_deployed(self, chain: Chain) -> None:
        pool = chain.deploy("oceanv3/BPool")

        assert chain.read(pool.BONE()) == tokens(1)

    def test_a_contract_beyond_the_size_limit_is_refused(self, chain: Chain) -> None:
        with pytest.raises(Reverted, match="deploying TooBig"):
            chain.deploy("TooBig")

    def test_an_address_without_a_contract_is_said_to_have_none(self, chain: Chain, probe: Contract) -> None:
        nowhere = Contract("nowhere", NOBODY, probe.abi)

        with pytest.raises(ChainError, match="nowhere.value"):
            chain.read(nowhere.value())

    def test_tokens_move_between_wallets_to_the_last_unit(self, chain: Chain) -> None:
        chain.deploy_token("OCEAN", supply=tokens(100))
        giver, taker = chain.wallet("giver", OCEAN=tokens("4.35")), chain.wallet("taker")

        giver.transfer(taker, "OCEAN", tokens("4.35") - 1)

        assert (giver.balance("OCEAN"), taker.balance("OCEAN")) == (1, tokens("4.35") - 1)
        assert chain.faucet.balance("OCEAN") == tokens(100) - tokens("4.35")

    def test_every_transaction_is_reported_with_its_receipt(self, chain: Chain) -> None:
        seen: list[Transaction] = []
        watched = Chain(chain.backend, chain.artifacts, 1, seen.append)

        probe = watched.deploy("Probe", 7)

        (deployment,) = seen
        assert deployment.call.label == "deploying Probe" and deployment.receipt.contract_address == probe.address
        assert (deployment.sender, deployment.sender_address) == ("faucet", watched.faucet.address)
        assert (deployment.index, deployment.status, deployment.time) == (0, "ok", chain.now)

    def test_blocks_transactions_and_logs_of_long_ago_are_there(
        self, chain: Chain, probe: Contract, buyer: EvmWallet
    ) -> None:
        w3 = chain.w3  # from here on the chain remembers
        first = buyer.send(probe.store(1))
        for value in range(70):
            buyer.send(probe.store(value))

        logs = w3.eth.get_logs({"fromBlock": first.block_number, "address": w3.to_checksum_address(probe.address)})
        assert len(logs) == 71
        assert [bytes(hash_) for hash_ in w3.eth.get_block(first.block_number)["transactions"]] == [  # type: ignore[arg-type]
            first.transaction_hash
        ]
        assert w3.eth.get_transaction_receipt(first.transaction_hash)["status"] == 1  # type: ignore[arg-type]

    def test_same_seed_same_keys_and_another_seed_others(self, chain: Chain) -> None:
        twin, other = (Chain(chain.backend, chain.artifacts, seed) for seed in (chain.seed, chain.seed + 1))

        assert twin.wallet("a").address == chain.wallet("a").address
        assert other.wallet("a").address != chain.wallet("a").address


def create_address(sender: str, nonce: int) -> str:
    """The address of the contract that `sender` deploys with its nonce (Yellow Paper, section 7)."""
    return to_checksum_address(keccak(rlp.encode([bytes.fromhex(sender[2:]), nonce]))[12:])
