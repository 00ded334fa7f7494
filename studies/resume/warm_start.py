"""A warm start: a netlist's wiring, its deployments above all, done once for many runs, in this process or another.

A run from a start wires its state again, in Python, because wiring is code; but what the wiring asks of the chain is
answered from the start, and the chain's state afterwards is taken from it. Nothing is compiled, deployed or mined.
So a run from a start with the seed and the parameters that it was made with writes the same bytes as one without.

With another seed, the random streams differ and nothing else: wallets keep their keys, and what the chain itself draws
(PREVRANDAO) stays. Other parameters may differ as long as the wiring asks the chain the same; where it does not, the
run is refused.
"""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, final

from tokenspice.engine.errors import ConfigError, RunError, TokenSpiceError
from tokenspice.engine.sim_state import SimStateBase
from tokenspice.engine.sim_strategy import SimStrategyBase
from tokenspice.studies.netlist.netlist import Netlist
from tokenspice.studies.record.provenance import check_contracts, check_sources, contracts, plain_parameters, sources
from tokenspice.studies.resume.codec import Encoded, packed
from tokenspice.studies.resume.replay import RecordingBackend, ReplayBackend
from tokenspice.web3engine.artifacts import Artifacts
from tokenspice.web3engine.backends.base import copyable
from tokenspice.web3engine.chain import Chain
from tokenspice.web3engine.checksummed_file import read_sealed, write_sealed
from tokenspice.web3engine.config import Config
from tokenspice.web3engine.fork.fork import configured_fork
from tokenspice.web3engine.network import AUTO, REVM, is_built, open_backend
from tokenspice.web3engine.transaction import Transaction

__all__ = ["WarmStart", "check_saveable", "is_saveable", "load_warm_start", "save_warm_start", "wire"]

FORMAT = "tokenspice start 2"


@final
class WarmStart:
    """A netlist's wiring, done.

    Attributes:
        facts: what it was made of: netlist, sources and contracts with their hashes, strategy, seed, chain.
        content: the facts, and what was asked and answered, as plain data.
        path: the file that holds it, if one does.
    """

    def __init__(self, content: dict[str, Encoded], path: Path | None = None) -> None:
        self.content = content
        self.path = path
        self.facts: dict[str, Any] = content["facts"]
        self._artifacts: Artifacts | None = None
        self._checked: Netlist | None = None

    @property
    def digest(self) -> str:
        """SHA-256 of all that it holds."""
        return hashlib.sha256(packed(self.content)).hexdigest()

    def state(
        self,
        netlist: Netlist,
        ss: SimStrategyBase,
        config: Config,
        chain_state: bytes | None = None,
        on_transaction: Callable[[Transaction], None] | None = None,
    ) -> tuple[SimStateBase, Chain | None]:
        """Wire the netlist's state again, without deploying anything.

        Args:
            netlist: the netlist that the start was made with.
            ss: the run's parameters; the seed may be another.
            config: where contracts are found.
            chain_state: the chain's state to go on from, instead of that after the wiring.
            on_transaction: as of a Chain.

        Raises:
            RunError: a source, a contract or the wiring has changed since the start was made.
            ConfigError: `config` asks for a chain that a start cannot be on.
        """
        self._check_netlist(netlist)
        if not netlist.starts_chain(ss):
            return netlist.state(ss), None
        check_saveable(config)
        config = replace(config, **self.facts["chain"])
        # Only here, because the in-process chain may not have been built.
        from tokenspice.web3engine.backends.revm import RevmBackend

        backend = RevmBackend.from_bytes(chain_state or self.content["chain"], config.signs, configured_fork(config))
        chain = Chain(backend, self._own_artifacts(netlist, config), self.facts["seed"], on_transaction)
        chain.addresses = self.content["addresses"]
        state = self._wired(netlist, ss, chain, config)
        check_contracts(chain, self.facts["contracts"])
        if chain.mempool.ordering != "arrival" and ss.seed != self.facts["seed"] and chain_state is None:
            raise RunError(
                f'this chain orders transactions by "{chain.mempool.ordering}", which it draws from the seed of its start, '
                f"{self.facts['seed']}. Write --seed {self.facts['seed']}, or make a start with --seed {ss.seed}."
            )
        return state, chain

    def check_rules(self, config: Config) -> None:
        """Refuse a start whose chain has other rules than `config` asks for.

        Raises:
            ConfigError: it has.
        """
        rules = self.facts.get("chain", {}).get("hardfork", config.hardfork)
        if rules != config.hardfork:
            raise ConfigError(
                f"this start was made with HARDFORK = {rules}, and tokenspice.ini says {config.hardfork}. Make another "
                "start with tsp wire."
            )

    def _check_netlist(self, netlist: Netlist) -> None:
        if netlist is self._checked:  # which is what it was when it was imported
            return
        made_with = Path(self.facts["netlist"])
        if made_with.parent.name != netlist.path.parent.name:
            raise RunError(f"this start was made with {made_with}, not with {netlist.path}. Make one with tsp wire.")
        check_sources(netlist, self.facts["sources"], "this start was made")
        self._checked = netlist

    def _wired(self, netlist: Netlist, ss: SimStrategyBase, chain: Chain, config: Config) -> SimStateBase:
        backend = chain.backend
        answers = self.content["answers"]
        repeater = ReplayBackend(backend, answers) if answers is not None else None
        chain.backend = repeater or open_backend(config, self.facts["seed"])
        try:
            state = netlist.state(ss, chain)
            if repeater:
                repeater.end()
        except TokenSpiceError as error:
            raise RunError(f"{error}{self._differing(ss)}") from error
        chain.backend = backend
        if not repeater and "w3" in vars(chain):  # and some agent may hold it
            raise RunError(
                f"the wiring uses chain.w3, which then speaks to the chain of the wiring alone, because the answer to "
                f"{self.content['unrepeatable']} cannot be kept. Ask for chain.w3 in the first tick instead."
            )
        return state

    def _differing(self, ss: SimStrategyBase) -> str:
        made_with, wanted = self.facts["strategy"], plain_parameters(ss)
        names = [name for name in wanted if wanted[name] != made_with.get(name)]
        if not names:
            return ""
        pairs = ", ".join(f"{name} = {made_with.get(name)}" for name in names)
        return f" The start was made with {pairs}: give it these, or make another start."

    def _own_artifacts(self, netlist: Netlist, config: Config) -> Artifacts:
        if self._artifacts is None:
            self._artifacts = Artifacts(
                config.project, config.build_folder, config.artifacts_folder, netlist.path.parent
            )
        return self._artifacts.unused()


