"""A contract at an address, whose functions make calls: data that a wallet may send, or read through."""

import inspect
from typing import Any, Generic, NamedTuple, Protocol, final

from eth_utils.address import to_checksum_address
from typing_extensions import TypeVar

from tokenspice.engine.text import not_among
from tokenspice.web3engine.abi import RAW, Abi, Function
from tokenspice.web3engine.abi_types import Parameter
from tokenspice.web3engine.arguments import read_argument, read_wei
from tokenspice.web3engine.errors import AbiError, ChainError, MissingFunction, Reverted
from tokenspice.web3engine.events import Event
from tokenspice.web3engine.receipt import Receipt
from tokenspice.web3engine.shown import call_text
from tokenspice.web3engine.signatures import declaration, function_help, signature_of

__all__ = ["NO_ABI", "Call", "Contract", "ContractBase", "Method", "R", "Reader", "as_address", "attribute", "ether"]

R = TypeVar("R", default=Any)

NEW = tuple.__new__
NO_ABI = Abi([])
RECEIVE = Function({"type": "receive"})  # Solidity documentation, "Receive Ether Function"
RECIPIENT = Parameter("", "address")


class Call(NamedTuple, Generic[R]):
    """A message to a contract, not sent yet. A tuple, because making one has to cost next to nothing.

    Attributes:
        contract: what the contract is called in messages, such as pool0.
        to: its address; None deploys one.
        abi: of the contract, to read why it reverted.
        function: what is called; for a deployment, the constructor.
        args: the arguments.
        value: ether that goes with it, in wei.
        code: creation bytecode, for a deployment.

    `R` is what the function returns, where a typed contract says so (`tsp bindings`).
    """

    contract: str
    to: str | None
    abi: Abi
    function: Function
    args: tuple[Any, ...] = ()
    value: int = 0
    code: bytes = b""

    def __repr__(self) -> str:
        return f"Call({call_text(self)})"

    @property
    def label(self) -> str:
        """What to call it in a message, such as pool0.swapExactAmountIn."""
        return f"{self.contract}.{self.function.name}" if self.to else f"deploying {self.contract}"

    @property
    def data(self) -> bytes:
        """The bytes that the EVM is given.

        Raises:
            AbiError: an argument does not fit the function.
        """
        try:
            return (self.function.selector if self.to else self.code) + self.function.encode(self.args)
        except AbiError as error:
            raise AbiError(f"{self.contract}.{error}" if self.to else f"{self.label}: {error}") from None

    @property
    def encoded(self) -> "Call":
        """The same call as bytes: its arguments are read, by the one rule for all backends.

        Raises:
            AbiError: an argument does not fit the function.
        """
        return self._replace(function=RAW, args=(self.data,), code=b"")

    def decode(self, output: bytes) -> Any:
        """Read what the call returned.

        Raises:
            ChainError: it returned nothing although the function returns something.
        """
        if self.function.outputs and not output:
            raise ChainError(
                f"{self.label} answered nothing: there is no contract at {self.to}, or one without this function."
            )
        try:
            return self.function.decode(output)
        except AbiError as error:
            raise AbiError(f"{self.contract}.{error}") from None

    def failure(self, output: bytes, halt: str, note: str = "") -> Reverted:
        """Make the error that says why this call failed.

        Args:
            output: revert data.
            halt: how the EVM stopped, if it did not revert.
            note: what else to say.
        """
        reason = halt or self.abi.revert_reason(output)
        verb = "stopped:" if halt else "reverted:"
        return Reverted(f"{self.label} {verb} {reason}. {note}".strip(), reason, output)


def as_address(value: object, whose: str) -> str:
    """Return a checksummed address, out of all that an argument of type address may be.

    Args:
        whose: what it is, for messages.

    Raises:
        AbiError: it is none.
    """
    return to_checksum_address(read_argument(RECIPIENT, value, whose))


def ether(to: object, wei: int, data: bytes = b"") -> Call:
    """Make a plain payment of ether to a wallet or a contract.

    Args:
        to: the address, wallet or contract.
        wei: how much.
        data: what a contract's fallback is given, as it is.

    Raises:
        AbiError: an argument does not fit.
    """
    address, wei = as_address(to, "ether: the recipient"), read_wei(wei, "ether")
    if data:
        return Call(address, address, NO_ABI, RAW, (data,), wei)
    return Call(address, address, NO_ABI, RECEIVE, value=wei)


