"""What the fallback learns: how its entries are described, kept, found again and shown in SQL."""

from __future__ import annotations

import hashlib
import json
import sys
import warnings
from dataclasses import replace
from pathlib import Path

import duckdb
import numpy as np
import pytest

import symcat
from symcat.catalogue.learned import Entry, Terms, directory, entries, learn, nearest
from symcat.catalogue.learned.reach import distance
from symcat.errors import InvalidData
from tests.catalogue.learned.learning import QUARTIC, Exact, spin


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SYMCAT_HOME", str(tmp_path / "home"))
    return tmp_path / "home" / "learned"


def test_terms_have_one_order_and_one_label() -> None:
    terms, order = Terms.ordered("polynomial.quartic", [[2, 2], [1, 0], [0, 2], [0, 1], [2, 0]])
    assert terms.exponents == ((1, 0), (0, 1), (2, 0), (0, 2), (2, 2))
    assert [int(a) for a in order] == [1, 3, 4, 2, 0]
    assert Terms.ordered("polynomial.quartic", terms.exponents)[0].label == terms.label
    assert terms.label.startswith("polynomial.quartic/")
    mixed, _ = Terms.ordered("polynomial.quartic", [[1, 0], [0, 1]], spins=[1])
    assert mixed.label != Terms.ordered("polynomial.quartic", [[1, 0], [0, 1]])[0].label


def test_invariants_that_mix_the_columns_have_one_unit() -> None:
    """``|x|^2`` and ``|x|^4``, or sums over permutations, are named by their first monomial and scale together."""
    rows = np.random.default_rng(0).normal(size=(50_000, 3)) * 5.0
    square = (rows**2).sum(axis=1)
    radial, order = Terms.ordered("polynomial.quartic", [(4, 0, 0), (2, 0, 0)], symmetry="orthogonal")
    np.testing.assert_array_equal(order, [1, 0])
    scales = radial.scales(np.array([square.mean(), (square**2).mean()]))
    np.testing.assert_allclose(scales, np.full(3, np.sqrt(square.mean() / 3.0)))
    np.testing.assert_allclose(radial.units(scales), [scales[0] ** 2, scales[0] ** 4])
    alone = Terms.ordered("polynomial.quartic", [(4, 0, 0), (2, 0, 0)])[0]
    alike = Terms.ordered("polynomial.quartic", [(4, 0, 0), (2, 0, 0)], symmetry="exchangeable")[0]
    assert len({radial.label, alone.label, alike.label}) == 3
    # A symmetry that mixes nothing is in the terms themselves.
    assert Terms.ordered("polynomial.quartic", [(4, 0, 0), (2, 0, 0)], symmetry="z2")[0].label == alone.label


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("quartic", ((2,),)), "two lower-case words"),
        (("../a.b", ((2,),)), "two lower-case words"),
        (("a.b", ((1, 0), (1,))), "one exponent for each column"),
        (("a.b", ()), "one exponent for each column"),
        (("a.b", ((4,), (2,))), "canonical order"),
        (("a.b", ((2,), (2,))), "canonical order"),
        (("a.b", ((0,),)), "not a monomial"),
        (("a.b", ((2,),), (0,)), "not a monomial"),
        (("a.b", ((1,),), (1,)), "positions of 1 columns"),
        (("polynomial.quartic", ((2,),), (), "translations"), "no symmetry 'translations'"),
    ],
)
def test_bad_terms_are_named(arguments: tuple[object, ...], message: str) -> None:
    with pytest.raises(InvalidData, match=message):
        Terms(*arguments)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"statistics": np.array([2.0, 5.0])}, "canonical units"),
        ({"couplings": np.zeros(3)}, r"couplings .* shape \(2,\)"),
        ({"couplings": np.array([np.nan, 1.0])}, "finite"),
        ({"noise": np.array([-1.0, 0.0])}, "not negative"),
        ({"count": 0.0}, "count"),
        ({"n_samples": 2.0}, "draw more"),
        ({"fisher": np.ones((2, 2))}, "depend on each other"),
        ({"fisher": np.array([[1.0, 0.5], [0.1, 1.0]])}, "positive definite"),
        ({"provenance": {"seed": np.int64(3)}}, "JSON"),
    ],
)
def test_bad_entries_are_named(changes: dict[str, object], message: str) -> None:
    with pytest.raises(InvalidData, match=message):
        replace(Exact(QUARTIC, np.array([-0.5, 0.2])).entry(), **changes)  # type: ignore[arg-type]


def same(first: Entry, second: Entry) -> bool:
    return json.dumps(first.record()) == json.dumps(second.record())


def test_what_is_learned_is_found_again(own_home: Path) -> None:
    assert list(entries()) == []
    assert nearest(QUARTIC.label, np.array([1.0, 2.0])) is None
    models = [Exact(QUARTIC, np.array([a, 0.2])) for a in (-1.0, -0.5, 0.5)]
    for model in models:
        path = learn(model.entry())
        assert path is not None
        assert path.parent == own_home == directory()
    learn(spin(0.3))
    assert len(list(entries())) == 4
    assert len(list(entries(QUARTIC.label))) == 3
    for model in models:
        near_by = Exact(QUARTIC, model.theta + 0.01)
        found = nearest(QUARTIC.label, near_by.statistics * np.array([4.0, 16.0]))
        assert found is not None
        assert same(found, model.entry())
        assert distance(found, near_by.statistics) < 0.2