def wire(
    netlist: Netlist,
    ss: SimStrategyBase,
    config: Config,
    on_transaction: Callable[[Transaction], None] | None = None,
) -> tuple[SimStateBase, Chain | None, WarmStart]:
    """Wire a netlist's state on a new chain, and keep how, so that it can be had again.

    Raises:
        ChainError: the chain cannot be started, or cannot be saved.
    """
    facts: dict[str, Any] = {
        "netlist": str(netlist.path),
        "sources": sources(netlist),
        "seed": ss.seed,
        "strategy": plain_parameters(ss),
    }
    if not netlist.starts_chain(ss):
        return netlist.state(ss), None, WarmStart({"facts": facts})
    check_saveable(config)
    artifacts = Artifacts(config.project, config.build_folder, config.artifacts_folder, netlist.path.parent)
    backend = open_backend(config, ss.seed)
    recorder = RecordingBackend(backend)
    chain = Chain(recorder, artifacts, ss.seed, on_transaction)
    state = netlist.state(ss, chain)
    recorder.end()
    chain.backend = backend
    chain.addresses = {name: chain.wallet(name).address for name in chain.wallets}
    facts |= {
        "contracts": contracts(chain),
        "chain": {"hardfork": config.hardfork, "signs": config.signs},
        "ordering": chain.mempool.ordering,
    }
    content = {
        "facts": facts,
        "answers": None if recorder.unrepeatable else recorder.answers,
        "unrepeatable": recorder.unrepeatable,
        "addresses": dict(chain.addresses),
        "chain": copyable(backend).to_bytes(),
    }
    return state, chain, WarmStart(content)


def save_warm_start(netlist: Netlist, ss: SimStrategyBase, config: Config, path: Path) -> WarmStart:
    """Wire a netlist's state, write a file that runs can start from, and return what `load_warm_start` would.

    Raises:
        TokenSpiceError: the wiring failed, or asks something of the chain whose answer cannot be kept.
    """
    _, chain, start = wire(netlist, ss, config)
    if chain:
        chain.close()
    if question := start.content.get("unrepeatable"):
        raise RunError(
            f"SimState asks {question} of the chain, whose answer cannot be kept in a file, so there can be no start. "
            "Do it in an agent's first step."
        )
    write_sealed(path, FORMAT, start.content)
    return WarmStart(start.content, path.resolve())


def load_warm_start(path: Path) -> WarmStart:
    """Read what `save_warm_start` wrote.

    Raises:
        RunError: there is no such file, or it was changed since.
    """
    return WarmStart(read_sealed(path, FORMAT), path.resolve())


def is_saveable(netlist: Netlist, ss: SimStrategyBase, config: Config) -> bool:
    """Tell whether a run's chain, if it starts one, can be saved."""
    return not netlist.starts_chain(ss) or (config.network in (AUTO, REVM) and is_built())


def check_saveable(config: Config) -> None:
    """Refuse a chain that cannot be written to a file.

    Raises:
        ConfigError: it is not the in-process one.
    """
    if config.network not in (AUTO, REVM) or not is_built():
        raise ConfigError(
            f"a chain of --network {config.network.partition('://')[0]} cannot be saved. Write --network revm for "
            "checkpoints and starts."
        )
