"""Rebuild entries in worker processes: skip what is up to date, write only what is certified."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple, TypeVar

from builders.registry import all_labels, builder_of
from builders.store.entries import clear_incoming, replace_files
from builders.store.manifest import write_manifest
from builders.store.provenance import up_to_date, write_entry
from builders.tools.checks import CannotCertify

FAILURES = "failures.json"
RETRIES = 3  # of an entry whose worker was lost
Result = TypeVar("Result")


class Outcome(NamedTuple):
    """What became of one entry; ``failure`` is None if it was written."""

    label: str
    failure: str | None


def build_one(root: Path, label: str) -> Outcome:
    """Build and write one entry; an entry that cannot be certified is left as it was."""
    builder = builder_of(label)
    try:
        tables = builder.build(label)
    except CannotCertify as error:
        return Outcome(label, str(error))
    write_entry(root, builder, label, tables)
    return Outcome(label, None)


def _leave_with_the_parent(parent: int) -> None:
    """A worker whose parent was killed would wait for work for ever."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.2)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def run(
    task: Callable[[Path, str], Result], root: Path, labels: Sequence[str], jobs: int, scheduler: str | None = None
) -> Iterator[Result]:
    """Results of ``task`` for every label, as they come, from ``jobs`` processes; or from the workers of a Dask
    ``scheduler``, which share the folder ``root``: what a lost worker was at is done again by another."""
    if scheduler is not None:
        yield from _on_cluster(task, root, labels, scheduler)
        return
    if jobs == 1:
        yield from (task(root, label) for label in labels)
        return
    context = get_context("spawn")
    with ProcessPoolExecutor(jobs, context, initializer=_leave_with_the_parent, initargs=(os.getpid(),)) as pool:
        for future in as_completed([pool.submit(task, root, label) for label in labels]):
            yield future.result()


def _on_cluster(
    task: Callable[[Path, str], Result], root: Path, labels: Sequence[str], scheduler: str
) -> Iterator[Result]:
    from distributed import Client
    from distributed import as_completed as as_they_come

    with Client(scheduler) as client:  # type: ignore[no-untyped-call]
        waiting = [client.submit(task, root.resolve(), label, pure=False, retries=RETRIES) for label in labels]
        for future in as_they_come(waiting):  # type: ignore[no-untyped-call]
            yield future.result()


def stale(root: Path, labels: Sequence[str]) -> list[str]:
    """The labels whose entry is missing, cut short, changed by hand, or built by other code or parameters."""
    return [label for label in labels if not up_to_date(root, builder_of(label), label)]


def rebuild(
    root: Path, labels: Sequence[str], jobs: int, report: Callable[[Outcome], None], scheduler: str | None = None
) -> list[Outcome]:
    """Build ``labels``, then the manifest. Returns the failures, which ``failures.json`` also lists."""
    clear_incoming(root)
    failures = []
    for outcome in run(build_one, root, labels, jobs, scheduler):
        report(outcome)
        if outcome.failure is not None:
            failures.append(outcome)
    write_manifest(root, all_labels())
    clear_incoming(root)
    record = root / FAILURES
    if failures:
        text = json.dumps({outcome.label: outcome.failure for outcome in sorted(failures)}, indent=1) + "\n"
        replace_files(root, {record: text})
    else:
        record.unlink(missing_ok=True)
    return failures
