"""Faults while learning: processes killed, interrupted or at it together, a read-only home, a full disk."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

import symcat
from symcat.catalogue.learned import directory, entries, learn
from tests.catalogue.learned.learning import spin

CHECKOUT = Path(__file__).parents[3]
POSIX = pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")

PRELUDE = """
import os, sys, time
from symcat.catalogue.learned import learn
from tests.catalogue.learned.learning import spin
"""

# Learns one entry after the other, and says when each is kept.
MANY = """
print("ready", flush=True)
for i in range(10_000):
    assert learn(spin(0.001 * (i + 1), padding=300_000)) is not None
    print(i, flush=True)
"""

# Stops for good in the middle of writing, with half of the content on the disk.
HALF = """
def half(descriptor):
    os.ftruncate(descriptor, os.fstat(descriptor).st_size // 2)
    print("writing", flush=True)
    time.sleep(600)
os.fsync = half
learn(spin(0.5))
"""

# The same entries as another process, each time with less noise, so that the file is replaced every time.
SAME = """
print("ready", flush=True)
sys.stdin.readline()
for i in range(150):
    assert learn(spin(0.3, noise=1 / (i + 1), padding=20_000)) is not None
"""

# Entries of its own.
OWN = """
print("ready", flush=True)
sys.stdin.readline()
for i in range(40):
    assert learn(spin(0.01 * (i + 1) + float(sys.argv[1]), padding=20_000)) is not None
"""


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SYMCAT_HOME", str(tmp_path / "home"))
    return tmp_path / "home" / "learned"


@contextmanager
def learner(script: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A process that learns; it has ended when the block is left."""
    process = subprocess.Popen(
        [sys.executable, "-c", PRELUDE + script, *arguments],
        cwd=CHECKOUT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def go(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("go\n")
    process.stdin.flush()


def learned() -> list[float]:
    """The fields of the spins that are kept. Any file that is skipped would warn, and warnings are errors."""
    return sorted(round(-float(entry.couplings[0]), 6) for entry in entries())


@pytest.mark.slow
@POSIX
def test_killed_at_any_moment_it_loses_at_most_its_own_entry(own_home: Path) -> None:
    learn(spin(3.0))
    left_unfinished = 0
    for attempt in range(4):
        with learner(MANY) as process:
            assert line(process) == "ready"
            time.sleep(0.011 * (attempt + 1) ** 1.5)
            process.send_signal(signal.SIGKILL)
            said, _ = process.communicate()
        kept = learned()
        done = [int(word) for word in said.split()]
        assert 3.0 in kept
        assert {round(0.001 * (i + 1), 6) for i in done} <= set(kept)
        assert len(kept) <= len(done) + 2  # the first one, and one kept but not yet told
        assert symcat.sql("SELECT count(*) FROM learned").fetchall() == [(len(kept),)]
        left_unfinished += len(list(own_home.glob("*.partial")))
        for path in own_home.iterdir():
            if path.suffix == ".partial" or path.stat().st_size > 100_000:
                path.unlink()
    assert learned() == [3.0]


@POSIX
def test_killed_in_the_middle_of_writing(own_home: Path) -> None:
    learn(spin(3.0))
    with learner(HALF) as process:
        assert line(process) == "writing"
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
    (partial,) = own_home.glob("*.partial")
    assert learned() == [3.0]
    learn(spin(0.5))  # what is lost can be learned again
    assert learned() == [0.5, 3.0]
    assert partial.exists()  # another process might be at it
    yesterday = time.time() - 2 * 86400
    os.utime(partial, (yesterday, yesterday))
    learn(spin(0.6))
    assert not partial.exists()
    assert learned() == [0.5, 0.6, 3.0]


@POSIX
def test_ctrl_c_in_the_middle_of_writing(own_home: Path) -> None:
    learn(spin(3.0))
    with learner(HALF) as process:
        assert line(process) == "writing"
        process.send_signal(signal.SIGINT)
        _, error = process.communicate()
        assert "KeyboardInterrupt" in error
    assert learned() == [3.0]
    assert len(list(own_home.iterdir())) == 1  # nothing unfinished is left behind


@pytest.mark.slow
def test_processes_learning_the_same_entry(own_home: Path) -> None:
    """Reading all the time meets a whole entry every time."""
    learn(spin(0.3, noise=2.0))
    with learner(SAME) as first, learner(SAME) as second:
        for process in (first, second):
            assert line(process) == "ready"
        for process in (first, second):
            go(process)
        noises = []
        while first.poll() is None or second.poll() is None:
            (entry,) = entries()
            noises.append(float(entry.noise[0]))
        assert first.returncode == second.returncode == 0
    assert len(set(noises)) > 5
    (entry,) = entries()
    assert float(entry.noise[0]) == 1 / 150
    assert len(list(own_home.iterdir())) == 1


@pytest.mark.slow
def test_processes_learning_at_once() -> None:
    with learner(OWN, "0") as first, learner(OWN, "1") as second, learner(OWN, "2") as third:
        processes = (first, second, third)
        for process in processes:
            assert line(process) == "ready"
        for process in processes:
            go(process)
        while any(process.poll() is None for process in processes):
            symcat.sql("SELECT count(*) FROM learned").fetchall()
        assert [process.returncode for process in processes] == [0, 0, 0]
    assert learned() == [round(0.01 * (i + 1) + start, 6) for start in range(3) for i in range(40)]


def refused_once() -> str:
    """Learns three times, which must cost one warning; its text."""
    with pytest.warns(UserWarning, match="cannot be kept") as caught:
        assert [learn(spin(field)) for field in (0.1, 0.2, 0.3)] == [None, None, None]
    assert len(caught) == 1
    return str(caught[0].message)


def test_a_home_that_cannot_be_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("not a directory")
    monkeypatch.setenv("SYMCAT_HOME", str(tmp_path / "file"))
    assert "SYMCAT_HOME" in refused_once()
    assert learned() == []
    assert symcat.sql("SELECT count(*) FROM learned").fetchall() == [(0,)]


@contextmanager
def mounted(place: Path, options: str) -> Iterator[None]:
    """A small file system in memory; the test is skipped where it cannot be mounted."""
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(place)]
    if shutil.which("mount") is None or subprocess.run(command, capture_output=True, check=False).returncode != 0:
        pytest.skip("a tmpfs cannot be mounted here")
    try:
        yield
    finally:
        subprocess.run(["umount", str(place)], check=True)


@POSIX
def test_a_read_only_home_costs_one_warning(own_home: Path) -> None:
    learn(spin(3.0))
    own_home.chmod(0o555)
    try:
        if os.access(own_home, os.W_OK):
            pytest.skip("this account may write anywhere; the read-only file system is tested below")
        refused_once()
        assert learned() == [3.0]
    finally:
        own_home.chmod(0o755)


@POSIX
def test_a_read_only_file_system_costs_one_warning(own_home: Path) -> None:
    own_home.mkdir(parents=True)
    with mounted(own_home, "size=256k"):
        learn(spin(3.0))
        subprocess.run(["mount", "-o", "remount,ro", str(own_home)], check=True)
        assert "ead-only" in refused_once()
        assert learned() == [3.0]
        assert symcat.sql("SELECT couplings[1] FROM learned").fetchall() == [(-3.0,)]


@POSIX
def test_a_full_disk_loses_nothing_that_was_there(own_home: Path) -> None:
    own_home.mkdir(parents=True)
    with mounted(own_home, "size=64k"):
        learn(spin(3.0, noise=0.5))
        before = sorted((path.name, path.read_bytes()) for path in own_home.iterdir())
        filling = own_home / "filling"
        with filling.open("wb", buffering=0) as file, suppress(OSError):
            while True:
                file.write(b"x" * 1024)
        assert "space" in refused_once()
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # it has been told
            assert learn(spin(3.0, noise=0.1)) is None  # nor is the older of the same problem lost
        filling_size = filling.stat().st_size
        assert filling_size > 50_000
        filling.unlink()
        assert sorted((path.name, path.read_bytes()) for path in own_home.iterdir()) == before
        assert learned() == [3.0]
        assert learn(spin(0.1)) is not None  # once there is room
        assert learned() == [0.1, 3.0]
        # An entry that does not fit takes none of the room.
        assert learn(spin(0.2, padding=100_000)) is None
        assert learned() == [0.1, 3.0]
        assert len(list(directory().iterdir())) == 2
