"""Receipts must equal anvil's, field by field, on every kind of transaction."""

import json
from typing import Any

import pytest
from eth_account import Account
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.web3engine.core.helpers import (
    GENESIS_TIME,
    OWNER,
    Anvil,
    abi_of,
    address,
    anvil_program,
    artifact,
    creation_code,
    new_evm,
)
from tokenspice.web3engine import _core

TOKEN, ZOO, PROXY = abi_of("Token"), abi_of("Zoo"), abi_of("Proxy")
# The identity, hash, curve, pairing, modexp, blake2, KZG and BLS precompiles with some input that each accepts.
G1 = bytes(63) + b"\x01" + bytes(63) + b"\x02"
MODEXP = (1).to_bytes(32, "big") * 2 + (1).to_bytes(31, "big") + b"\x00" + b"\x20" + bytes([3, 5, 7])
BLAKE = bytes.fromhex(
    "0000000c48c9bdf267e6096a3ba7ca8485ae67bb2bf894fe72f36e3cf1361d5f3af54fa5d182e6ad7f520e511f6c3e2b8c68059b6bbd41fb"
    "abd9831f79217e1319cde05b61626300000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
    "000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
    "00000000000000000000000000000000000000000000000000000000000000000000000300000000000000000000000000000001"
)
BLS_G1 = bytes(16) + bytes.fromhex(
    "17f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb"
) + bytes(16) + bytes.fromhex(
    "08b3f481e3aaa0f1a09e30ed741d8ae4fcf5e095d5d00af600db18cb2c04b3edd03cc744a2888ae40caa232946c5e7e1"
)  # fmt: skip


class Pair:
    """The same transactions on both chains; every receipt is compared."""

    def __init__(self, node: Any, hardfork: str) -> None:
        self.node = node
        self.evm = new_evm(hardfork=hardfork)
        self.fund(OWNER, 10**24)
        self.sent = 0

    def fund(self, who: bytes, wei: int) -> None:
        self.evm.set_balance(who, wei)
        self.node.rpc("anvil_setBalance", "0x" + who.hex(), hex(wei))

    def send(
        self, to: bytes | None, data: bytes, sender: bytes = OWNER, value: int = 0, gas: int = 10_000_000, **fees: Any
    ) -> Any:
        ours = self.evm.transact(sender, to, data, value=value, gas=gas, **fees)
        transaction: dict[str, Any] = {
            "from": "0x" + sender.hex(),
            "data": "0x" + data.hex(),
            "value": hex(value),
            "gas": hex(gas),
            "nonce": hex(ours.nonce),
        }
        if to is not None:
            transaction["to"] = "0x" + to.hex()
        if not fees:
            transaction["gasPrice"] = "0x0"
        for ours_name, name in (
            ("gas_price", "gasPrice"),
            ("max_fee", "maxFeePerGas"),
            ("priority_fee", "maxPriorityFeePerGas"),
        ):
            if ours_name in fees:
                transaction[name] = hex(fees[ours_name])
        if "access_list" in fees:
            transaction["accessList"] = [
                {"address": "0x" + where.hex(), "storageKeys": [f"0x{slot:064x}" for slot in slots]}
                for where, slots in fees["access_list"]
            ]
        theirs = self.node.transact(transaction)
        self.compare(ours, theirs)
        return ours

    def compare(self, ours: Any, theirs: dict[str, Any]) -> None:
        def shown(status: int, gas: int, created: str | None, price: int, logs: list[Any]) -> dict[str, Any]:
            return {"status": status, "gas": gas, "created": created, "price": price, "logs": logs}

        # anvil names the address that a failed creation would have had.
        created = theirs["contractAddress"] if theirs["status"] == "0x1" else None
        assert shown(
            ours.status,
            ours.gas_used,
            "0x" + ours.contract_address.hex() if ours.contract_address else None,
            ours.effective_gas_price,
            [
                ("0x" + log.address.hex(), ["0x" + topic.hex() for topic in log.topics], "0x" + log.data.hex())
                for log in ours.logs
            ],
        ) == shown(
            int(theirs["status"], 16),
            int(theirs["gasUsed"], 16),
            created,
            int(theirs["effectiveGasPrice"], 16),
            [(log["address"], log["topics"], log["data"]) for log in theirs["logs"]],
        ), ours

    def same_account(self, who: bytes) -> None:
        name = "0x" + who.hex()
        assert self.evm.balance(who) == int(self.node.rpc("eth_getBalance", name, "latest"), 16)
        assert self.evm.nonce(who) == int(self.node.rpc("eth_getTransactionCount", name, "latest"), 16)
        assert "0x" + self.evm.code(who).hex() == self.node.rpc("eth_getCode", name, "latest")

    def same_call(self, to: bytes, data: bytes) -> None:
        transaction = {"from": "0x" + OWNER.hex(), "to": "0x" + to.hex(), "data": "0x" + data.hex()}
        ours = self.evm.call(OWNER, to, data)
        try:
            theirs = self.node.rpc("eth_call", transaction, "latest")
        except RuntimeError as error:
            assert not ours.success, error
        else:
            assert ours.success and "0x" + ours.output.hex() == theirs


