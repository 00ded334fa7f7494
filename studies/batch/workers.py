"""Processes that run many runs: on this machine, or on a Dask or Ray cluster. A dead one costs its run, no more."""

import math
import os
import signal
import socket
import sys
import threading
import time
from abc import ABC, abstractmethod
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Future, wait
from contextlib import contextmanager
from importlib import import_module
from types import TracebackType
from typing import Any, final

from joblib import cpu_count
from joblib.externals.loky import ProcessPoolExecutor

from tokenspice.engine.errors import ConfigError, RunError
from tokenspice.studies.batch.worker_task import Outcome, Task, attempt
from tokenspice.web3engine.config import Config, find_project, read_config

__all__ = ["Workers"]

EXECUTORS = ("local", "dask", "ray")
ATTEMPTS = 3  # at a run whose worker dies before it even claims it
SHORT_S = 0.2  # runs of less wait for a worker in a queue of its own, so that it does not wait for them
PATIENCE_S = 5.0  # for a cluster to answer
LOOPBACK = "127.0.0.1"
SILENT_RAY: dict[str, Any] = {"log_to_driver": False, "logging_level": "CRITICAL"}
ONE_THREAD = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")}


class Pool(ABC):
    """IMPLEMENT these three: what gives a task to some worker.

    Attributes:
        size: how many tasks can be at work at once.
    """

    size: int

    @abstractmethod
    def submit(self, task: Task) -> "Future[Outcome]":
        """Let a worker do it. The death of the worker is an exception of this future, and of no other's."""

    @abstractmethod
    def close(self) -> None:
        """End the workers at once, whatever they do."""


@final
class Workers:
    """Worker processes. In a `with` block they stay for several batches, and need not start again for each.

    Args:
        n: how many; on this machine as many as it has cores unless given, on a cluster all of its own.
        executor: "local"; or "dask" or "ray", which start a small cluster on this machine; or "dask=address" or
            "ray=address", which use one. The machines of a cluster see the project and the results' folder under
            the same paths.
        timeout: seconds that one tick of a netlist, or a whole call of a function, may take before the run fails;
            60 for netlists unless given, and none for functions. 0 is none.
        config: the project's settings; read from tokenspice.ini unless given.

    Raises:
        ConfigError: there is no such executor, or a number is out of range.
    """

    def __init__(
        self,
        n: int | None = None,
        executor: str = "local",
        timeout: float | None = None,
        config: Config | None = None,
    ) -> None:
        self._kind, _, self._address = executor.partition("=")
        if self._kind not in EXECUTORS or (self._kind == "local" and self._address):
            raise ConfigError(
                f'there is no executor "{executor}". Choose local, dask, ray, dask=ADDRESS or ray=ADDRESS.'
            )
        if n is not None and n < 1:
            raise ConfigError(f"{n} workers cannot do anything. Write 1 or more.")
        if timeout is not None and not 0 <= timeout < math.inf:
            raise ConfigError(f"timeout = {timeout:g}: write the seconds that a tick may take, or 0 for any number.")
        self.n = n
        self.timeout = timeout
        self.config = config or read_config(find_project())
        self._pool: Pool | None = None

    def __enter__(self) -> "Workers":
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def is_running(self) -> bool:
        return self._pool is not None

    def start(self) -> None:
        """Start the processes, or connect to the cluster."""
        if self._kind == "dask":
            self._pool = DaskPool(self._address, self.n)
        elif self._kind == "ray":
            self._pool = RayPool(self._address, self.n)
        else:
            self._pool = LocalPool(self.n or cpu_count())

    def close(self) -> None:
        """End the processes; a second call does nothing."""
        if self._pool:
            self._pool.close()
            self._pool = None

    def do(self, tasks: Sequence[Task]) -> Iterator[Outcome]:
        """Do all tasks, and yield how each ended, as they end. If that is interrupted, the processes end."""
        if not tasks:
            return
        assert self._pool, "the workers were started"
        pool, waiting = self._pool, deque(tasks)
        flying: dict[Future[Outcome], Task] = {}
        attempts: Counter[int] = Counter()
        depth = 1
        try:
            while waiting or flying:
                while waiting and len(flying) < depth * pool.size:
                    task = waiting.popleft()
                    attempts[task.run.number] += 1
                    flying[pool.submit(task)] = task
                done, _ = wait(flying, return_when=FIRST_COMPLETED)
                for future in done:
                    task = flying.pop(future)
                    error = error_of(future)
                    if error is None:
                        outcome = future.result()
                        depth = 2 if outcome.seconds < SHORT_S else 1
                        yield outcome
                    elif attempts[task.run.number] < ATTEMPTS:
                        # Its folder now says whether it was at work when the worker died, or only next in line.
                        waiting.appendleft(task)
                    else:
                        yield Outcome(task.run.number, f"its workers died: {' '.join(str(error).split())}")
        finally:
            if flying:  # nobody waits for them any more
                self.close()


def error_of(future: "Future[Outcome]") -> BaseException | None:
    """Return what became of a future's worker, if it died; a cluster may also cancel what it held."""
    try:
        return future.exception()
    except CancelledError as error:
        return error


