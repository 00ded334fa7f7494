"""A weighted pool whose weights follow prices: contracts/dynamicpool, its arithmetic to the unit, and the same in floats.

Read `venue.py` first: it is what agents ask of such a pool, wherever it lives.
"""

from tokenspice.protocols.dynamicpool.contracts import PoolContracts, deploy_pool, deploy_rule, deploy_runner
from tokenspice.protocols.dynamicpool.evm_pool import EvmPool, EvmRunner
from tokenspice.protocols.dynamicpool.fixed_point import ONE, NumberError, eighteen
from tokenspice.protocols.dynamicpool.fixed_pool import FIRST_SHARES, FixedPool, PoolRefused
from tokenspice.protocols.dynamicpool.float_pool import FloatPool, FloatRunner
from tokenspice.protocols.dynamicpool.lockstep import (
    Collect,
    Divergence,
    Join,
    Leave,
    Lockstep,
    Operation,
    Poke,
    Post,
    Swap,
    Tolerances,
    Trade,
    Update,
    Wait,
    first_divergence,
)
from tokenspice.protocols.dynamicpool.rule_numbers import rule_state
from tokenspice.protocols.dynamicpool.rules import FixedRule, RuleKind, RuleState, RuleTerms
from tokenspice.protocols.dynamicpool.systems import PoolSystem, open_evm, open_float
from tokenspice.protocols.dynamicpool.terms import (
    ContractTerms,
    RunnerTerms,
    contract_terms,
    exported,
    from_export,
)
from tokenspice.protocols.dynamicpool.venue import DynamicPool, WeightRunner

__all__ = [
    "FIRST_SHARES",
    "ONE",
    "Collect",
    "ContractTerms",
    "Divergence",
    "DynamicPool",
    "EvmPool",
    "EvmRunner",
    "FixedPool",
    "FixedRule",
    "FloatPool",
    "FloatRunner",
    "Join",
    "Leave",
    "Lockstep",
    "NumberError",
    "Operation",
    "Poke",
    "PoolContracts",
    "PoolRefused",
    "PoolSystem",
    "Post",
    "RuleKind",
    "RuleState",
    "RuleTerms",
    "RunnerTerms",
    "Swap",
    "Tolerances",
    "Trade",
    "Update",
    "Wait",
    "WeightRunner",
    "contract_terms",
    "deploy_pool",
    "deploy_rule",
    "deploy_runner",
    "eighteen",
    "exported",
    "first_divergence",
    "from_export",
    "open_evm",
    "open_float",
    "rule_state",
]
