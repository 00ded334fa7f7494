"""Contracts with a class of their own, as `tsp bindings` writes them: types for checkers, names for what is returned."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, ClassVar, Protocol, Self, TypeAlias, TypeVar, cast, overload

from tokenspice.web3engine.abi import Function
from tokenspice.web3engine.chain import Chain
from tokenspice.web3engine.contract import Call, Contract, ContractBase, Method, attribute
from tokenspice.web3engine.errors import AbiError
from tokenspice.web3engine.events import Event
from tokenspice.web3engine.receipt import Receipt
from tokenspice.web3engine.wallet import EvmWallet

__all__ = ["Address", "HasAddress", "Shape", "TypedContract"]

E = TypeVar("E")


class HasAddress(Protocol):
    """A wallet, a contract, or whatever else has an address."""

    @property
    def address(self) -> str: ...


Address: TypeAlias = str | HasAddress
"""An argument of Solidity's type address: "0x…" text, a wallet or a contract."""

Shape: TypeAlias = "None | type | list[Shape] | tuple[Shape, ...]"
"""What is made of a decoded value: nothing, a NamedTuple, or a list of such; a tuple for several values."""


class TypedContract(ContractBase):
    """EXTEND by what `tsp bindings` writes.

    Attributes:
        artifact: the name by which the contract is found.
        returns: what functions return that return structs, or several values, by signature.
        structs: the fields of each NamedTuple that hold others.
        event_names: of each event's NamedTuple.
    """

    artifact: ClassVar[str]
    returns: ClassVar[Mapping[str, Shape]] = MappingProxyType({})
    structs: ClassVar[Mapping[type, tuple[Shape, ...]]] = MappingProxyType({})
    event_names: ClassVar[Mapping[type, str]] = MappingProxyType({})

    @classmethod
    def deploy(
        cls,
        chain: Chain,
        *args: Any,
        sender: EvmWallet | None = None,
        label: str = "",
        libraries: Mapping[str, str] = MappingProxyType({}),
        value: int = 0,
    ) -> Self:
        """Deploy it; the arguments are those of `chain.deploy`."""
        plain = chain.deploy(cls.artifact, *args, sender=sender, label=label, libraries=libraries, value=value)
        return cls(plain.label, plain.address, plain.abi)

    @classmethod
    def at(cls, chain: Chain, address: Address, label: str = "") -> Self:
        """Return the one that is at an address already."""
        where = address if isinstance(address, str) else address.address
        plain = chain.contract(cls.artifact, where, label or cls.__name__)
        return cls(plain.label, plain.address, plain.abi)

    @property
    def plain(self) -> Contract:
        """The same without types, for functions that take any contract."""
        return Contract(self.label, self.address, self.abi)

    def __getattr__(self, name: str) -> "TypedMethod":
        return TypedMethod(self, attribute(self, name))

    @overload
    def events(self, receipt: Receipt, name: type[E]) -> list[E]: ...

    @overload
    def events(self, receipt: Receipt, name: str | None = None) -> list[Event]: ...

    def events(self, receipt: Receipt, name: Any = None) -> Any:
        """Read what it emitted in a transaction: events called `name`, or of the class `name`, or all."""
        if not isinstance(name, type):
            return super().events(receipt, name)
        found = super().events(receipt, self.event_names[name])
        fields = [*name._fields]  # type: ignore[attr-defined]  # of a NamedTuple
        shapes = self.structs.get(name, (None,) * len(fields))
        return [
            name(
                *(shaped(shape, value, self.structs) for shape, value in zip(shapes, event.args.values(), strict=True))
            )
            for event in found
        ]


class TypedMethod:
    """A function that several may share by name; which one is meant, the arguments tell."""

    def __init__(self, contract: TypedContract, method: Method) -> None:
        self.__doc__ = method.help
        self._contract = contract
        self._method = method

    def __call__(self, *args: Any, value: int = 0) -> Call:
        call = self._chosen(args)(*args, value=value)
        kind: Any = type(self._contract)  # whose hash the type checker does not find
        shape = kind.returns.get(call.function.signature)
        return call if shape is None else call._replace(function=shaped_function(call.function, kind))

    def __repr__(self) -> str:
        return repr(self._method)

    def _chosen(self, args: tuple[Any, ...]) -> Method:
        fitting = [one for one in self._method.functions if len(one.inputs) == len(args)]
        if len(fitting) < 2:
            return self._method
        taking = [one for one in fitting if takes(one, args)]
        return self._contract[taking[0].signature] if len(taking) == 1 else self._method


def takes(function: Function, args: tuple[Any, ...]) -> bool:
    """Whether arguments fit a function."""
    try:
        function.encode(args)
    except AbiError:
        return False
    return True


@cache
def shaped_function(function: Function, kind: type) -> Function:
    """Return a function whose values are made into what its contract's class, `kind`, says."""
    typed = cast(type[TypedContract], kind)
    shape = typed.returns[function.signature]

    def make(values: tuple[Any, ...]) -> Any:
        value = values[0] if len(values) == 1 else values
        return shaped(shape, value, typed.structs)

    return Function(function.entry, function.doc, make)


def shaped(shape: Shape, value: Any, structs: Mapping[type, tuple[Shape, ...]]) -> Any:
    """Make NamedTuples of a decoded value."""
    if shape is None:
        return value
    if isinstance(shape, list):
        return [shaped(shape[0], item, structs) for item in value]
    if isinstance(shape, tuple):
        return tuple(shaped(one, item, structs) for one, item in zip(shape, value, strict=True))
    inner = structs.get(shape, (None,) * len(value))
    return shape(*(shaped(one, item, structs) for one, item in zip(inner, value, strict=True)))
