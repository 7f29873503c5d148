"""A rebuild of quartic entries in several processes, killed: nothing half-written, no orphan, the same bytes after."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from builders.store.text import from_text

CHECKOUT = Path(__file__).parents[2]
LABELS = ("o63.quartic", "o64.quartic")


def start(root: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "builders", "rebuild", *LABELS, "--jobs", "2", "--catalogue", str(root)]
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


@pytest.mark.skipif(not Path("/bin/ps").exists(), reason="ps is needed to see the worker processes")
def test_a_killed_rebuild_leaves_neither_half_files_nor_workers(tmp_path: Path) -> None:
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
        for path in root.glob("*/*.ndjson"):
            assert from_text(path.read_text()), path
        for path in root.glob("*.json"):
            json.loads(path.read_text())
    assert start(root).wait() == 0
    assert start(clean).wait() == 0
    for label in LABELS:
        for path in sorted((clean / label).iterdir()):
            assert (root / label / path.name).read_bytes() == path.read_bytes(), path
            if path.name != "provenance.ndjson":  # which names the version of the arithmetic
                assert path.read_bytes() == (CHECKOUT / "catalogue" / label / path.name).read_bytes(), path
