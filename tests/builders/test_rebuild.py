"""Writing the catalogue's text: whole files whatever happens, nothing wrong written, equal bytes for equal inputs."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

pytest.importorskip("flint")

from builders import rebuild, registry
from builders.base import Tables
from builders.store.entries import CHECKOUT
from builders.store.provenance import PROVENANCE
from builders.store.text import from_text
from builders.tools.checks import CannotCertify

QUICK = ["gaussian.cyclic", "gaussian.full", "gaussian.isotropic"]
QUARTIC = ["o63.quartic", "o64.quartic"]
# Builds the same entries for ever, each time as if they were stale.
FOR_EVER = """
import sys
from pathlib import Path
from builders.rebuild import rebuild
root, labels = Path(sys.argv[1]), sys.argv[2:]
print("ready", flush=True)
while True:
    rebuild(root, labels, 1, lambda outcome: None)
"""


def bytes_of(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


def quiet(outcome: rebuild.Outcome) -> None:
    assert outcome.failure is None


def all_files_are_whole(root: Path) -> bool:
    for path in root.glob("*/*.ndjson"):
        from_text(path.read_text())  # raises for half a file
    for path in root.glob("*.json"):
        json.loads(path.read_text())
    return True


def test_rebuilding_gives_the_same_bytes(built: Path, tmp_path: Path) -> None:
    rebuild.rebuild(tmp_path, QUICK, 1, quiet)
    assert bytes_of(tmp_path) == bytes_of(built)
    assert rebuild.stale(tmp_path, QUICK) == []


@pytest.mark.slow
def test_processes_give_the_same_bytes(built: Path, tmp_path: Path) -> None:
    rebuild.rebuild(tmp_path, QUICK[:2], 2, quiet)
    rebuild.rebuild(tmp_path, QUICK[2:], 1, quiet)
    assert bytes_of(tmp_path) == bytes_of(built)


@pytest.mark.long
def test_a_cluster_gives_the_same_bytes_though_a_worker_is_killed(built: Path, tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed", reason="Dask's scheduler is not installed")
    here = {"dashboard_address": None, "local_directory": str(tmp_path / "dask"), "threads_per_worker": 1}
    with distributed.LocalCluster(n_workers=2, **here) as cluster:
        with distributed.Client(cluster) as client:
            victim = min(client.run(os.getpid).values())
        rest = threading.Timer(0.5, os.kill, (victim, signal.SIGKILL))
        rest.start()
        rebuild.rebuild(tmp_path / "text", QUICK, 1, quiet, cluster.scheduler_address)
        rest.join()
    assert bytes_of(tmp_path / "text") == bytes_of(built)


@pytest.mark.slow
def test_killed_at_any_moment_no_file_is_half_written(built: Path, tmp_path: Path) -> None:
    dice = random.Random(1)
    for _ in range(3):
        process = subprocess.Popen(
            [sys.executable, "-c", FOR_EVER, str(tmp_path), *QUICK], cwd=CHECKOUT, stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(dice.uniform(0.0, 0.4))
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        assert all_files_are_whole(tmp_path)
    rebuild.rebuild(tmp_path, rebuild.stale(tmp_path, QUICK), 1, quiet)
    assert bytes_of(tmp_path) == bytes_of(built)


def test_an_entry_changed_by_hand_is_noticed_and_rebuilt(built: Path, catalogue: Path) -> None:
    path = catalogue / "gaussian.full" / "coverage.ndjson"
    path.write_text(path.read_text().replace("nothing", "something"))
    assert rebuild.stale(catalogue, QUICK) == ["gaussian.full"]
    rebuild.rebuild(catalogue, ["gaussian.full"], 1, quiet)
    assert bytes_of(catalogue) == bytes_of(built)


@pytest.mark.parametrize("damage", ["", '{"label": "gaussian.full"', "[]\n"])
def test_a_damaged_commit_mark_is_noticed(catalogue: Path, damage: str) -> None:
    (catalogue / "gaussian.full" / PROVENANCE).write_text(damage)
    assert rebuild.stale(catalogue, QUICK) == ["gaussian.full"]


def test_what_cannot_be_certified_is_reported_and_not_written(
    built: Path, catalogue: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = registry.builder_of("gaussian.full")
    names = ("__name__", "VERSION", "SOFTWARE", "labels", "parameters", "verify")

    def uncertain(label: str) -> Tables:
        raise CannotCertify("the residual is too large")

    bad = SimpleNamespace(**{name: getattr(good, name) for name in names}, build=uncertain)
    monkeypatch.setattr(registry, "all_builders", lambda: (bad,))
    failures = rebuild.rebuild(catalogue, ["gaussian.full"], 1, lambda outcome: None)
    assert failures == [("gaussian.full", "the residual is too large")]
    record = catalogue / rebuild.FAILURES
    assert json.loads(record.read_text()) == {"gaussian.full": "the residual is too large"}
    record.unlink()
    assert bytes_of(catalogue) == bytes_of(built)


def start(root: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "builders", "rebuild", *QUARTIC, "--jobs", "2", "--catalogue", str(root)]
    return subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def children(process: int) -> list[int]:
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(process)], capture_output=True, text=True, check=False)
    return [int(pid) for pid in found.stdout.split()]


def alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.long
@pytest.mark.slow
@pytest.mark.skipif(not Path("/bin/ps").exists(), reason="ps is needed to see the worker processes")
def test_a_killed_rebuild_in_several_processes_leaves_neither_half_files_nor_workers(tmp_path: Path) -> None:
    root, clean = tmp_path / "killed", tmp_path / "clean"
    for seconds in (1.5, 4.0):
        process = start(root)
        time.sleep(seconds)
        workers = children(process.pid)
        process.send_signal(signal.SIGKILL)
        process.wait()
        deadline = time.monotonic() + 10.0
        while any(map(alive, workers)) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert not any(map(alive, workers))
        assert all_files_are_whole(root)
    assert start(root).wait() == 0
    assert start(clean).wait() == 0
    for label in QUARTIC:
        for path in sorted((clean / label).iterdir()):
            assert (root / label / path.name).read_bytes() == path.read_bytes(), path
            if path.name != PROVENANCE:  # which names the version of the arithmetic
                assert path.read_bytes() == (CHECKOUT / "catalogue" / label / path.name).read_bytes(), path
