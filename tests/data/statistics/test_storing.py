"""Stored statistics are those that were saved: edited, impossible and swollen files are refused."""

from __future__ import annotations

import json
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

import symcat
from symcat.data.statistics import Statistics, storing
from symcat.errors import InvalidData

RNG = np.random.default_rng(0)
REAL = {"a": RNG.normal(size=20_000), "b": RNG.normal(size=20_000)}
MIXED = {"a": RNG.normal(size=500), "s": RNG.random(500) < 0.4}
Arrays = dict[str, Any]


def saved(path: Path, data: dict[str, np.ndarray]) -> Path:
    # Whether booleans beside numbers are two values, the schema says.
    schema = symcat.Schema(tuple(data), tuple((False, True) if v.dtype == bool else None for v in data.values()))
    symcat.Statistics(schema=schema).update(data).save(path)
    return path


def edited(path: Path, change: Callable[[dict[str, Any], Arrays], None], *, renewed: bool) -> Path:
    """The same file with a change, its digest renewed or not."""
    with np.load(path) as file:
        arrays = {name: file[name].copy() for name in file.files}
    state = json.loads(str(arrays.pop("state")))
    digest = arrays.pop("digest")
    change(state, arrays)
    if renewed:
        storing.write(path, {k: v for k, v in state.items() if k != "format"}, arrays)
    else:
        np.savez(path, **arrays, state=np.array(json.dumps(state)), digest=digest)
    return path


def refused(path: Path, words: str) -> None:
    with pytest.raises(InvalidData, match=f"does not hold symcat statistics.*{words}"):
        symcat.Statistics.load(path)


def test_what_was_saved_is_loaded(tmp_path: Path) -> None:
    for data in (REAL, MIXED):
        path = saved(tmp_path / "a.npz", data)
        assert symcat.solve(symcat.Statistics.load(path), fallback=None).n_rows == len(data["a"])


def scaled(name: str, column: int, factor: float) -> Callable[[dict[str, Any], Arrays], None]:
    def change(_: dict[str, Any], arrays: Arrays) -> None:
        arrays[name][:, column] *= factor

    return change


def put(key: str, value: Any) -> Callable[[dict[str, Any], Arrays], None]:
    def change(state: dict[str, Any], _: Arrays) -> None:
        state[key] = value

    return change


EDITS = {
    **{f"sum {k}": scaled("sums", k, 1.5) for k in range(7)},
    "sample": scaled("sample", 0, 1.5),
    "columns": put("columns", ["a", "a"]),
    "missing": put("n_missing", 7),
    "unit": put("unit", 8.0),
    "seed": put("seed", 5),
}


@pytest.mark.parametrize("edit", EDITS)
def test_an_edited_file_has_another_digest(tmp_path: Path, edit: str) -> None:
    refused(edited(saved(tmp_path / "a.npz", REAL), EDITS[edit], renewed=False), "digest")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (scaled("sums", 0, 1.001), "count of rows"),
        (scaled("sums", 3, 1e-3), "below the square|products of columns|above what"),
        (scaled("sums", 3, -1.0), "average square"),
        (scaled("sums", 4, 50.0), "average product|products of columns"),
        (put("columns", ["a", "a"]), "one name"),
    ],
    ids=["count", "square", "negative square", "product", "names"],
)
def test_moments_that_no_rows_have(tmp_path: Path, change: Callable[..., None], words: str) -> None:
    refused(edited(saved(tmp_path / "a.npz", REAL), change, renewed=True), words)


def test_sums_of_other_rows_than_those_kept(tmp_path: Path) -> None:
    """Of up to 8192 rows all are kept, and tell the sums."""
    few = {name: values[:300] for name, values in REAL.items()}
    refused(edited(saved(tmp_path / "a.npz", few), scaled("sums", 1, 0.99), renewed=True), "not those of the rows")


def test_states_of_other_rows(tmp_path: Path) -> None:
    def change(_: dict[str, Any], arrays: Arrays) -> None:
        arrays["counts"][:] = arrays["counts"][::-1]

    refused(edited(saved(tmp_path / "a.npz", MIXED), change, renewed=True), "other averages")


def test_a_swollen_archive_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("sums.npy", b"\0" * (200 << 20))
    assert path.stat().st_size < 1 << 20
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        refused(path, "would unpack to 209,715,200 bytes")


def test_save_and_load(tmp_path: Path) -> None:
    x = np.random.default_rng(7).normal(size=(900, 2))
    path = tmp_path / "statistics.npz"
    half = Statistics(["a", "b"], sample_size=100).update(x[:500])
    half.save(path)
    loaded = Statistics.load(path)
    assert loaded.columns == ("a", "b")
    for statistics in (half, loaded):
        statistics.update(x[500:])
    assert_allclose(loaded.moments.second, half.moments.second, rtol=0)
    np.testing.assert_array_equal(loaded.sample, half.sample)
    assert list(tmp_path.iterdir()) == [path]
    Statistics().save(path)
    assert Statistics.load(path).update(x).n_rows == 900


def test_damaged_file(tmp_path: Path) -> None:
    path = tmp_path / "statistics.npz"
    Statistics().update(np.arange(50.0)).save(path)
    good = path.read_bytes()
    for content in (good[: len(good) // 2], b"", b"hello", good[:100] + b"\0" * 200 + good[300:]):
        path.write_bytes(content)
        with pytest.raises(InvalidData, match="measure the data again"):
            Statistics.load(path)
    np.savez(path, x=np.arange(3))
    with pytest.raises(InvalidData, match="does not hold"):
        Statistics.load(path)
    with pytest.raises(InvalidData, match="nowhere"):
        Statistics.load(tmp_path / "nowhere.npz")