def test_of_two_of_the_same_problem_the_less_noisy_stays() -> None:
    for noise, kept in ((0.2, 0.2), (0.3, 0.2), (0.1, 0.1)):
        learn(spin(0.3, noise))
        assert [float(entry.noise[0]) for entry in entries()] == [kept]


@pytest.mark.parametrize(
    "damage", ["cut", "flipped", "empty", "foreign", "binary", "schema", "label", "shape", "nested"]
)
def test_a_bad_file_is_skipped_and_named(own_home: Path, damage: str) -> None:
    learn(spin(0.1))
    path = learn(spin(0.2))
    assert path is not None
    line, digest = path.read_text().splitlines()
    record = json.loads(line)
    changed = {
        "schema": json.dumps(record | {"schema": 99}),
        "label": json.dumps(record | {"label": "ising.one/0"}),
        "shape": json.dumps(record | {"fisher": [1.0, 2.0]}),
        "nested": "[" * 100_000,
    }
    contents = {
        "cut": line[: len(line) // 2].encode(),
        "flipped": f"{line.replace('0.2', '0.3')}\n{digest}\n".encode(),
        "empty": b"",
        "foreign": b'{"a": 1}\n{"a": 2}\n',
        "binary": bytes(range(256)) * 10,
    } | {name: f'{text}\n"{hashlib.sha256(text.encode()).hexdigest()}"\n'.encode() for name, text in changed.items()}
    path.write_bytes(contents[damage])
    with pytest.warns(UserWarning, match=path.name) as caught:
        found = list(entries())
    assert [float(entry.couplings[0]) for entry in found] == [-0.1]
    assert len(caught) == 1
    if damage not in ("label", "shape"):  # what SQL does not look at
        assert symcat.sql("SELECT couplings[1] FROM learned").fetchall() == [(-0.1,)]
    with pytest.warns(UserWarning, match="skipped"):
        learn(spin(0.2))  # the good one takes its place
    assert len(list(entries())) == 2


def test_sql_shows_what_is_learned() -> None:
    entry = replace(Exact(QUARTIC, np.array([-0.5, 0.2])).entry(), provenance={"seed": 7})
    with symcat.connect() as connection:
        assert connection.execute("SELECT count(*) FROM learned").fetchone() == (0,)
        path = learn(entry)
        result = connection.execute("SELECT * FROM learned")
        names = [column[0] for column in result.description or ()]
        (row,) = result.fetchall()
        found = dict(zip(names, row, strict=True))
        record = entry.record()
        assert set(found) == {*record, "learned_at", "file"}
        assert json.loads(found.pop("provenance")) == record.pop("provenance") == {"seed": 7}
        assert {name: found[name] for name in record} == record
        assert found["file"] == str(path)
        comment = "SELECT comment FROM duckdb_views() WHERE view_name = 'learned'"
        assert "canonical units" in str(connection.execute(comment).fetchone())
        with pytest.raises(duckdb.Error):
            connection.execute("DELETE FROM learned")
        connection.execute("CREATE TABLE learned AS SELECT 1 AS mine")  # the user's own name comes first
        assert connection.execute("SELECT * FROM learned").fetchall() == [(1,)]


def test_a_home_with_any_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYMCAT_HOME", str(tmp_path / "it's [a] *b* ü"))
    assert symcat.sql("SELECT count(*) FROM learned").fetchall() == [(0,)]
    learn(spin(0.1))
    assert symcat.sql("SELECT couplings[1] FROM learned").fetchall() == [(-0.1,)]


def test_the_directory_is_the_platforms(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("SYMCAT_HOME", "XDG_DATA_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    for platform, variable, default in (
        ("linux", "XDG_DATA_HOME", ".local/share"),
        ("darwin", None, "Library/Application Support"),
        ("win32", "LOCALAPPDATA", "AppData/Local"),
    ):
        monkeypatch.setattr(sys, "platform", platform)
        assert directory() == tmp_path / default / "symcat" / "learned"
        if variable is not None:
            monkeypatch.setenv(variable, str(tmp_path / "data"))
            assert directory() == tmp_path / "data" / "symcat" / "learned"
            monkeypatch.setenv(variable, "relative")
            assert directory() == tmp_path / default / "symcat" / "learned"


def test_an_account_without_a_home(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SYMCAT_HOME", "XDG_DATA_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)

    def none() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", none)
    assert list(entries()) == []
    assert symcat.sql("SELECT count(*) FROM learned").fetchall() == [(0,)]
    with pytest.warns(UserWarning, match="SYMCAT_HOME"):
        assert learn(spin(0.1)) is None
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert learn(spin(0.1)) is None
