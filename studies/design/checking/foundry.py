"""A failing run's transactions as a Foundry project: `forge script` sends them again, one by one, and checks each.

Forge reads transactions.txt line by line; Replay.s.sol knows nothing of the run. What an agent does off the chain is in
neither, so this is the run as the contracts saw it.
"""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from typing import final

from eth_abi.abi import encode
from eth_utils.crypto import keccak

from tokenspice.engine.errors import TokenSpiceError
from tokenspice.engine.sim_strategy import SimStrategyBase
from tokenspice.engine.variation import Variation
from tokenspice.studies.netlist.netlist import Netlist
from tokenspice.studies.run.simulate import begin, simulate
from tokenspice.web3engine.chain import ETHER_PER_WALLET, Chain
from tokenspice.web3engine.config import Config
from tokenspice.web3engine.transaction import Transaction

__all__ = ["foundry_project"]

SCRIPT = """// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

interface Vm {
    struct Log {
        bytes32[] topics;
        bytes data;
        address emitter;
    }

    function readLine(string calldata path) external returns (string memory);
    function parseUint(string calldata text) external pure returns (uint256);
    function parseAddress(string calldata text) external pure returns (address);
    function parseBytes(string calldata text) external pure returns (bytes memory);
    function parseBytes32(string calldata text) external pure returns (bytes32);
    function chainId(uint256 id) external;
    function coinbase(address who) external;
    function deal(address who, uint256 wei_) external;
    function roll(uint256 number) external;
    function warp(uint256 time) external;
    function fee(uint256 wei_) external;
    function prevrandao(bytes32 word) external;
    function setNonceUnsafe(address who, uint64 nonce) external;
    function startPrank(address sender, address origin) external;
    function stopPrank() external;
    function recordLogs() external;
    function getRecordedLogs() external returns (Log[] memory);
}

/// Sends the transactions of a run again, in their blocks, and checks what became of each.
contract Replay {
    function run() external {
        Transactions transactions = new Transactions();
        uint256 n = transactions.begin();
        for (uint256 i; i < n; ++i) transactions.next();
        // Here the chain is as it was when the invariant failed: @INVARIANT@.
    }
}

contract Transactions {
    Vm constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));
    string constant FILE = "transactions.txt";

    mapping(address => bool) funded;

    struct Sent {
        string label;
        address sender;
        uint64 nonce;
        address to; // 0 deploys
        uint256 value;
        bytes data;
        bool succeeds;
        address made;
        bytes32 logs;
    }

    function begin() external returns (uint256 n) {
        n = vm.parseUint(vm.readLine(FILE));
        vm.chainId(vm.parseUint(vm.readLine(FILE)));
        vm.coinbase(vm.parseAddress(vm.readLine(FILE)));
    }

    function next() external {
        enterBlock();
        send(read());
    }

    function enterBlock() internal {
        vm.roll(vm.parseUint(vm.readLine(FILE)));
        vm.warp(vm.parseUint(vm.readLine(FILE)));
        vm.fee(vm.parseUint(vm.readLine(FILE)));
        vm.prevrandao(vm.parseBytes32(vm.readLine(FILE)));
    }

    function read() internal returns (Sent memory sent) {
        sent.label = vm.readLine(FILE);
        sent.sender = vm.parseAddress(vm.readLine(FILE));
        sent.nonce = uint64(vm.parseUint(vm.readLine(FILE)));
        sent.to = vm.parseAddress(vm.readLine(FILE));
        sent.value = vm.parseUint(vm.readLine(FILE));
        sent.data = vm.parseBytes(vm.readLine(FILE));
        sent.succeeds = vm.parseUint(vm.readLine(FILE)) == 1;
        sent.made = vm.parseAddress(vm.readLine(FILE));
        sent.logs = vm.parseBytes32(vm.readLine(FILE));
    }

    function send(Sent memory sent) internal {
        if (!funded[sent.sender]) {
            vm.deal(sent.sender, @ETHER@);
            funded[sent.sender] = true;
        }
        vm.setNonceUnsafe(sent.sender, sent.nonce); // by which deployments get their addresses
        vm.recordLogs();
        (bool succeeded, address made) = sent.to == address(0) ? create(sent) : call(sent);
        bytes32 logs = keccak256(abi.encode(vm.getRecordedLogs()));
        require(succeeded == sent.succeeds, string.concat(sent.label, ": its success differs"));
        require(made == sent.made, string.concat(sent.label, ": another address"));
        require(!succeeded || logs == sent.logs, string.concat(sent.label, ": other logs"));
    }

    function call(Sent memory sent) internal returns (bool succeeded, address made) {
        vm.startPrank(sent.sender, sent.sender);
        (succeeded,) = sent.to.call{value: sent.value}(sent.data);
        vm.stopPrank();
        made = address(0);
    }

    function create(Sent memory sent) internal returns (bool succeeded, address made) {
        bytes memory code = sent.data;
        uint256 value = sent.value;
        vm.startPrank(sent.sender, sent.sender);
        assembly {
            made := create(value, add(code, 0x20), mload(code))
        }
        vm.stopPrank();
        succeeded = made != address(0);
    }
}
"""

