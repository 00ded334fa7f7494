"""The EVM as a world: compile, deploy, call, send, mine, snapshot.

Read `chain.py` first; it is the only class that netlists and agents meet.
"""

from tokenspice.web3engine.account import Account
from tokenspice.web3engine.agent import EvmAgentBase
from tokenspice.web3engine.artifacts import Artifacts
from tokenspice.web3engine.backends.base import ChainBackend, Copyable, Queueing
from tokenspice.web3engine.chain import Chain
from tokenspice.web3engine.config import Config, find_project, read_config
from tokenspice.web3engine.contract import Call, Contract, ContractBase, Method, Reader, ether
from tokenspice.web3engine.errors import (
    AbiError,
    ArtifactError,
    BackendUnavailable,
    ChainError,
    CompileError,
    ForkError,
    ForkMiss,
    MissingFunction,
    Rejected,
    Reverted,
    TokenWarning,
)
from tokenspice.web3engine.events import Event, Log
from tokenspice.web3engine.mempool import Batch, Mempool, Pending
from tokenspice.web3engine.network import open_backend
from tokenspice.web3engine.receipt import Receipt
from tokenspice.web3engine.rules import CHAIN_ID, ZERO_ADDRESS, Ordering
from tokenspice.web3engine.token import UNLIMITED, Token
from tokenspice.web3engine.transaction import Transaction
from tokenspice.web3engine.wallet import EvmWallet

__all__ = [
    "CHAIN_ID",
    "UNLIMITED",
    "ZERO_ADDRESS",
    "AbiError",
    "Account",
    "ArtifactError",
    "Artifacts",
    "BackendUnavailable",
    "Batch",
    "Call",
    "Chain",
    "ChainBackend",
    "ChainError",
    "CompileError",
    "Config",
    "Contract",
    "ContractBase",
    "Copyable",
    "Event",
    "EvmAgentBase",
    "EvmWallet",
    "ForkError",
    "ForkMiss",
    "Log",
    "Mempool",
    "Method",
    "MissingFunction",
    "Ordering",
    "Pending",
    "Queueing",
    "Reader",
    "Receipt",
    "Rejected",
    "Reverted",
    "Token",
    "TokenWarning",
    "Transaction",
    "ether",
    "find_project",
    "open_backend",
    "read_config",
]
