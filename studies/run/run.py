"""One run: one netlist, one strategy, one folder. Everything that simulates does it through `run_once`."""

import cProfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tokenspice.engine.errors import RunError
from tokenspice.engine.log import LogRow, time_columns
from tokenspice.engine.netlist import Netlist
from tokenspice.engine.sim_engine import SimEngine
from tokenspice.engine.sim_state import SimStateBase
from tokenspice.engine.sim_strategy import SimStrategyBase, parameters
from tokenspice.engine.units import Seconds
from tokenspice.studies.record.run_folder import RunFolder
from tokenspice.studies.resume.checkpoint import Checkpoints, memory_of
from tokenspice.studies.resume.warm_start import Start, wire
from tokenspice.web3engine.artifacts import Artifacts
from tokenspice.web3engine.chain import Chain
from tokenspice.web3engine.config import Config
from tokenspice.web3engine.fork.fork import Fork, configured_fork
from tokenspice.web3engine.network import check_network, open_backend
from tokenspice.web3engine.receipt import Receipt
from tokenspice.web3engine.url import is_url

__all__ = ["Run", "begin", "open_chain", "run_once"]


def open_chain(
    config: Config,
    netlist: Path | None = None,
    seed: int = 0,
    on_receipt: Callable[[str, Receipt], None] | None = None,
    fork: Fork | None = None,
    saved: Path | None = None,
) -> Chain:
    """Open a chain on `config.network` that knows the project's contracts, and those beside a netlist.

    Args:
        config: where; `config.fork` may say what it begins with.
        netlist: the netlist's file.
        seed: of the wallets' keys, and of what the chain itself draws.
        on_receipt: called with the call's label and its receipt after each transaction.
        fork: the remote state that it begins with, in place of `config.fork`.
        saved: a file that `tokenspice.web3engine.chain_file.save_chain` wrote, from which an in-process chain goes on, with the
            wallets and the seed that it was saved with; a forked one goes on reading from `fork`.

    Raises:
        ConfigError: there is no such network.
        ChainError: it cannot be started or reached, or not be forked from, or `saved` cannot be read.
    """
    folder = netlist.parent if netlist else None
    artifacts = Artifacts(config.project, config.build_folder, config.artifacts_folder, folder)
    if saved:
        # The file's form is the in-process chain's own, which is not built everywhere.
        from tokenspice.web3engine.chain_file import load_chain

        return load_chain(saved, artifacts, fork or configured_fork(config))
    return Chain(open_backend(config, seed, fork), artifacts, seed, on_receipt)


def run_once(
    netlist: Netlist,
    ss: SimStrategyBase,
    out_dir: Path,
    config: Config,
    watch: Callable[[SimStateBase], None] | None = None,
    on_row: Callable[[LogRow], None] | None = None,
    profile: bool = False,
    receipts: bool = False,
    checkpoint_every: Seconds | None = None,
    start: Start | None = None,
) -> RunFolder:
    """Simulate, and return the folder that records it.

    Args:
        netlist: what is wired to what.
        ss: its parameters, the seed among them.
        out_dir: must not exist; data.csv, run.json and, of research projects, rpdata.csv are written there while the
            run goes on.
        config: `config.network` says on which chain, if the netlist needs one.
        watch: called with the state after each tick.
        on_row: called with each row after it was written.
        profile: whether to write a profile to out_dir/stats.
        receipts: whether to write every transaction to out_dir/receipts.parquet.
        checkpoint_every: simulated seconds between two checkpoints, from which `resume_run` goes on; None for none.
        start: a warm start, whose wiring the run need not do again (see studies/resume/warm_start.py).

    Raises:
        TokenSpiceError: the run could not begin, and then there is no folder; or it failed, and then the
            folder keeps what was logged, and run.json says why.
        KeyboardInterrupt: it was interrupted; the folder keeps what was logged.
    """
    if netlist.starts_chain(ss):
        check_network(config.network)
    if receipts and checkpoint_every is not None:
        raise RunError("receipts.parquet cannot be gone on with. Leave out --receipts or --checkpoint-every.")
    facts = {"netlist": str(netlist.path), "sources": netlist.sources, "seed": ss.seed, "strategy": parameters(ss)}
    facts |= {"options": options(config, checkpoint_every, start) | {"receipts": receipts}}
    with RunFolder(out_dir, facts) as folder, ExitStack() as resources:
        on_receipt = None
        if receipts and netlist.starts_chain(ss):
            on_receipt = resources.enter_context(receipt_writer(out_dir / "receipts.parquet"))
        run = begin(netlist, ss, config, start, checkpoint_every, on_receipt)
        resources.callback(run.close)
        if checkpoint_every is not None:
            run = run.keeping(folder, checkpoint_every)
        with profiled(out_dir / "stats" if profile else None):
            run.simulate(folder, watch, on_row)
    run.forget()
    return folder


