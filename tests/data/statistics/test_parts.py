"""Parts: the same whole, to the last bit, in any order and however grouped; measured here or on a cluster."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from pathlib import Path

import numpy as np
import pytest

import symcat
from symcat.errors import InvalidData

ROWS = np.random.default_rng(0).normal(size=(4000, 3)) + 1e3


def test_every_order_and_grouping_gives_the_same_bits() -> None:
    parts = [symcat.Statistics().update(rows) for rows in np.array_split(ROWS, 40)]
    found = set()
    for seed in range(20):
        shuffled = random.Random(seed)
        order = shuffled.sample(parts, len(parts))
        grouped = symcat.Parts()
        while order:
            size = shuffled.randint(1, 9)
            grouped.add(symcat.Parts(*order[:size]))
            order = order[size:]
        whole = grouped.whole()
        averages = (whole.moments.mean, whole.moments.second, whole.sample, whole.blocks.mean)
        found.add((grouped.digest, *(values.tobytes() for values in averages)))
    assert len(found) == 1


def test_the_whole_has_all_rows() -> None:
    whole = symcat.Parts.collect([ROWS[:1500], ROWS[1500:]]).whole()
    at_once = symcat.Statistics().update(ROWS)
    assert whole.n_rows == 4000
    fits = [symcat.solve(one, classes=["gaussian.full"]) for one in (whole, at_once)]
    np.testing.assert_allclose(fits[0].parameters["precision"], fits[1].parameters["precision"], rtol=1e-10)


def test_parts_are_those_that_were_saved(tmp_path: Path) -> None:
    frames = [{"a": ROWS[:50, 0], "s": np.array(["x", "y"] * 25)}, {"a": ROWS[:60, 1], "s": np.array(["y", "x"] * 30)}]
    parts = symcat.Parts.collect(frames, kinds={"s": "categorical"})
    parts.save(tmp_path / "a.npz")
    again = symcat.Parts.load(tmp_path / "a.npz")
    assert len(again) == 2
    assert again.digest == parts.digest
    assert again.whole().moments.mean.tobytes() == parts.whole().moments.mean.tobytes()


def test_a_file_of_statistics_is_a_part(tmp_path: Path) -> None:
    one = symcat.Statistics().update(ROWS)
    one.save(tmp_path / "one.npz")
    assert symcat.Parts.load(tmp_path / "one.npz").digest == symcat.Parts(one).digest


def test_parts_are_as_they_were_when_they_were_added() -> None:
    growing = symcat.Statistics().update(ROWS[:100])
    parts = symcat.Parts(growing)
    growing.update(ROWS[100:])
    assert parts.whole().n_rows == 100


def test_a_part_that_comes_twice_counts_twice_with_a_word() -> None:
    one = symcat.Statistics().update(ROWS)
    with pytest.warns(UserWarning, match="the same to the last bit"):
        assert symcat.Parts(one, one).whole().n_rows == 8000


def test_statistics_are_not_read_from_a_file_of_parts(tmp_path: Path) -> None:
    symcat.Parts.collect([ROWS]).save(tmp_path / "a.npz")
    with pytest.raises(InvalidData, match=r"it holds parts, of which symcat.Parts.load"):
        symcat.Statistics.load(tmp_path / "a.npz")


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    symcat.Parts.collect([ROWS[:100], ROWS[100:]]).save(tmp_path / "a.npz")
    content = bytearray((tmp_path / "a.npz").read_bytes())
    content[len(content) // 2] ^= 1
    (tmp_path / "b.npz").write_bytes(content)
    with pytest.raises(InvalidData, match=r"b\.npz does not hold symcat statistics"):
        symcat.Parts.load(tmp_path / "a.npz", tmp_path / "b.npz")


@pytest.mark.parametrize("data", [ROWS, "rows.csv", {"a": [1.0]}, 3, [1.0, 2.0]])
def test_what_is_not_in_pieces_is_refused(data: object) -> None:
    with pytest.raises(InvalidData, match="pass a list"):
        symcat.Parts.collect(data)


def test_no_parts_have_no_whole() -> None:
    with pytest.raises(InvalidData, match="There are no parts yet"):
        symcat.Parts().whole()


@pytest.mark.long
def test_a_killed_worker_changes_nothing(tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed", reason="Dask's scheduler is not installed")
    import dask.dataframe
    import pandas

    frame = dask.dataframe.from_pandas(pandas.DataFrame(ROWS, columns=list("abc")), npartitions=40)
    here = symcat.Parts.collect(frame)
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None, local_directory=str(tmp_path)
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        assert symcat.Parts.collect(frame, client=client).digest == here.digest
        slow = frame.map_partitions(_late, meta=frame._meta)
        victim = min(client.run(os.getpid).values())
        threading.Timer(1.0, os.kill, (victim, signal.SIGKILL)).start()  # half-way: 40 parts of 0.1 s, two workers
        found = symcat.Parts.collect(slow, client=client)
        assert victim not in client.run(os.getpid).values()
    assert found.digest == here.digest


def _late(frame: object) -> object:
    time.sleep(0.1)
    return frame