@pytest.fixture(params=["london", "shanghai", "cancun", "prague", "osaka"])
def pair(request: Any, anvil: Any) -> Pair:
    return Pair(anvil(request.param), request.param)


def test_erc20_receipts_equal_anvils(pair: Pair) -> None:
    token = pair.send(None, creation_code("Token", (10**24,))).contract_address
    first = pair.send(token, TOKEN.encode("transfer", (address(1), 5)))
    second = pair.send(token, TOKEN.encode("transfer", (address(1), 5)))
    assert first.gas_used > second.gas_used
    pair.send(token, TOKEN.encode("approve", (address(1), 2**256 - 1)))
    pair.send(token, TOKEN.encode("transferFrom", (OWNER, address(2), 7)), sender=address(1))
    pair.send(token, TOKEN.encode("transfer", (address(3), 1)), sender=address(9))
    pair.send(token, TOKEN.encode("transfer", (address(3), 5)), sender=address(1))  # refund: the slot becomes zero
    pair.send(token, b"\x01\x02\x03\x04")
    for who in (OWNER, token, address(1)):
        pair.same_account(who)


def test_reverts_of_every_kind_equal_anvils(pair: Pair) -> None:
    zoo = pair.send(None, creation_code("Zoo")).contract_address
    for name, args in (
        ("fail", ("because",)),
        ("failCustom", (7,)),
        ("failEmpty", ()),
        ("panicDiv", (0,)),
        ("panicIndex", (9,)),
        ("invalid", ()),
        ("tryFail", ()),
        ("loop", ()),
    ):
        data = ZOO.encode(name, args)
        pair.send(zoo, data, gas=300_000)
        if name != "loop":
            pair.same_call(zoo, data)
    pair.send(zoo, ZOO.encode("set(uint256,uint256)", (1, 1)), gas=30_000)
    pair.send(zoo, ZOO.encode("nothing", ()), value=5)
    pair.send(zoo, ZOO.encode("set(uint256,uint256)", (1, 1)), value=5)
    pair.same_account(OWNER)


def test_creation_create2_and_selfdestruct_equal_anvils(pair: Pair) -> None:
    zoo = pair.send(None, creation_code("Zoo")).contract_address
    salt = bytes(31) + b"\x05"
    pair.send(zoo, ZOO.encode("create", (3,)), value=10)
    pair.send(zoo, ZOO.encode("killLast", ()))
    made = pair.send(zoo, ZOO.encode("create2", (3, salt)), value=10)
    assert made.status == 1
    child = _core.create2_address(zoo, salt, creation_code("Child", (3,)))
    assert pair.evm.code(child)
    pair.send(zoo, ZOO.encode("create2", (3, salt)))  # a collision
    pair.send(zoo, ZOO.encode("killLast", ()))
    pair.send(zoo, ZOO.encode("create2", (3, salt)), value=1)  # works only where selfdestruct still deletes
    pair.send(zoo, ZOO.encode("createAndKill", (4, salt)), value=9)
    for who in (zoo, child, OWNER):
        pair.same_account(who)
    pair.send(None, creation_code("Big"))
    pair.send(None, creation_code("JustFits"))
    pair.send(None, b"\xfe")
    pair.send(None, bytes.fromhex("60ef60005360016000f3"))
    pair.send(None, b"")


def test_proxies_deep_calls_and_refunds_equal_anvils(pair: Pair) -> None:
    zoo = pair.send(None, creation_code("Zoo")).contract_address
    proxy = pair.send(None, creation_code("Proxy", (zoo,))).contract_address
    pair.send(proxy, ZOO.encode("set", (5, 6)))
    assert pair.evm.storage(zoo, 0) == 0
    pair.send(proxy, ZOO.encode("fail", ("through a proxy",)))
    pair.send(zoo, ZOO.encode("deep", (50,)))
    pair.send(zoo, ZOO.encode("deep", (400,)))
    pair.send(zoo, ZOO.encode("setMany", (0, 30, 1)))
    pair.send(zoo, ZOO.encode("setMany", (0, 30, 0)))
    pair.send(zoo, ZOO.encode("emitMany", (3, "text", b"\x00\x01", {"x": 1, "y": -2})))