PROJECT = """# forge script script/Replay.s.sol --tc Replay
[profile.default]
src = "script"
script = "script"
evm_version = "{hardfork}"
fs_permissions = [{{ access = "read", path = "./" }}]
gas_limit = "18446744073709551615"
memory_limit = 2147483648
"""

NOBODY = "0x" + "00" * 20
NO_LOGS = "0x" + "00" * 32


@final
class Sends:
    """Keeps a run's transactions."""

    def __init__(self) -> None:
        self.all: list[Transaction] = []

    def __call__(self, transaction: Transaction) -> None:
        self.all.append(transaction)


def foundry_project(
    netlist: Netlist, ss: SimStrategyBase, config: Config, variation: Variation, what: str
) -> dict[str, bytes] | str:
    """Return the files of a project that sends a run's transactions again; or why there is none.

    Args:
        netlist, ss, config, variation: of the run, which is made once more.
        what: the invariant, for a remark.
    """
    if not netlist.starts_chain(ss):
        return "the run has no chain"
    if config.forks:
        return "the run began with a fork"
    sends = Sends()
    try:
        with closing(replace(begin(netlist, ss, config, on_transaction=sends), variation=variation)) as run:
            n_wired = len(sends.all)
            simulate(run)
            assert run.chain is not None, "the netlist starts one"
            text = transactions_text(run.chain, [one for one in sends.all if one.status != "refused"])
    except TokenSpiceError as error:
        return str(error)
    if len(sends.all) == n_wired:
        return "no agent sends a transaction"
    remark = " ".join(what.split()).replace("*/", "")
    script = SCRIPT.replace("@INVARIANT@", remark).replace("@ETHER@", str(ETHER_PER_WALLET))
    files = {"foundry.toml": PROJECT.format(hardfork=config.hardfork), "script/Replay.s.sol": script}
    return {name: content.encode() for name, content in {**files, "transactions.txt": text}.items()}


def transactions_text(chain: Chain, transactions: Sequence[Transaction]) -> str:
    """Return what Replay.s.sol reads."""
    blocks = {number: chain.w3.eth.get_block(number) for number in {one.block for one in transactions}}
    first = next(iter(blocks.values()), None)
    lines = [str(len(transactions)), str(chain.w3.eth.chain_id), str(first["miner"]) if first else NOBODY]
    sent: dict[str, int] = {}
    for one in transactions:
        nonce = sent.get(one.sender_address, 0)
        sent[one.sender_address] = nonce + 1
        mixed = bytes(blocks[one.block]["mixHash"]).hex()
        lines += [str(one.block), str(one.time), str(one.base_fee or 0), f"0x{mixed}", *lines_of(one, nonce)]
    return "\n".join(lines) + "\n"


def lines_of(one: Transaction, nonce: int) -> list[str]:
    call, receipt = one.call, one.receipt
    label = " ".join(f"tick {one.tick}, {one.sender or one.sender_address}: {call.label}".split())
    made = receipt.contract_address if receipt.succeeded and call.to is None else None
    logs = logs_hash(one) if receipt.succeeded else NO_LOGS
    data = f"0x{call.data.hex()}"
    ends = [str(int(receipt.succeeded)), made or NOBODY, logs]
    return [label, one.sender_address, str(nonce), call.to or NOBODY, str(call.value), data, *ends]


def logs_hash(one: Transaction) -> str:
    """Return the hash of a transaction's logs as Solidity encodes an array of them."""
    logs = [([bytes(topic) for topic in log.topics], bytes(log.data), log.address) for log in one.receipt.logs]
    return "0x" + keccak(encode(["(bytes32[],bytes,address)[]"], [logs])).hex()