@final
class LocalPool(Pool):
    """joblib's processes (loky) on this machine, each in a pool of its own, because a pool breaks as a whole."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._slots = [LocalSlot() for _ in range(size)]

    def submit(self, task: Task) -> "Future[Outcome]":
        return min(self._slots, key=lambda slot: slot.n_flying).submit(task)

    def close(self) -> None:
        for slot in self._slots:
            slot.kill()


@final
class LocalSlot:
    """The place of one worker process, which has a successor if it dies."""

    def __init__(self) -> None:
        self._flying: list[Future[Outcome]] = []
        self._executor = one_process()

    @property
    def n_flying(self) -> int:
        self._flying = [future for future in self._flying if not future.done()]
        return len(self._flying)

    def submit(self, task: Task) -> "Future[Outcome]":
        try:
            future: Future[Outcome] = self._executor.submit(attempt, task)
        except BrokenExecutor:
            self.kill()
            self._executor = one_process()
            future = self._executor.submit(attempt, task)
        self._flying.append(future)
        return future

    def kill(self) -> None:
        self._executor.shutdown(wait=True, kill_workers=True)


def one_process() -> Any:
    """Start a worker process, which gets ready while the others start."""
    executor = ProcessPoolExecutor(1, initializer=begin_worker, initargs=(os.getpid(),), env=ONE_THREAD)
    executor.submit(int)
    return executor


def begin_worker(parent: int) -> None:
    """Leave Ctrl-C to the parent, and do not outlive it, even where it had no time to say goodbye."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def guard() -> None:
        while os.getppid() == parent:
            time.sleep(0.2)
        os._exit(1)

    threading.Thread(target=guard, daemon=True).start()


@final
class DaskPool(Pool):
    """A Dask cluster: the one at `address`, or one of `n` processes on this machine that ends with the batch."""

    def __init__(self, address: str, n: int | None) -> None:
        try:
            distributed: Any = import_module("distributed")
        except ImportError:
            raise ConfigError("Dask is not installed. Write pip install 'tokenspice[dask]'.") from None
        self._cluster = None
        if address:
            check_address(address, "Dask scheduler", "tcp://host:8786")
        else:
            self._cluster = distributed.LocalCluster(
                n_workers=n or cpu_count(),
                threads_per_worker=1,
                host=LOOPBACK,
                dashboard_address=None,
                silence_logs="CRITICAL",
            )
        try:
            self._client = distributed.Client(self._cluster or address, timeout="10s", set_as_default=False)
        except OSError as error:
            raise RunError(f"no Dask scheduler answers at {address}: {error}.") from None
        self._executor = self._client.get_executor(pure=False)
        self.size = n or sum(self._client.ncores().values()) or 1

    def submit(self, task: Task) -> "Future[Outcome]":
        future: Future[Outcome] = self._executor.submit(attempt, task)
        return future

    def close(self) -> None:
        self._client.close()
        if self._cluster:
            self._cluster.close()


@final
class RayPool(Pool):
    """A Ray cluster: the one at `address`, or one of `n` processes on this machine that ends with the batch."""

    def __init__(self, address: str, n: int | None) -> None:
        # Of a cluster of our own, the processes know this one's modules, and listen on loopback alone, which Ray
        # offers under the name of the systems that it does so on by default, and decides while it is imported.
        if address and address != "auto":
            check_address(address, "Ray cluster", "host:6379")
        ours = {} if address else {"RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0", "PYTHONPATH": os.pathsep.join(sys.path)}
        with environment(ours):
            try:
                ray: Any = import_module("ray")
            except ImportError:
                raise ConfigError("Ray is not installed. Write pip install 'tokenspice[ray]'.") from None
            self._ray = ray
            self._is_ours = not ray.is_initialized()
            if self._is_ours:
                place = {"address": address} if address else {"address": "local", "num_cpus": n or cpu_count()}
                try:
                    ray.init(**place, include_dashboard=None if address else False, **SILENT_RAY)
                except ConnectionError as error:
                    raise RunError(f"no Ray cluster answers at {address}: {error}.") from None
        self._attempt = ray.remote(max_retries=0)(attempt)
        self.size = n or int(ray.cluster_resources().get("CPU", 1))

    def submit(self, task: Task) -> "Future[Outcome]":
        future: Future[Outcome] = self._attempt.remote(task).future()
        return future

    def close(self) -> None:
        if self._is_ours:
            self._ray.shutdown()


def check_address(address: str, what: str, example: str) -> None:
    """Find out at once whether anything listens at an address, which clients take minutes for."""
    place, _, port = address.rpartition("://")[2].rpartition(":")
    if not (place and port.isdecimal()):
        raise ConfigError(f'"{address}" is no address of a {what}. Write {example}.')
    try:
        socket.create_connection((place, int(port)), timeout=PATIENCE_S).close()
    except (OSError, OverflowError) as error:
        raise RunError(f"no {what} answers at {address}: {error}.") from None


@contextmanager
def environment(values: dict[str, str]) -> Iterator[None]:
    """Set environment variables for what is started inside the `with` block."""
    before = dict(os.environ)
    os.environ.update(values)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
