"""`tsp bindings`: the documents' agents pass the type checker with typed contracts, a swapped argument does not."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import PROJECT
from tests.docs.test_docs import blocks
from tokenspice.engine import tokens
from tokenspice.studies.bindings.write import module_texts
from tokenspice.web3engine import Chain
from tokenspice.web3engine.artifact import Artifact

POINT: dict[str, Any] = {
    "name": "",
    "type": "tuple",
    "internalType": "struct Map.Point",
    "components": [{"name": "x", "type": "uint256"}, {"name": "owner", "type": "address"}],
}
ENTRIES: list[dict[str, Any]] = [
    {"type": "function", "name": "at", "inputs": [], "outputs": [], "stateMutability": "view"},
    {"type": "function", "name": "point", "inputs": [], "outputs": [POINT], "stateMutability": "view"},
    {"type": "function", "name": "points", "inputs": [POINT | {"name": "p"}], "outputs": [POINT | {"type": "tuple[]"}]},
    {"type": "function", "name": "set", "inputs": [{"name": "to", "type": "address"}], "stateMutability": "payable"},
    {"type": "function", "name": "set", "inputs": [{"name": "from", "type": "bytes32"}], "outputs": []},
    {"type": "function", "name": "two", "inputs": [], "outputs": [{"name": "a", "type": "int8"}, {"name": "b", "type": "bool"}]},
    {"type": "event", "name": "Moved", "inputs": [{"name": "who", "type": "string", "indexed": True}]},
]  # fmt: skip


def texts() -> dict[str, str]:
    return module_texts([Artifact("maps", "Map", ENTRIES, b"\x60", "here", place=("maps", "Map.sol"))])


def test_each_type_of_solidity_s_has_its_own_in_python() -> None:
    stub = texts()["maps.pyi"]

    for line in (
        "class MapPoint(NamedTuple):\n    x: int\n    owner: str\n",
        "def point(self) -> Call[MapPoint]: ...",
        "def points(self, p: MapPoint | tuple[int, Address], /) -> Call[list[MapPoint]]: ...",
        "@overload\n    def set(self, to: Address, /, *, value: int = ...) -> Call[None]: ...",
        "@overload\n    def set(self, from_: bytes, /) -> Call[None]: ...",
        "def two(self) -> Call[MapTwoResult]: ...",
        "class MapMoved(NamedTuple):\n    who: bytes\n",
        "def events(self, receipt: Receipt, name: type[MapMoved]) -> list[MapMoved]: ...",
    ):
        assert line in stub
    assert "Python has other uses for the names: at." in stub
    assert texts() == texts()


def test_what_is_returned_is_made_of_the_classes() -> None:
    space: dict[str, Any] = {}
    exec(texts()["maps.py"], space)
    abi = Artifact("maps", "Map", ENTRIES, b"", "here").abi
    typed = space["Map"]("map", "0x" + "11" * 20, abi)
    word = (7).to_bytes(32, "big") + bytes(12) + b"\x22" * 20

    point = typed.point().decode(word)
    listed = typed.points((1, typed)).decode((32).to_bytes(32, "big") + (1).to_bytes(32, "big") + word)

    assert (point.x, point.owner) == (7, "0x" + "22" * 20) and listed == [point]
    assert typed.two().decode((3).to_bytes(32, "big") + (1).to_bytes(32, "big"))._asdict() == {"a": 3, "b": True}
    assert typed.set("0x" + "33" * 20).function.inputs == ["address"]
    assert typed.set(b"\x01" * 32).function.inputs == ["bytes32"]


def test_a_typed_contract_is_deployed_and_read(chain: Chain, tmp_path: Path) -> None:
    space: dict[str, Any] = {}
    exec(module_texts([chain.artifacts.find("token/Token")])["token.py"], space)
    kind = space["Token"]

    token = kind.deploy(chain, "OCEAN", "OCEAN", tokens(5), sender=chain.wallet("ada"))
    receipt = chain.wallet("ada").send(token.transfer(chain.wallet("bob"), 3))

    assert chain.read(token.balanceOf(chain.wallet("bob"))) == 3
    (moved,) = token.events(receipt, space["TokenTransfer"])
    assert moved.value == 3 and kind.at(chain, token).plain.address == token.address


def typed(folder: Path) -> None:
    """Let the documents' agent and netlist use typed contracts."""
    agent, netlist = folder / "saver.py", folder / "netlist.py"
    imports = "from .typings.savings import Vault\nfrom .typings.token import Token\n"
    text = agent.read_text().replace("vault: Contract, ocean: Contract", "vault: Vault, ocean: Token")
    text = text.replace("import Contract, EvmAgentBase", "import EvmAgentBase").replace(
        "\n\n\nclass", f"\n\n{imports}\n\nclass", 1
    )
    agent.write_text(text.replace("return int(self.wallet.read(self.vault.savings(self.wallet.address)))", "return self.wallet.read(self.vault.savings(self.wallet))"))  # fmt: skip
    text = netlist.read_text().replace('chain.deploy_token("OCEAN").contract', 'Token.at(chain, chain.deploy_token("OCEAN").contract)')  # fmt: skip
    text = text.replace('chain.deploy("Vault", ocean.address,', "Vault.deploy(chain, ocean,")
    netlist.write_text(text.replace("from .saver import SaverAgent\n", f"from .saver import SaverAgent\n{imports}"))


def done(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(PROJECT / "src")}
    return subprocess.run([sys.executable, *command], cwd=folder, env=environment, capture_output=True, text=True)


@pytest.mark.slow
def test_the_documents_agents_pass_with_bindings_and_a_swapped_argument_does_not(tmp_path: Path) -> None:
    for _, name, content in blocks("agents.md"):
        if name:
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text(content)
    tsp, mypy = str(PROJECT / "tsp"), ("-m", "mypy", "--strict", "-p", "savings")
    assert done(tmp_path, tsp, "run", "savings/netlist.py", "plain").returncode == 0

    assert done(tmp_path, tsp, "bindings", "Vault", "token/Token", "--in", "savings").returncode == 0
    typed(tmp_path / "savings")

    assert done(tmp_path, *mypy).stdout.startswith("Success")
    assert done(tmp_path, tsp, "run", "savings/netlist.py", "typed").returncode == 0
    assert (tmp_path / "typed/data.csv").read_bytes() == (tmp_path / "plain/data.csv").read_bytes()
    agent = tmp_path / "savings/saver.py"
    agent.write_text(
        agent.read_text().replace("approve(self.vault.address, amount)", "approve(amount, self.vault.address)")
    )
    assert 'Argument 1 to "approve" of "Token" has incompatible type "int"' in done(tmp_path, *mypy).stdout