def test_precompiles_equal_anvils(pair: Pair) -> None:
    zoo = pair.send(None, creation_code("Zoo")).contract_address
    inputs = {
        1: bytes(128),
        2: b"ab",
        3: b"ab",
        4: b"ab",
        5: MODEXP,
        6: G1 + G1,
        7: G1 + bytes(31) + b"\x07",
        8: b"",
        9: BLAKE,
    }
    inputs |= {10: bytes(192), 11: BLS_G1 + BLS_G1, 12: BLS_G1 + bytes(31) + b"\x05", 15: bytes(384), 0x100: bytes(160)}
    for which, data in inputs.items():
        pair.send(zoo, ZOO.encode("precompile", (which, data)))
        pair.same_call(zoo, ZOO.encode("precompileView", (which, data)))


def test_fees_access_lists_and_plain_transfers_equal_anvils(pair: Pair) -> None:
    zoo = pair.send(None, creation_code("Zoo")).contract_address
    pair.send(address(5), b"", value=10**18)
    pair.send(address(6), b"", value=1, sender=address(5), gas=21_000, gas_price=3)
    pair.send(zoo, ZOO.encode("set", (1, 2)), gas_price=10**9)
    pair.send(zoo, ZOO.encode("set", (1, 3)), max_fee=10**10, priority_fee=10**9)
    slot = int.from_bytes(_core.keccak256((1).to_bytes(32, "big") + bytes(32)), "big")
    pair.send(zoo, ZOO.encode("set", (1, 4)), gas_price=1, access_list=[(zoo, [slot])])
    pair.send(zoo, ZOO.encode("set", (1, 5)), max_fee=7, priority_fee=7, access_list=[(zoo, [slot, 9]), (OWNER, [])])
    for who in (OWNER, address(5), address(6), bytes(20)):
        pair.same_account(who)


def test_the_environment_seen_by_a_contract_equals_anvils(pair: Pair) -> None:
    zoo = pair.send(None, creation_code("Zoo")).contract_address
    ours = pair.evm.call_function(OWNER, zoo, ZOO.function("environment"), ())
    data = {"to": "0x" + zoo.hex(), "data": "0x" + ZOO.encode("environment", ()).hex()}
    theirs = ZOO.function("environment").decode(bytes.fromhex(pair.node.rpc("eth_call", data, "latest")[2:]))
    names = ("number", "time", "coinbase", "base fee", "gas limit", "chain id", "parent hash", "gas price")
    differ = {name: (our, their) for name, our, their in zip(names, ours, theirs, strict=True) if our != their}
    assert set(differ) <= {"parent hash", "time"} and abs(ours[1] - theirs[1]) < 60


def test_a_base_fee_is_burned_and_the_tip_paid_as_by_anvil(anvil: Any) -> None:
    node = anvil("cancun")
    pair = Pair(node, "cancun")
    pair.evm.set_base_fee(10**9)
    node.rpc("anvil_setNextBlockBaseFeePerGas", hex(10**9))
    pair.send(address(1), b"", value=1, max_fee=3 * 10**9, priority_fee=10**9)
    for who in (OWNER, bytes(20), address(1)):
        pair.same_account(who)


def test_a_pool_swap_costs_what_it_costs_on_anvil(anvil: Any) -> None:
    pair = Pair(anvil("shanghai"), "shanghai")
    pool = pair.send(None, artifact("oceanv3/BPool").bytecode).contract_address
    abi = abi_of("oceanv3/BPool")
    tokens = [pair.send(None, creation_code("Token", (10**30,))).contract_address for _ in range(2)]
    for token in tokens:
        pair.send(token, TOKEN.encode("approve", (pool, 2**256 - 1)))
        pair.send(pool, abi.encode("bind", (token, 10**21, 5 * 10**18)))
    pair.send(pool, abi.encode("finalize", ()))
    swap = abi.encode("swapExactAmountIn", (tokens[0], 10**15, tokens[1], 0, 2**255))
    swaps = [pair.send(pool, swap) for _ in range(4)]
    assert all(receipt.status == 1 for receipt in swaps)
    assert len({receipt.gas_used for receipt in swaps[1:]}) == 1


