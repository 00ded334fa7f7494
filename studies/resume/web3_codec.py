"""How web3.py's objects are written that agents hold: by what makes them again from the chain's own `w3`."""

import json
from typing import Any

from tokenspice.studies.resume.codec import CannotKeep, TypeCodec
from tokenspice.web3engine.chain import Chain

__all__ = ["web3_codecs"]


def web3_codecs(chain: Chain) -> tuple[TypeCodec, ...]:
    """Return how clients, contracts and functions of web3.py are written and built again on `chain`."""

    def w3_parts(w3: Any) -> str:
        if w3 is not vars(chain).get("w3"):
            raise CannotKeep("a Web3 of another chain", "Hold chain.w3.")
        return "w3"

    def module_parts(module: Any) -> str:
        w3 = vars(chain).get("w3")
        found = [str(name) for name, each in vars(w3).items() if each is module] if w3 else []
        if not found:
            raise CannotKeep("a module of another Web3", "Hold chain.w3.")
        return found[0]

    def module_of(name: str) -> Any:
        return vars(chain.w3)[name]

    def contract_parts(contract: Any) -> tuple[str, str]:
        w3_parts(contract.w3)
        return str(contract.address), json.dumps(contract.abi)

    def contract_of(parts: tuple[str, str]) -> Any:
        address, abi = parts
        eth: Any = chain.w3.eth
        return eth.contract(address=address, abi=json.loads(abi))

    def namespace_parts(space: Any) -> tuple[str, str]:
        w3_parts(space.w3)
        return str(space.address), json.dumps(space.abi)

    def function_parts(function: Any) -> tuple[Any, ...]:
        w3_parts(function.w3)
        given = (tuple(getattr(function, "args", None) or ()), dict(getattr(function, "kwargs", None) or {}))
        args = given if any(given) else None
        return str(function.address), json.dumps(function.contract_abi), function.signature, args

    def function_of(parts: tuple[Any, ...]) -> Any:
        address, abi, signature, args = parts
        function = contract_of((address, abi)).get_function_by_signature(signature)
        return function(*args[0], **args[1]) if args else function

    contract = "web3.contract.contract"
    return (
        TypeCodec("web3.main:Web3", w3_parts, lambda _: chain.w3),
        TypeCodec("web3.module:Module", module_parts, module_of),
        TypeCodec(f"{contract}:Contract", contract_parts, contract_of),
        TypeCodec(f"{contract}:ContractFunctions", namespace_parts, lambda parts: contract_of(parts).functions),
        TypeCodec(f"{contract}:ContractFunction", function_parts, function_of),
    )
