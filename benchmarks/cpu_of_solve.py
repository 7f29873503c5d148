"""CPU time of whole calls of ``solve`` in two checkouts that take turns: ``python benchmarks/cpu_of_solve.py A B``.

A and B are folders with a ``symcat/`` in which the catalogue is assembled (``python -m builders assemble``). Each has a
process of its own, in which linear algebra has one thread; a round asks one, then the other. The least and the median
over all rounds are printed, and the ratio of the least ones. Further arguments choose cases by name.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROUNDS = 12
SECONDS = 0.25  # of one case in one round, at least
ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def cases() -> dict[str, Callable[[], Any]]:
    """Whole calls on made data, each by its name."""
    import numpy as np
    import pandas as pd

    import symcat

    def of(data: Any, **options: Any) -> Callable[[], Any]:
        return lambda: symcat.solve(data, **options)

    rng = np.random.default_rng(0)
    small = rng.normal(2.0, 3.0, size=1000)
    frame = pd.DataFrame(rng.normal(size=(1000, 5)) @ rng.normal(size=(5, 5)), columns=list("abcde"))
    wide = rng.normal(size=(100_000, 20)) @ rng.normal(size=(20, 20))
    long = rng.normal(size=(1_000_000, 10)) @ rng.normal(size=(10, 10))
    common = rng.random((100_000, 1))
    spins = np.where(rng.random((100_000, 10)) + 0.3 * common > 0.6, 1, -1)
    y = np.linspace(-4.0, 4.0, 200_001)
    weight = np.cumsum(np.exp(1.2 * y**2 / 2.0 - 2.5 * y**4 / 24.0))
    well = np.interp(rng.random(1_000_000), weight / weight[-1], y)
    return {
        "1000 x 1": of(small),
        "frame 1000 x 5": of(frame),
        "gaussian.full 1e5 x 20": of(wide, classes=["gaussian.full"]),
        "1e5 x 20": of(wide),
        "spins 1e5 x 10": of(spins),
        "target 1e5 x 20": of(wide, target="x19"),
        "1e6 x 10": of(long),
        "z2.quartic 1e6": of(well, classes=["z2.quartic"]),
    }


def work(names: list[str]) -> None:
    """Answers, for each line read, with the CPU seconds of repeated calls of the case of that name."""
    run = cases()
    for name in names:
        run[name]()
    print("ready", flush=True)
    for line in sys.stdin:
        call, taken = run[line.strip()], []
        while not taken or sum(taken) < SECONDS:
            start = time.process_time()
            call()
            taken.append(time.process_time() - start)
        print(*taken, flush=True)


def main(before: str, now: str, *names: str) -> None:
    """Prints the table."""
    chosen = list(names or cases())
    workers = []
    for checkout in (before, now):
        environment = os.environ | ONE_THREAD | {"PYTHONPATH": str(Path(checkout).resolve())}
        command = [sys.executable, str(Path(__file__).resolve()), "--work", *chosen]
        workers.append(
            subprocess.Popen(
                command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
            )
        )
    for worker in workers:
        assert worker.stdout is not None
        worker.stdout.readline()
    times: dict[str, list[list[float]]] = {name: [[], []] for name in chosen}
    for _ in range(ROUNDS):
        for name in chosen:
            for worker, taken in zip(workers, times[name], strict=True):
                assert worker.stdin is not None
                assert worker.stdout is not None
                print(name, file=worker.stdin, flush=True)
                taken.extend(map(float, worker.stdout.readline().split()))
    for worker in workers:
        worker.communicate()
    print(f"{'CPU ms, least and median':26}{'before':>18}{'now':>18}{'now / before':>15}")
    for name, (old, new) in times.items():
        shown = [f"{1e3 * min(t):8.2f}{1e3 * statistics.median(t):9.2f}" for t in (old, new)]
        print(f"{name:26}{shown[0]:>18}{shown[1]:>18}{min(new) / min(old):15.2f}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--work"]:
        work(sys.argv[2:])
    else:
        main(*sys.argv[1:])