def test_signed_transactions_run_as_on_anvil(anvil: Any) -> None:
    account = pytest.importorskip("eth_account").Account.from_key("0x" + "11" * 32)
    pair = Pair(anvil("prague"), "prague")
    who = bytes.fromhex(account.address[2:])
    pair.fund(who, 10**20)
    target = _core.checksum_address(address(3))
    common = {"to": target, "value": 5, "gas": 100_000, "chainId": 1337}
    fees = {"maxFeePerGas": 10**9, "maxPriorityFeePerGas": 5}
    kinds: list[dict[str, Any]] = [
        {"gasPrice": 10},
        {"gasPrice": 10, "accessList": [{"address": target, "storageKeys": []}], "type": 1},
        fees | {"type": 2},
    ]
    for nonce, kind in enumerate(kinds):
        signed = account.sign_transaction(common | kind | {"nonce": nonce})
        ours = pair.evm.transact_raw(bytes(signed.raw_transaction))
        theirs = pair.node.receipt(pair.node.rpc("eth_sendRawTransaction", "0x" + bytes(signed.raw_transaction).hex()))
        pair.compare(ours, theirs)
        assert "0x" + ours.transaction_hash.hex() == theirs["transactionHash"]
        assert ours.sender == who and ours.type == nonce
    code = pair.send(None, creation_code("Zoo")).contract_address
    authority = pytest.importorskip("eth_account").Account.from_key("0x" + "22" * 32)
    authorization = authority.sign_authorization({"chainId": 1337, "address": _core.checksum_address(code), "nonce": 0})
    # anvil takes an account that never was for one that is empty, and refunds for it.
    pair.fund(bytes.fromhex(authority.address[2:]), 1)
    signed = account.sign_transaction(common | fees | {"type": 4, "nonce": 3, "authorizationList": [authorization]})
    ours = pair.evm.transact_raw(bytes(signed.raw_transaction))
    theirs = pair.node.receipt(pair.node.rpc("eth_sendRawTransaction", "0x" + bytes(signed.raw_transaction).hex()))
    pair.compare(ours, theirs)
    delegated = bytes.fromhex(authority.address[2:])
    assert pair.evm.code(delegated) == b"\xef\x01\x00" + code
    pair.same_account(delegated)
    pair.send(delegated, ZOO.encode("set", (1, 2)))


STEPS = st.one_of(
    st.tuples(st.just("transfer"), st.integers(0, 5), st.integers(0, 5), st.integers(0, 2 * 10**3)),
    st.tuples(st.just("pay"), st.integers(0, 5), st.integers(0, 5), st.integers(0, 10**18)),
    st.tuples(st.just("set"), st.integers(0, 5), st.integers(0, 3), st.integers(0, 2)),
    st.tuples(st.just("many"), st.integers(0, 5), st.integers(0, 9), st.integers(0, 1)),
    st.tuples(st.just("create2"), st.integers(0, 5), st.integers(0, 2), st.integers(0, 1)),
    st.tuples(st.just("kill"), st.integers(0, 5), st.just(0), st.just(0)),
    st.tuples(st.just("brief"), st.integers(0, 5), st.integers(0, 9), st.integers(21_000, 80_000)),
    st.tuples(st.just("raw"), st.integers(0, 5), st.binary(max_size=40), st.just(0)),
)


@pytest.fixture(scope="module", params=["shanghai", "prague"])
def shared(request: Any) -> Any:
    node = Anvil(anvil_program(), request.param)
    yield node, request.param
    node.stop()


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=st.lists(STEPS, min_size=1, max_size=12))
def test_any_sequence_of_transactions_ends_as_on_anvil(shared: Any, steps: list[Any]) -> None:
    node, hardfork = shared
    start = node.rpc("evm_snapshot")
    pair = Pair(node, hardfork)
    people = [address(100 + n) for n in range(6)]
    for who in people:
        pair.fund(who, 10**18)
    token = pair.send(None, creation_code("Token", (10**4,))).contract_address
    zoo = pair.send(None, creation_code("Zoo")).contract_address
    for who in people[:3]:
        pair.send(token, TOKEN.encode("transfer", (who, 10**3)))
    for kind, who, first, second in steps:
        sender = people[who]
        if kind == "transfer":
            pair.send(token, TOKEN.encode("transfer", (people[first], second)), sender=sender)
        elif kind == "pay":
            if second <= pair.evm.balance(sender):
                pair.send(people[first], b"", sender=sender, value=second)
        elif kind == "set":
            pair.send(zoo, ZOO.encode("set", (first, second)), sender=sender)
        elif kind == "many":
            pair.send(zoo, ZOO.encode("setMany", (0, first, second)), sender=sender)
        elif kind == "create2":
            pair.send(zoo, ZOO.encode("create2", (first, bytes(32))), sender=sender, value=second)
        elif kind == "kill":
            pair.send(zoo, ZOO.encode("killLast", ()), sender=sender)
        elif kind == "brief":
            data = ZOO.encode("setMany", (0, first, 1))
            if second > 22_500:
                pair.send(zoo, data, sender=sender, gas=second)
        elif pair.evm.call(sender, None, first).gas_used < 9_000_000:
            pair.send(None, first, sender=sender)
    for who in (*people, token, zoo, OWNER, bytes(20)):
        pair.same_account(who)
    assert pair.evm.timestamp == GENESIS_TIME
    node.rpc("evm_revert", start)


