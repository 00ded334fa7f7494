"""Plays random instructions on a random exchange, and looks whether what must hold does.

    python -m tests.markets.exchange.fuzz.driver [INSTRUCTIONS] [SEED] [EVERY] [FOLDER]

Each exchange gets 20,000 instructions, of a seed of its own, and is looked at after every EVERY of them. A fault stops the
run; the script that leads to it is made as short as can be, and written to FOLDER as a journal.
"""

import random
import sys
import time
from pathlib import Path
from typing import Any

from tests.markets.exchange.fuzz.call import Call
from tests.markets.exchange.fuzz.instructions import Fuzzer
from tests.markets.exchange.fuzz.markets import opened
from tokenspice.markets.errors import ExchangeError
from tokenspice.markets.exchange import Exchange
from tokenspice.markets.exchange.invariants import Watch
from tokenspice.markets.exchange.journal import Journal

LENGTH = 20_000
ANSWERED = ("deposit", "withdraw", "give")


def done(call: Call, exchange: Exchange) -> Any:
    """Do an instruction. That a party has too little to take off, or that there is no such market, is an answer."""
    try:
        return call.on(exchange)
    except ExchangeError as error:
        if call.name in ANSWERED or str(error).startswith("there is no market"):
            return error
        raise


def faults_of(calls: list[Call], every: int = 1) -> list[str]:
    """Play a script from the beginning; return what is found first, or that an exception came."""
    exchange = Exchange()
    watch = Watch(exchange)
    for index, call in enumerate(calls):
        try:
            done(call, exchange)
            if index % every == every - 1 or index == len(calls) - 1:
                if found := watch.look():
                    return found
        except Exception as error:
            return [f"{type(error).__name__}: {error}"]
    return []


def run(seed: int, length: int, every: int, script: list[Call]) -> list[str]:
    """Draw and play instructions, which are added to `script`; return the first faults."""
    exchange, rng = Exchange(), random.Random(seed)
    watch = Watch(exchange)
    parties = opened(exchange, rng, script)
    fuzzer = Fuzzer(rng, parties, bias=rng.choice((0.8, 0.95, 1.0)), step=rng.choice((3.0, 10.0, 40.0)))
    try:
        for index in range(length):
            call = fuzzer.next(exchange)
            script.append(call)
            done(call, exchange)
            if index % every == every - 1 and (found := watch.look()):
                return found
        return watch.look()
    except Exception as error:
        return [f"{type(error).__name__}: {error}"]


def played(seed: int, length: int) -> Exchange:
    """An exchange after random instructions."""
    exchange, rng = Exchange(), random.Random(seed)
    fuzzer = Fuzzer(rng, opened(exchange, rng, []), bias=0.95)
    for _ in range(length):
        done(fuzzer.next(exchange), exchange)
    return exchange


def shrunk(calls: list[Call], tries: int = 600) -> list[Call]:
    """Leave out what is not needed for a fault: halves, then quarters, and so on down to single instructions."""
    size = len(calls) // 2
    while size and tries:
        index, is_shorter = 0, False
        while index < len(calls) and tries:
            tries -= 1
            fewer = calls[:index] + calls[index + size :]
            if faults_of(fewer, 10**9):
                calls, is_shorter = fewer, True
            else:
                index += size
        size = size if is_shorter and size == 1 else size // 2
    return calls


def first_fault(calls: list[Call]) -> list[Call]:
    """Cut a script behind the instruction after which the fault shows."""
    exchange = Exchange()
    watch = Watch(exchange)
    for index, call in enumerate(calls):
        try:
            done(call, exchange)
            if watch.look():
                return calls[: index + 1]
        except Exception:
            return calls[: index + 1]
    return calls


def write(calls: list[Call], path: Path) -> None:
    """Write a script as a journal."""
    exchange = Exchange()
    journal = Journal(exchange)
    for call in calls:
        try:
            done(call, exchange)
        except Exception:
            break
    journal.write(path)


def main(total: int, seed: int, every: int, folder: Path) -> int:
    played, begin = 0, time.process_time()
    while played < total:
        script: list[Call] = []
        found = run(seed, min(LENGTH, total - played), every, script)
        played += len(script)
        if found:
            print(f"seed {seed}, after {len(script)} instructions: {found[:3]}", flush=True)
            short = shrunk(first_fault(script))
            print(f"{len(short)} instructions are enough: {faults_of(short)[:3]}", *short, sep="\n", flush=True)
            write(short, folder / f"fuzz-{seed}.jsonl")
            return 1
        seed += 1
        if seed % 10 == 0:
            print(f"{played:,} instructions, {time.process_time() - begin:.0f} s of a processor, no fault", flush=True)
    print(f"{played:,} instructions, no fault")
    return 0


if __name__ == "__main__":
    given = sys.argv[1:]
    numbers = [int(text) for text in given[:3]] + [100_000, 1, 20][len(given[:3]) :]
    sys.exit(main(numbers[0], numbers[1], numbers[2], Path(given[3] if len(given) > 3 else ".")))
