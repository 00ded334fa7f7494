"""A purse neither loses nor invents a base unit, and a refusal moves nothing."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tokenspice.engine.errors import InsufficientFunds, WalletError
from tokenspice.engine.units import Amount, tokens
from tokenspice.engine.wallet import Wallet, WalletBase

AMOUNTS = st.integers(0, 10**30)
SYMBOLS = st.sampled_from(["USD", "OCEAN"])
PEOPLE = st.sampled_from(["a", "b", "c"])


class WalletElsewhere(WalletBase):
    """Stands for a wallet on a chain."""

    name = "elsewhere"

    def balance(self, symbol: str) -> Amount:
        return 0

    def balances(self) -> dict[str, Amount]:
        return {}

    def transfer(self, to: WalletBase, symbol: str, amount: Amount) -> None:
        raise NotImplementedError


class Ledger(RuleBasedStateMachine):
    """Three wallets, and beside them a model that keeps one number per person and token."""

    @initialize()
    def open_wallets(self) -> None:
        self.wallets = {name: Wallet(name) for name in "abc"}
        self.model = {(name, symbol): 0 for name in "abc" for symbol in ("USD", "OCEAN")}
        self.total_in: dict[tuple[str, str], int] = {}

    @rule(who=PEOPLE, symbol=SYMBOLS, amount=AMOUNTS)
    def deposit(self, who: str, symbol: str, amount: int) -> None:
        self.wallets[who].deposit(symbol, amount)
        self.model[who, symbol] += amount

    @rule(who=PEOPLE, symbol=SYMBOLS, amount=AMOUNTS)
    def withdraw(self, who: str, symbol: str, amount: int) -> None:
        if amount > self.model[who, symbol]:
            with pytest.raises(InsufficientFunds):
                self.wallets[who].withdraw(symbol, amount)
        else:
            self.wallets[who].withdraw(symbol, amount)
            self.model[who, symbol] -= amount

    @rule(giver=PEOPLE, taker=PEOPLE, symbol=SYMBOLS, part=st.fractions(0, 2))
    def transfer(self, giver: str, taker: str, symbol: str, part: Any) -> None:
        amount = int(self.model[giver, symbol] * part)
        if amount > self.model[giver, symbol]:
            with pytest.raises(InsufficientFunds):
                self.wallets[giver].transfer(self.wallets[taker], symbol, amount)
        else:
            self.wallets[giver].transfer(self.wallets[taker], symbol, amount)
            self.model[giver, symbol] -= amount
            self.model[taker, symbol] += amount

    @rule(giver=PEOPLE, symbol=SYMBOLS, amount=st.one_of(st.integers(max_value=-1), st.floats()))
    def move_what_is_no_amount(self, giver: str, symbol: str, amount: Any) -> None:
        with pytest.raises(WalletError):
            self.wallets[giver].transfer(self.wallets["a"], symbol, amount)

    @invariant()
    def balances_are_those_of_the_model(self) -> None:
        assert {key: self.wallets[key[0]].balance(key[1]) for key in self.model} == self.model

    @invariant()
    def what_came_in_never_falls_and_covers_what_is_there(self) -> None:
        came_in = {key: self.wallets[key[0]].total_in.get(key[1], 0) for key in self.model}
        assert all(came_in[key] >= self.total_in.get(key, 0) for key in came_in)
        assert all(came_in[key] >= self.model[key] >= 0 for key in came_in)
        self.total_in = came_in


Ledger.TestCase.settings = settings(max_examples=250, stateful_step_count=50, deadline=None)
TestLedger = Ledger.TestCase


@given(st.lists(st.tuples(PEOPLE, PEOPLE, SYMBOLS, AMOUNTS), max_size=20))
def test_transfers_conserve_every_token(transfers: list[tuple[str, str, str, int]]) -> None:
    wallets = {name: Wallet(name, USD=10**30, OCEAN=10**30) for name in "abc"}

    for giver, taker, symbol, amount in transfers:
        try:
            wallets[giver].transfer(wallets[taker], symbol, amount)
        except InsufficientFunds:
            pass

    for symbol in ("USD", "OCEAN"):
        assert sum(wallet.balance(symbol) for wallet in wallets.values()) == 3 * 10**30


def test_a_transfer_moves_the_whole_balance_to_the_last_unit() -> None:
    giver, taker = Wallet("giver", OCEAN=tokens("2.4")), Wallet("taker", OCEAN=1)

    giver.transfer(taker, "OCEAN", tokens("2.4"))

    assert (giver.balance("OCEAN"), taker.balance("OCEAN")) == (0, tokens("2.4") + 1)
    assert taker.total_in == {"OCEAN": tokens("2.4") + 1}


def test_what_comes_in_adds_up_and_what_goes_out_is_not_taken_off() -> None:
    wallet = Wallet("a", OCEAN=tokens("13.25"))

    wallet.deposit("OCEAN", tokens(1))
    wallet.withdraw("OCEAN", tokens("2.1"))

    assert wallet.balance("OCEAN") == tokens("12.15")
    assert wallet.total_in["OCEAN"] == tokens("14.25")


def test_an_overdraft_says_who_holds_what_and_moves_nothing() -> None:
    giver, taker = Wallet("buyer1", OCEAN=tokens(12)), Wallet("seller1")

    with pytest.raises(InsufficientFunds) as caught:
        giver.transfer(taker, "OCEAN", tokens(15))

    assert str(caught.value) == "buyer1 holds 12 OCEAN and tried to give 15. Nothing was moved."
    assert (giver.balance("OCEAN"), taker.balance("OCEAN"), taker.total_in) == (tokens(12), 0, {})


def test_one_base_unit_too_many_is_an_overdraft() -> None:
    wallet = Wallet("a", OCEAN=tokens(1))

    with pytest.raises(InsufficientFunds):
        wallet.withdraw("OCEAN", tokens(1) + 1)

    assert wallet.balance("OCEAN") == tokens(1)


def test_an_overdraft_names_amounts_as_they_were_written() -> None:
    with pytest.raises(InsufficientFunds, match=r"holds 0\.1 OCEAN and tried to give 0\.3\. Nothing"):
        Wallet("a", OCEAN=tokens("0.1")).withdraw("OCEAN", tokens("0.3"))


@pytest.mark.parametrize("amount", [1.0, 0.5, float("nan"), "1", None])
def test_what_is_no_int_is_refused_with_what_to_write(amount: Any) -> None:
    wallet = Wallet("a", OCEAN=tokens(1))

    for refuse in (wallet.deposit, wallet.withdraw):
        with pytest.raises(WalletError, match=r'int of base units: write tokens\("1.5"\)'):
            refuse("OCEAN", amount)

    assert wallet.balances() == {"OCEAN": tokens(1)}


def test_a_negative_amount_is_refused_in_both_directions() -> None:
    wallet = Wallet("a", OCEAN=tokens(1))

    for refuse in (wallet.deposit, wallet.withdraw):
        with pytest.raises(WalletError, match="asked to move -2 OCEAN. An amount is zero or more"):
            refuse("OCEAN", -tokens(2))

    assert wallet.balances() == {"OCEAN": tokens(1)}


def test_a_wallet_cannot_begin_with_less_than_nothing() -> None:
    with pytest.raises(WalletError):
        Wallet("a", OCEAN=-1)


def test_tokens_do_not_cross_into_a_wallet_of_another_kind() -> None:
    wallet = Wallet("a", OCEAN=tokens(1))

    with pytest.raises(WalletError, match="a keeps its OCEAN off the chain and elsewhere keeps it on one"):
        wallet.transfer(WalletElsewhere(), "OCEAN", tokens(1))

    assert wallet.balance("OCEAN") == tokens(1)


def test_a_token_that_never_came_in_has_a_balance_of_zero() -> None:
    wallet = Wallet("a", USD=0)

    assert wallet.balance("OCEAN") == 0
    assert wallet.balances() == {"USD": 0}


def test_balances_are_a_copy() -> None:
    wallet = Wallet("a", USD=1)

    wallet.balances()["USD"] = 5

    assert wallet.balance("USD") == 1


def test_a_wallet_shows_what_it_holds_in_tokens() -> None:
    assert repr(Wallet("a", USD=tokens("1.5"))) == "Wallet(a: 1.5 USD)"
    assert repr(Wallet("b")) == "Wallet(b: empty)"


def test_each_move_is_told_once_after_it_happened() -> None:
    moves: list[tuple[str | None, str | None, str, int]] = []
    one, other, unwatched = Wallet("one", USD=10), Wallet("other"), Wallet("unwatched", USD=5)

    def note(payer: Wallet | None, payee: Wallet | None, symbol: str, amount: int) -> None:
        assert payee is None or payee.balance(symbol) >= amount
        moves.append((payer and payer.name, payee and payee.name, symbol, amount))

    one.on_move = other.on_move = note
    one.transfer(other, "USD", 4)
    unwatched.transfer(one, "USD", 1)
    one.transfer(one, "USD", 2)
    one.withdraw("USD", 3)
    one.deposit("OCEAN", 7)
    unwatched.withdraw("USD", 1)
    with pytest.raises(InsufficientFunds):
        one.transfer(other, "USD", 100)

    assert moves == [
        ("one", "other", "USD", 4),
        ("unwatched", "one", "USD", 1),
        ("one", "one", "USD", 2),
        ("one", None, "USD", 3),
        (None, "one", "OCEAN", 7),
    ]