TRACERS: list[dict[str, Any]] = [
    {},
    {"tracer": "callTracer", "tracerConfig": {"withLog": True}},
    {"tracer": "prestateTracer"},
    {"tracer": "prestateTracer", "tracerConfig": {"diffMode": True}},
    {"tracer": "4byteTracer"},
]


def test_traces_access_lists_and_proofs_equal_anvils(anvil: Any) -> None:
    node = anvil("prague", "--steps-tracing")
    pair = Pair(node, "prague")
    pair.evm.set_keep("all")
    zoo = pair.send(None, creation_code("Zoo")).contract_address
    for data in (ZOO.encode("tryFail", ()), ZOO.encode("create", (5,)), ZOO.encode("setMany", (0, 9, 7))):
        receipt = pair.send(zoo, data)
        theirs = node.rpc("eth_getBlockByNumber", "latest", False)["transactions"][0]
        for tracer in TRACERS:
            ours = json.loads(pair.evm.trace_transaction(receipt.block_number, 0, options=json.dumps(tracer)))
            anvils = node.rpc("debug_traceTransaction", theirs, tracer)
            if (
                tracer.get("tracer") == "callTracer"
            ):  # anvil takes the cost that comes before the call off the gas limit
                assert int(ours.pop("gas"), 16) == receipt.gas > int(anvils.pop("gas"), 16)
            if tracer == {"tracer": "prestateTracer"}:  # anvil shows accounts that were empty before; geth does not
                anvils = {who: had for who, had in anvils.items() if "nonce" in had or had["balance"] != "0x0"}
            assert ours == anvils, tracer
    call = {"from": "0x" + OWNER.hex(), "to": "0x" + zoo.hex(), "data": "0x" + ZOO.encode("setMany", (0, 9, 8)).hex()}
    listed, result = pair.evm.access_list(OWNER, zoo, ZOO.encode("setMany", (0, 9, 8)))
    theirs = node.rpc("eth_createAccessList", call | {"gasPrice": "0x0"}, "latest")
    assert [("0x" + where.hex(), [f"0x{slot:064x}" for slot in slots]) for where, slots in listed] == [
        (item["address"], item["storageKeys"]) for item in theirs["accessList"]
    ]
    assert result.gas_used == int(theirs["gasUsed"], 16)
    root, _, [(slot, value, nodes)] = pair.evm.proof(zoo, [1])
    proof = node.rpc("eth_getProof", "0x" + zoo.hex(), [f"0x{1:064x}"], "latest")
    assert (
        "0x" + root.hex() == proof["storageHash"]
        and ["0x" + each.hex() for each in nodes] == proof["storageProof"][0]["proof"]
    )
    assert (slot, value) == (1, int(proof["storageProof"][0]["value"], 16))


def test_the_roots_of_a_block_of_signed_transactions_equal_anvils(anvil: Any) -> None:
    node = anvil("prague")
    pair = Pair(node, "prague")
    account = Account.from_key(b"\x07" * 32)
    pair.fund(bytes.fromhex(account.address[2:]), 10**20)
    common = {
        "nonce": 0,
        "gas": 100_000,
        "to": _core.checksum_address(address(3)),
        "value": 3,
        "data": "0x",
        "chainId": 1337,
    }
    forms: list[dict[str, Any]] = [
        {"gasPrice": 0},
        {"gasPrice": 0, "type": 1, "accessList": []},
        {"maxFeePerGas": 0, "maxPriorityFeePerGas": 0, "type": 2},
    ]
    for nonce, form in enumerate(forms):
        raw = bytes(account.sign_transaction(common | form | {"nonce": nonce}).raw_transaction)
        pair.evm.transact_raw(raw)
        node.receipt(node.rpc("eth_sendRawTransaction", "0x" + raw.hex()))
        theirs = node.rpc("eth_getBlockByNumber", "latest", False)
        ours = pair.evm.block()
        assert ("0x" + ours.transactions_root.hex(), "0x" + ours.receipts_root.hex(), "0x" + ours.logs_bloom.hex()) == (
            theirs["transactionsRoot"], theirs["receiptsRoot"], theirs["logsBloom"],
        )  # fmt: skip
