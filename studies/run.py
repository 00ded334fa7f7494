"""One run: one netlist, one strategy, one folder. Everything that simulates does it through `run_once`."""

import cProfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

from engine.config import Config
from engine.log import LogRow, time_columns
from engine.netlist import Netlist
from engine.run_folder import RunFolder
from engine.sim_engine import SimEngine
from engine.sim_state import SimStateBase
from engine.sim_strategy import SimStrategyBase, parameters
from web3engine.artifacts import Artifacts
from web3engine.chain import Chain
from web3engine.contract import Receipt
from web3engine.network import check_network, is_url, open_backend

__all__ = ["open_chain", "run_once"]


def open_chain(
    config: Config,
    netlist: Path | None = None,
    seed: int = 0,
    on_receipt: Callable[[str, Receipt], None] | None = None,
) -> Chain:
    """Open a chain on `config.network` that knows the project's contracts, and those beside a netlist.

    Raises:
        ConfigError: there is no such network.
        ChainError: it cannot be started or reached.
    """
    folder = netlist.parent if netlist else None
    artifacts = Artifacts(config.project, config.build_folder, config.artifacts_folder, folder)
    return Chain(open_backend(config, seed), artifacts, seed, on_receipt)


def run_once(
    netlist: Netlist,
    ss: SimStrategyBase,
    out_dir: Path,
    config: Config,
    watch: Callable[[SimStateBase], None] | None = None,
    on_row: Callable[[LogRow], None] | None = None,
    profile: bool = False,
    receipts: bool = False,
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

    Raises:
        TokenSpiceError: the run could not begin, and then there is no folder; or it failed, and then the
            folder keeps what was logged, and run.json says why.
        KeyboardInterrupt: it was interrupted; the folder keeps what was logged.
    """
    if netlist.starts_chain(ss):
        check_network(config.network)
    facts = {"netlist": str(netlist.path), "sources": netlist.sources, "seed": ss.seed, "strategy": parameters(ss)}
    with RunFolder(out_dir, facts) as folder, ExitStack() as resources:
        chain = None
        if netlist.starts_chain(ss):
            on_receipt = resources.enter_context(receipt_writer(out_dir / "receipts.parquet")) if receipts else None
            chain = resources.enter_context(closing(open_chain(config, netlist.path, ss.seed, on_receipt)))
        state = netlist.state(ss, chain)

        def write(row: LogRow) -> None:
            folder.log.write(row)
            if netlist.has_projects:
                time = time_columns(state.tick, state.elapsed)
                folder.project_log.write(time | netlist.project_log_data(state))
            if on_row:
                on_row(row)

        try:
            with profiled(out_dir / "stats" if profile else None):
                SimEngine(state, netlist.log_data, write, watch).run()
        finally:
            folder.facts |= {"last_tick": state.tick, "chain": chain_facts(chain, config) if chain else None}
    return folder


def chain_facts(chain: Chain, config: Config) -> dict[str, Any]:
    """Say which chain and which contracts a run used."""
    contracts = {
        f"{artifact.protocol}/{artifact.name}": {"source": artifact.source, "sha256": artifact.sha256}
        for artifact in chain.artifacts.used.values()
    }
    # What rules a chain has that we did not start, only its owner knows.
    hardfork = None if is_url(config.network) else config.hardfork
    network = {"network": chain.backend.network, "version": chain.backend.version, "hardfork": hardfork}
    return network | {"contracts": contracts}


@contextmanager
def receipt_writer(path: Path) -> Iterator[Callable[[str, Receipt], None]]:
    """Open a file of receipts, and yield what writes one."""
    # Only where it is asked for, because pyarrow takes a while to import.
    from web3engine.receipts import ReceiptFile

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
