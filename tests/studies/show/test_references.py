"""What an agent holds is found wherever it keeps it."""

import functools
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from tokenspice.engine.agent import AgentBase
from tokenspice.engine.sim_state import SimStateBase
from tokenspice.engine.sim_strategy import SimStrategyBase
from tokenspice.engine.wallet import Wallet
from tokenspice.studies.show.references import references
from tokenspice.web3engine.abi import Abi
from tokenspice.web3engine.contract import Call, Contract
from tokenspice.web3engine.token import Token


class Anyone(AgentBase):
    def __init__(self, name: str, **held: Any) -> None:
        super().__init__(name, Wallet(name))
        vars(self).update(held)

    def takeStep(self, state: SimStateBase) -> None:
        pass

    def price(self) -> float:
        return 1.0


@dataclass(frozen=True)
class Share:
    receiver: str
    part: float


@dataclass(frozen=True)
class Strategy(SimStrategyBase):
    receiver: str = "dao"


class Slotted:
    __slots__ = ("_friend", "unset")

    def __init__(self, friend: object) -> None:
        self._friend = friend


FRIEND = Anyone("friend")
VAULT = Contract("Vault", "0x" + "A1" * 20, Abi([]))
CALL = Call("Vault", VAULT.address, Abi([]), Abi([]).constructor)


def capturing(thing: object) -> Callable[[], object]:
    return lambda: thing


def found(holder: object) -> list[tuple[str, object]]:
    """All but the agent's own name and wallet."""
    return [(name, thing) for name, thing in references(holder) if name not in ("name", "wallet")]


@pytest.mark.parametrize(
    "value",
    [
        FRIEND,
        [FRIEND],
        (1, "", FRIEND),
        {"x": FRIEND},
        {FRIEND: 2**70},
        {FRIEND},
        deque([[(FRIEND,)]]),
        FRIEND.price,
        capturing(FRIEND),
        functools.partial(print, FRIEND, sep=""),
        functools.partial(FRIEND.price),
    ],
)
def test_an_agent_is_found_in_containers_and_functions(value: object) -> None:
    assert ("peer", FRIEND) in found(Anyone("ada", _peer=value))


class State(SimStateBase):
    def __init__(self) -> None:
        super().__init__(Strategy())
        self.friend, self.other = FRIEND, Anyone("other")

    @property
    def best(self) -> Anyone:
        return self.friend

    def price(self) -> float:
        return self.best.price() * self.ss.time_step

    def asking(self) -> list[Callable[..., object]]:
        """Functions that ask the state for the friend, and for nobody else."""
        return [
            lambda: self.friend.price(),
            lambda: [self.friend for _ in range(2)],
            lambda: self.price() + self.tick,
            lambda state=self: state.best,
            self.price,
            functools.partial(priced, self),
            functools.partial(priced, state=self),
        ]


def priced(state: State) -> float:
    return state.friend.price()


@pytest.mark.parametrize("number", range(7))
def test_what_a_function_asks_a_state_for_is_found_and_nothing_else(number: int) -> None:
    holder = Anyone("ada", _price=State().asking()[number])

    assert [thing for name, thing in found(holder) if not callable(thing)] == [FRIEND]


def test_who_is_asked_for_by_name_and_whose_method_is_held_is_found() -> None:
    state, names = State(), ["dao"]

    by_name = found(Anyone("ada", payee=lambda: state.getAgent("dao").wallet))

    assert ("payee", "dao") in by_name
    assert ("note", "dao") in found(Anyone("ada", note=names.append))


def test_a_wallet_a_contract_a_token_and_a_call_are_found() -> None:
    wallet = Wallet("treasury")

    holder = Anyone("ada", purse=wallet, vault=VAULT, ocean=Token("OCEAN", VAULT), claim=CALL)

    assert found(holder) == [("purse", wallet), ("vault", VAULT), ("ocean", VAULT), ("claim", VAULT.address)]


@pytest.mark.parametrize("value", [{"dao": 0.95}, [("dao", 0.95)], ("dao", 0.95)])
def test_a_number_beside_a_name_is_part_of_the_references_name(value: object) -> None:
    assert found(Anyone("ada", receivers=value)) == [("receivers 0.95", "dao")]


def test_an_amount_in_base_units_beside_a_name_is_not() -> None:
    assert found(Anyone("ada", salaries={"dao": 10**18})) == [("salaries", "dao")]


def test_an_object_of_the_users_is_found_and_looked_into_in_its_turn() -> None:
    share, slotted = Share("dao", 0.5), Slotted(FRIEND)

    assert found(Anyone("ada", shares=[share], slotted=slotted)) == [("shares", share), ("slotted", slotted)]
    assert found(share) == [("receiver", "dao")]
    assert found(slotted) == [("friend", FRIEND)]


@pytest.mark.parametrize(
    "value", [None, 1, 0.5, True, b"dao", [], np.arange(3), np.random.default_rng(0), Anyone, Strategy(), print, pytest]
)
def test_what_names_nobody_is_not_looked_into(value: object) -> None:
    assert found(Anyone("ada", thing=value)) == []


def test_a_list_that_holds_itself_comes_to_an_end() -> None:
    loop: list[object] = ["dao"]
    loop.append(loop)

    assert found(Anyone("ada", loop=loop)) == [("loop", "dao")]