class Reader(Protocol):
    """Who asks a contract something: a wallet, or the chain itself for nobody in particular."""

    def read(self, call: Call[R]) -> R:
        """Run a call, change nothing, and return its decoded value."""


class MethodHelp:
    """The `__doc__` of methods: the class has its own, and each method that of its functions."""

    def __get__(self, method: "Method | None", kind: type) -> str:
        return METHOD_DOC if method is None else method.help


METHOD_DOC = "A contract's function by its name, which makes calls; several functions may share the name."


@final
class Method:
    # Attributes:
    #     contract: whose function it is.
    #     name: the function's name or signature.
    __doc__ = MethodHelp()

    def __init__(self, contract: "ContractBase", name: str) -> None:
        self.contract = contract
        self.name = name
        self._only = contract.abi.only_function(name)

    def __call__(self, *args: Any, value: int = 0, **named: Any) -> Call:
        contract = self.contract
        if named:
            raise AbiError(
                f"{contract.label}.{self.name} was given {', '.join(f'{name}=' for name in named)}. Write the arguments by "
                "position; value= alone, the ether to send, is given by name."
            )
        function = self._only or contract.abi.function(self.name, len(args), contract.label)
        if value.__class__ is not int or value:
            value = read_wei(value, f"{contract.label}.{self.name}")
        # What `Call(...)` does, without its check of keywords, which takes a third of the time.
        return NEW(Call, (contract.label, contract.address, contract.abi, function, args, value, b""))

    @property
    def functions(self) -> list[Function]:
        """Those that it may call."""
        return self.contract.abi.named(self.name)

    @property
    def help(self) -> str:
        """Signature and documentation (NatSpec) of each of its functions."""
        return "\n\n".join(function_help(function) for function in self.functions)

    @property
    def __name__(self) -> str:
        return self.name

    @property
    def __signature__(self) -> inspect.Signature:
        return signature_of(self.functions)

    def __repr__(self) -> str:
        shown = " or ".join(declaration(function) for function in self.functions) or self.name
        return f"Method({self.contract.label}.{shown})"


class ContractBase:
    """EXTEND, where a class of its own says what functions there are; else use `Contract`.

    Attributes:
        label: what to call it in messages.
        address: checksummed.
        abi: its interface.
    """

    def __init__(self, label: str, address: str, abi: Abi) -> None:
        self.label = label
        self.address = address
        self.abi = abi

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.label} at {self.address})"

    def __getitem__(self, name: str) -> "Method":
        return Method(self, name)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *self.abi.function_names})

    def events(self, receipt: Receipt, name: str | None = None) -> list[Event]:
        """Read what this contract emitted in a transaction, or only its events called `name`.

        Raises:
            AbiError: the contract has no event of that name, or a log does not fit its event.
        """
        if name is not None and name not in self.abi.event_names:
            raise AbiError(f'{self.label} has no event "{name}". {not_among(name, self.abi.event_names, "It has")}')
        try:
            read = [self.abi.read_log(log, name) for log in receipt.logs if log.address == self.address]
        except AbiError as error:
            raise AbiError(f"{self.label}: {error}") from None
        return [event for event in read if event]


@final
class Contract(ContractBase):
    """A deployed contract. `contract.transfer(to, amount)` makes the Call of its function `transfer`.

    `contract["transfer(address,uint256)"](to, amount)` names one of several functions of the same name, or
    one whose name is taken by an attribute here.

    Attributes:
        label: what to call it in messages.
        address: checksummed.
        abi: its interface.
    """

    def __getattr__(self, name: str) -> "Method":
        method = attribute(self, name)
        self.__dict__[name] = method  # so that the next look-up is an ordinary one
        return method


def attribute(contract: ContractBase, name: str) -> Method:
    """Return what an attribute of a contract is that no class defines: a function.

    Raises:
        MissingFunction: there is none of this name.
    """
    if (name.startswith("__") and name.endswith("__")) or name == "abi":  # Python's questions, before it is built
        raise AttributeError(name)
    if not contract.abi.named(name):
        known = contract.abi.function_names
        raise MissingFunction(f'{contract.label} has no function "{name}". {not_among(name, known, "It has")}')
    return contract[name]
