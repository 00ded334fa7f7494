"""Classes, functions and modules by name, "module:Class", and which of them a file may name.

A file that somebody else made must not reach any code that is at hand. So what it names has to be the netlist's own, one
of the classes that this project's agents are made of, or on the lists below. Nothing is imported for a file's sake.
"""

import builtins
import sys
from types import CodeType, FunctionType, ModuleType
from typing import Any, final

from tokenspice.engine.agent import AgentBase
from tokenspice.engine.errors import RunError
from tokenspice.engine.kpis import KPIsBase
from tokenspice.engine.wallet import WalletBase
from tokenspice.engine.world import World

__all__ = ["Names"]

ROOMS = tuple(f"tokenspice.{room}." for room in ("agents", "engine", "markets", "netlists", "protocols"))
# Rooms whose functions an agent may hold; the engine also has functions that write files.
ROOMS_OF_FUNCTIONS = tuple(f"tokenspice.{room}." for room in ("agents", "markets", "netlists", "protocols"))
OUR_BASES = (AgentBase, KPIsBase, WalletBase, World)
CLASSES = {
    *(f"builtins:{name}" for name in ("bool", "bytearray", "bytes", "complex", "dict", "float", "frozenset", "int")),
    *(f"builtins:{name}" for name in ("list", "object", "set", "str", "tuple")),
    *(f"collections:{name}" for name in ("ChainMap", "Counter", "OrderedDict", "UserDict", "UserList", "UserString")),
    *("collections:defaultdict", "collections:deque", "decimal:Decimal", "fractions:Fraction"),
    *("hexbytes.main:HexBytes", "web3.datastructures:AttributeDict"),  # what web3.py answers with
    *("tokenspice.web3engine.mempool:Batch", "tokenspice.web3engine.mempool:Pending"),
    *("tokenspice.web3engine.events:Event", "tokenspice.web3engine.events:Log", "tokenspice.web3engine.token:Token"),
}
ERRORS = ("tokenspice.engine.errors", "tokenspice.web3engine.errors")
FUNCTIONS = {f"builtins:{name}" for name in ("abs", "all", "any", "len", "max", "min", "pow", "round", "sorted", "sum")}
MODULES = ("cmath", "math", "operator", "statistics")


@final
class Names:
    """Finds what a file names.

    Args:
        package: the netlist's own, whose modules are named by their place in it.
    """

    def __init__(self, package: str = "") -> None:
        self.package = package

    def name(self, x: Any) -> str:
        module = str(getattr(x, "__module__", None) or type(x).__module__)
        if self.is_own(module):
            module = module.removeprefix(self.package)
        return f"{module}:{getattr(x, '__qualname__', getattr(x, '__name__', type(x).__qualname__))}"

    def is_own(self, module: str) -> bool:
        """Whether a module is the netlist's."""
        return bool(self.package) and f"{module}.".startswith(f"{self.package}.")

    def modules(self) -> list[ModuleType]:
        """Return the netlist's own modules, by name."""
        own = [name for name, module in sys.modules.items() if self.is_own(name) and isinstance(module, ModuleType)]
        return [sys.modules[name] for name in sorted(own)]

    def is_state(self, kind: type) -> bool:
        """Whether the attributes of a class itself may change in the course of a run."""
        return self.is_own(kind.__module__) or kind.__module__.startswith(ROOMS)

    def may_name(self, x: object) -> bool:
        """Whether a file may name `x`: a class whose objects it builds, or a function."""
        name, module = self.name(x), str(getattr(x, "__module__", ""))
        if isinstance(x, type):
            ours = self.is_own(module) or module.startswith(ROOMS) or issubclass(x, OUR_BASES)
            return ours or name in CLASSES or is_error(x)
        if isinstance(x, FunctionType):
            return self.is_own(module) or module.startswith(ROOMS_OF_FUNCTIONS)
        return name in FUNCTIONS or module in MODULES

    def find(self, name: str) -> Any:
        """Return what is called `name`, in a module that was imported already.

        Raises:
            RunError: there is none, or a file may not name it.
        """
        module, _, path = name.partition(":")
        found: Any = sys.modules.get(self.package + module if module.startswith(".") else module)
        for part in path.split("."):
            found = vars(found).get(part) if isinstance(found, (type, ModuleType)) else None
        if isinstance(found, (staticmethod, classmethod)):
            found = found.__func__
        if found is None:
            raise RunError(f"the netlist has no {path} in the module {module} any more.")
        if not self.may_name(found):
            raise RunError(f"{name} is no class or function of the netlist, and a checkpoint may not name it.")
        return found

    def is_found(self, x: object) -> bool:
        """Whether `find` returns `x` for its name."""
        try:
            return self.find(self.name(x)) is x
        except RunError:
            return False

    def find_class(self, name: str) -> type:
        found = self.find(name)
        if not isinstance(found, type):
            raise RunError(f"{name} is no class any more.")
        return found

    def code(self, name: str, line: int) -> tuple[CodeType, dict[str, Any]] | None:
        """Return the code of a function that another one makes, and its globals; None if it is not found.

        Args:
            name: such as ".netlist:make.<locals>.count".
            line: its first.
        """
        module, _, path = name.partition(":")
        if "<locals>" not in path:
            return None
        try:
            outer = self.find(f"{module}:{path.split('.<locals>')[0]}")
        except RunError:
            return None
        if not isinstance(outer, FunctionType):
            return None
        waiting, found = [outer.__code__], []
        for code in waiting:  # which grows on the way
            inner = [constant for constant in code.co_consts if isinstance(constant, CodeType)]
            waiting += inner
            found += [code for code in inner if (code.co_qualname, code.co_firstlineno) == (path, line)]
        return (found[0], outer.__globals__) if len(found) == 1 else None


def is_error(kind: type) -> bool:
    if not issubclass(kind, Exception):
        return False
    return kind.__module__ in ERRORS or vars(builtins).get(kind.__name__) is kind