def begin(
    netlist: Netlist,
    ss: SimStrategyBase,
    config: Config,
    start: Start | None = None,
    checkpoint_every: Seconds | None = None,
    on_receipt: Callable[[str, Receipt], None] | None = None,
) -> "Run":
    """Make a run ready for its first tick (see `run_once`)."""
    if start:
        start.check_rules(config)
        return Run(netlist, *start.state(netlist, ss, config, on_receipt=on_receipt), config, start)
    if checkpoint_every is not None:
        state, chain, start = wire(netlist, ss, config)
        return Run(netlist, state, chain, config, start)
    if not netlist.starts_chain(ss):
        return Run(netlist, netlist.state(ss), None, config)
    chain = open_chain(config, netlist.path, ss.seed, on_receipt)
    try:
        return Run(netlist, netlist.state(ss, chain), chain, config)
    except BaseException:
        chain.close()
        raise


@dataclass(frozen=True)
class Run:
    """A run that is ready for its next tick.

    Attributes:
        start: how its state was wired, of a run that writes checkpoints.
    """

    netlist: Netlist
    state: SimStateBase
    chain: Chain | None
    config: Config
    start: Start | None = None
    checkpoints: Checkpoints | None = None

    def keeping(self, folder: RunFolder, every: Seconds) -> "Run":
        """Return the run with its first checkpoint in `folder`, and more to come, `every` so many simulated seconds."""
        assert self.start, "a run that is to write checkpoints knows how it was wired"
        memory = memory_of(self.netlist, self.state, self.chain)
        checkpoints = Checkpoints(folder, every, memory, self.start, self.chain)
        checkpoints.write(self.state.tick)
        return replace(self, checkpoints=checkpoints)

    def simulate(
        self,
        folder: RunFolder,
        watch: Callable[[SimStateBase], None] | None = None,
        on_row: Callable[[LogRow], None] | None = None,
    ) -> None:
        """Simulate to the end, and record it in `folder` (see `run_once`)."""

        def write(row: LogRow) -> None:
            folder.log.write(row)
            if self.netlist.has_projects:
                time = time_columns(self.state.tick, self.state.elapsed)
                folder.project_log.write(time | self.netlist.project_log_data(self.state))
            if on_row:
                on_row(row)

        def after_tick(state: SimStateBase) -> None:
            if self.checkpoints:
                self.checkpoints.watch(state)
            if watch:
                watch(state)

        try:
            SimEngine(self.state, self.netlist.log_data, write, after_tick).run()
        finally:
            facts = chain_facts(self.chain, self.config) if self.chain else None
            folder.facts |= {"last_tick": self.state.tick, "chain": facts}

    def forget(self) -> None:
        """Remove the checkpoint, of a run that is finished."""
        if self.checkpoints:
            self.checkpoints.remove()

    def close(self) -> None:
        """Stop the chain."""
        if self.chain:
            self.chain.close()


def options(config: Config, checkpoint_every: Seconds | None, start: Start | None) -> dict[str, Any]:
    """Say with what a run was begun, besides its strategy, so that it can go on in the same way."""
    network = "a URL" if is_url(config.network) else config.network  # which may hold a key
    return {
        "network": network,
        "hardfork": config.hardfork,
        "signs": config.signs,
        "fork": config.forks,
        "checkpoint_every": checkpoint_every,
        "start": str(start.path) if start and start.path else None,
    }


def chain_facts(chain: Chain, config: Config) -> dict[str, Any]:
    """Say which chain and which contracts a run used."""
    contracts = {
        f"{artifact.protocol}/{artifact.name}": {"source": artifact.source, "sha256": artifact.sha256}
        for artifact in chain.artifacts.used.values()
    }
    # What rules a chain has that we did not start, only its owner knows.
    hardfork = None if is_url(config.network) else config.hardfork
    network = {"network": chain.backend.network, "version": chain.backend.version, "hardfork": hardfork}
    fork = chain.backend.fork
    forked = {"hardfork": fork["hardfork"], "fork": fork} if fork else {}
    return network | forked | {"contracts": contracts}


@contextmanager
def receipt_writer(path: Path) -> Iterator[Callable[[str, Receipt], None]]:
    """Open a file of receipts, and yield what writes one."""
    # Only where it is asked for, because pyarrow takes a while to import.
    from tokenspice.studies.record.receipts import ReceiptFile

    with ReceiptFile(path) as file:
        yield file.write


@contextmanager
def profiled(path: Path | None) -> Iterator[None]:
    """Profile what runs inside, and write the figures to `path`; None profiles nothing."""
    if path is None:
        yield
        return
    with cProfile.Profile() as profiler:
        try:
            yield
        finally:
            profiler.disable()
            profiler.dump_stats(path)
