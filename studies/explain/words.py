"""The word of each kind of error: what it means, how one meets it, what to do."""

from dataclasses import dataclass

__all__ = ["WORDS", "ErrorWord", "explanation"]


@dataclass(frozen=True)
class ErrorWord:
    """One word.

    Attributes:
        word: as errors carry it.
        meaning: what has happened.
        remedy: what to do.
        example: how one meets it: commands, each after "$ ", or Python; there `chain` is a chain in this process.
        files: what the example needs, by name.
    """

    word: str
    meaning: str
    remedy: str
    example: str
    files: tuple[tuple[str, str], ...] = ()


CHAIN_NETLIST = """from tokenspice.netlists.simplegrant.netlist import *
from tokenspice.netlists.simplegrant.netlist import SimState as Grants
from tokenspice.web3engine import Chain


class SimState(Grants):
    def __init__(self, ss, chain: Chain) -> None:
        super().__init__(ss)
        chain.deploy("{}")
"""
EMPTY_FORK = """{
  "format": "tokenspice fork 1",
  "origin": {"chain_id": 1, "number": 19163600, "timestamp": 1707091200, "gas_limit": 30000000, "base_fee": 0,
             "hardfork": "shanghai", "hash": "0xHASH", "parent_hash": "0xHASH", "prevrandao": "0xHASH",
             "coinbase": "0xADDRESS"},
  "accounts": {},
  "storage": {},
  "block_hashes": {}
}
""".replace("HASH", "11" * 32).replace("ADDRESS", "22" * 20)
DRAINED_NETLIST = """from tokenspice.engine import Study
from tokenspice.netlists.simplegrant.netlist import *
from tokenspice.netlists.simplegrant.netlist import SimState, SimStrategy, netlist_createLogData, netlist_charts

netlist_study = Study(
    invariants={"the granter keeps a half": lambda state: state.getAgent("granter1").wallet.balance("OCEAN") > 500 * 10**15}
)
"""
LAZY_NETLIST = """from tokenspice.engine import AgentBase
from tokenspice.netlists.simplegrant.netlist import *
from tokenspice.netlists.simplegrant.netlist import SimState as Grants


class Sharer(AgentBase):
    def takeStep(self, state) -> None:
        self.share = 1 / 0


class SimState(Grants):
    def __init__(self, ss) -> None:
        super().__init__(ss)
        self.addAgent(Sharer("sharer"))
"""

WORDS = (
    ErrorWord(
        "abi",
        "A function, event or argument does not fit a contract's interface.",
        "Compare the call with the contract's functions, which the message names; amounts are whole base units.",
        'ocean = chain.deploy_token("OCEAN").contract\nchain.wallet("alice").send(ocean.transfer("0x12", 1))',
    ),
    ErrorWord(
        "agent",
        "The code of an agent, a KPI or a netlist raised an exception of its own.",
        "The message ends with the file and line in your code. `-v` shows the whole traceback.",
        "$ tsp run mine.py out",
        (("mine.py", LAZY_NETLIST),),
    ),
    ErrorWord(
        "artifact",
        "A contract's interface and bytecode cannot be found or read.",
        "Write one of the names that the message lists, or put the contract where it is looked for.",
        'chain.deploy("Tokn")',
    ),
    ErrorWord(
        "budget-spent",
        "A design tool asked for more runs than its budget has left. None of them has run.",
        "Give it more with `--budget`; what was run is in its ledger and is not run again.",
        'raise BudgetSpent("100 runs are asked for, and the budget has 20 left.")',
    ),
    ErrorWord(
        "chain",
        "The chain, or what stands between us and it, refused or stopped.",
        "Do what the message says; the same call on `--network anvil` tells whether the chain or the contract refuses.",
        'chain.deploy_token("OCEAN")\nchain.deploy_token("OCEAN")',
    ),
    ErrorWord(
        "compile",
        "Solidity does not compile.",
        "The message has the file, the line and what solc says. `tsp compile` compiles all that a project has.",
        "$ tsp run mine.py out",
        (
            ("mine.py", CHAIN_NETLIST.format("Broken")),
            ("Broken.sol", "pragma solidity ^0.8.20;\ncontract Broken { uint256 constant ONE = 1 }\n"),
        ),
    ),
    ErrorWord(
        "config",
        "A setting in tokenspice.ini, or a value given on the command line, cannot be used.",
        "Write one of the values that the message lists.",
        "$ tsp run simplepool out --network gnache",
    ),
    ErrorWord(
        "error",
        "An error that has no word of its own.",
        "Do what the message says.",
        'raise TokenSpiceError("buyer1 did what it should not.")',
    ),
    ErrorWord(
        "exchange",
        "An exchange is configured, or a call of it is written, in a way that can mean nothing.",
        "The message says what to write. An instruction that the rules refuse is no error: it comes back with its reason.",
        'from tokenspice.markets.exchange import Exchange, ExchangeService\n\nExchangeService(Exchange()).market_info("M1")',
    ),
    ErrorWord(
        "file",
        "The system refused a file or a folder: it is not there, is no file, or may not be read or written.",
        "The message has the path and the system's reason.",
        'open("prices.csv")',
    ),
    ErrorWord(
        "folder-exists",
        "What is to be written anew is there already. Nothing is ever overwritten.",
        "Write a new folder, or remove the old one. `--resume` goes on with a run or a batch.",
        "$ tsp run simplegrant out -q\n$ tsp run simplegrant out",
    ),
    ErrorWord(
        "fork",
        "The live chain behind a fork cannot be read, or its record is damaged or of another block.",
        "Check the URL and the block; a record that is damaged has to be made again.",
        "$ tsp run simplepool out --fork http://127.0.0.1:1",
    ),
    ErrorWord(
        "fork-miss",
        "A recorded fork was asked for something that was never read. That it is zero would be a guess.",
        "`tsp fork widen FILE --fork URL` reads what replays have missed, at the same block.",
        "$ tsp fork import empty.json empty.fork\n$ tsp run simplepool out --fork-cache empty.fork",
        (("empty.json", EMPTY_FORK),),
    ),
    ErrorWord(
        "instruction",
        "The arguments of an instruction contradict each other, so that it was not sent. It is a ValueError, too.",
        "Write one of the two that the message names, or both.",
        'from tokenspice.markets.exchange import OrderSubmission\n\nOrderSubmission("M1", "buy", 1, 100, peak_size=1)',
    ),
    ErrorWord(
        "insufficient-funds",
        "A wallet holds less than it was asked to give. Nothing has moved.",
        "Give the agent more at the beginning, or have it ask its balance first.",
        'alice, bob = Wallet("alice", OCEAN=tokens(1)), Wallet("bob")\nalice.transfer(bob, "OCEAN", tokens(2))',
    ),
    ErrorWord(
        "interrupted",
        "Ctrl-C, or a signal that asks to end.",
        "What was logged is kept; with `--checkpoint-every`, `tsp run --resume OUTDIR` goes on.",
        "raise KeyboardInterrupt",
    ),
    ErrorWord(
        "invariant",
        "What a netlist declares to be true after each tick is not. The run ends there, with exit code 3.",
        "Mend what the agents do, or the invariant. `tsp check NETLIST OUTDIR` finds the least run that fails.",
        "$ tsp run drained.py out --check",
        (("drained.py", DRAINED_NETLIST),),
    ),
    ErrorWord(
        "missing-function",
        "A contract has no function of this name.",
        "Write one of the names that the message lists, or meant; in a notebook, Tab lists all of them.",
        'ocean = chain.deploy_token("OCEAN").contract\nocean.trasnfer',
    ),
    ErrorWord(
        "netlist",
        "A netlist cannot be imported, or breaks the interface that every netlist fulfils.",
        "docs/netlists.md has the interface; the message names what is missing, or the line.",
        "$ tsp run mine.py out",
        (("mine.py", "max_ticks = 10\n"),),
    ),
    ErrorWord(
        "netlist-not-found",
        "There is no netlist of this name or path.",
        "Write one of the names that the message lists, or the path of a Python file.",
        "$ tsp run simplegrnt out",
    ),
    ErrorWord(
        "network-unavailable",
        "A node cannot be started or reached, or is no development chain.",
        "`tsp setup anvil` fetches one; `--network revm` needs none. A URL has to be that of a node that runs.",
        "$ tsp run simplepool out --network http://127.0.0.1:1",
    ),
    ErrorWord(
        "no-compiler",
        "There is no solc of the version that sources ask for, or nothing to run it with.",
        "`tsp setup solc` fetches the versions that are pinned; they run on Node.js 20 or newer.",
        "$ tsp run mine.py out",
        (
            ("mine.py", CHAIN_NETLIST.format("Old")),
            ("Old.sol", "pragma solidity ^0.7.0;\ncontract Old {}\n"),
            ("protocol.toml", '[solc]\nversion = "0.7.1"\n'),
        ),
    ),
    ErrorWord(
        "not-installed",
        "A contract comes in a package of its authors', which is not installed.",
        "Type the command that the message names, such as `tsp setup aavev3`.",
        "$ tsp run mine.py out",
        (
            ("mine.py", CHAIN_NETLIST.format("Lender")),
            ("protocol.toml", '[npm]\npackage = "lending"\nartifacts = "build"\ncontracts = ["Lender"]\n'),
        ),
    ),
    ErrorWord(
        "order-rejected",
        "An order was rejected whose sender asked, by `wait=True`, to hear of that as an error.",
        "The error's `reason` says why. Without `wait` it comes back as a value.",
        'from tokenspice.markets.exchange import Exchange, ExchangeService\n\nExchangeService(Exchange()).submit_order("ada", "M1", "buy", 1, 100, wait=True)',
    ),
    ErrorWord(
        "parameter",
        "A parameter of a run is unknown, has the wrong type, or is out of range.",
        "`tsp params NETLIST` lists them, with type, unit and range.",
        "$ tsp run simplegrant out --set granter_n_actions=2.5",
    ),
    ErrorWord(
        "proposal",
        "A proposal was refused, or did not find its majority.",
        "A proposer needs governance tokens, and times within the limits of the network parameters that the message names.",
        'from tokenspice.markets.exchange import Exchange, ExchangeService\n\nExchangeService(Exchange()).update_network_parameter("transfer.fee.factor", -1)',
    ),
    ErrorWord(
        "rejected",
        "The chain did not take a transaction, and nothing changed, the sender's nonce neither.",
        "Give the wallet ether for gas and value, or lower the fee.",
        'ocean = chain.deploy_token("OCEAN").contract\nchain.mempool.set_base_fee(10**18)\n'
        'chain.wallet("poor").send(ocean.approve("0x" + "12" * 20, 1))',
    ),
    ErrorWord(
        "reverted",
        "A contract refused a transaction or a call. It changed nothing but the sender's nonce.",
        "The reason is the contract's own. `with chain.anchor():` tries a call and leaves no trace.",
        'ocean = chain.deploy_token("OCEAN").contract\nchain.wallet("alice").send(ocean.transfer("0x" + "12" * 20, 1))',
    ),
    ErrorWord(
        "run",
        "The folder or the files of a run cannot be made, written or read, or are not those of such a run.",
        "Check the path; a folder explains itself in run.json.",
        "$ tsp plot simplegrant nowhere plots",
    ),
    ErrorWord(
        "setup",
        "What others publish cannot be fetched or unpacked, or nobody knows it by that name.",
        "`tsp setup` lists what there is. Behind a mirror, name it in npm's own settings: `registry=` in ~/.npmrc.",
        "$ tsp setup avae",
    ),
    ErrorWord(
        "study",
        "A study names what there is not, or asks for what cannot be answered.",
        "Write one of the names that the message lists; docs/names.md has what a study may hold.",
        'from tokenspice.engine.metrics import quantile\n\nquantile("price", 1.5)',
    ),
    ErrorWord(
        "unforeseen",
        "Something that nobody has put into words: a fault of ours.",
        "`-v` shows how it came to that. Please tell us, with that text and run.json.",
        'raise KeyError("pool")',
    ),
    ErrorWord(
        "units",
        "A number does not name an exact amount of base units.",
        "Write amounts as text or whole numbers, with no more digits than the token has decimals.",
        'tokens("0.1234567890123456789")',
    ),
    ErrorWord(
        "usage",
        "The command line is not one that the verb understands. The exit code is 2.",
        "`tsp VERB --help` lists arguments and options.",
        "$ tsp run simplegrant",
    ),
    ErrorWord(
        "wallet",
        "A wallet was asked for something that it cannot do.",
        "Amounts are whole base units; a wallet moves what it holds where it is kept, off the chain or on it.",
        'Wallet("alice", OCEAN=tokens(1)).transfer(Wallet("bob"), "OCEAN", 0.5)',
    ),
    ErrorWord(
        "world",
        "A market or another thing that agents act on refused, as its contract would.",
        "The message says which rule it was.",
        "from tokenspice.protocols.rai import quotient\n\nquotient(1, 0)",
    ),
)


def explanation(word: ErrorWord) -> list[str]:
    """Return what a word means, for a terminal."""
    return [
        word.meaning,
        f"What to do: {word.remedy}",
        "For example:",
        *(f"    {line}" for line in word.example.splitlines()),
    ]
