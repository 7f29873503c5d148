"""The catalogue at run time: what it answers, and what it says when its file is not as it should be."""

from __future__ import annotations

import math
import os
import pickle
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path

import duckdb
import numpy as np
import pytest

from symcat import catalogue
from symcat.catalogue.book import TABLES, Catalogue
from symcat.catalogue.file import PACKAGED
from symcat.errors import CatalogueError, NoEntry
from symcat.models import registry
from symcat.models.ising.lattice import reduced

CHECKOUT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def book() -> Catalogue:
    return catalogue.default()


def test_labels_come_family_by_family(book: Catalogue) -> None:
    found = book.labels()
    assert set(found) == set(registry.entries())
    assert found == [entry for family in registry.families() for entry in family.entries]
    start = found.index("z2.quartic")
    assert found[start : start + 65] == ["z2.quartic", *(f"o{n}.quartic" for n in range(2, 65)), "on.quartic"]


def test_every_entry_has_coverage_provenance_and_passed_checks(book: Catalogue) -> None:
    for table in ("coverage", "provenance", "checks"):
        assert {row["label"] for row in book.rows(table)} == set(book.labels()), table
    assert all(row["passed"] for row in book.rows("checks"))
    assert {row["label"] for row in catalogue_view("completeness")} == set(book.labels())


def catalogue_view(name: str) -> list[dict[str, object]]:
    relation = catalogue.sql(f"SELECT * FROM {name}")
    return [dict(zip(relation.columns, row, strict=True)) for row in relation.fetchall()]


@pytest.mark.slow
def test_polynomials_agree_with_the_certified_solutions(book: Catalogue) -> None:
    for label in book.labels():
        if registry.family_of_entry(label).name != "quartic" or label == "on.quartic":
            continue
        n = 1 if label == "z2.quartic" else int(label[1:-8])
        rows = [row for row in book.rows("solutions", label) if row["point"] is None]
        kurtosis = np.array([row["kurtosis"] for row in rows])
        table = book.table(label).quantities
        w = n * (kurtosis - 1)
        u = 6 / n * table["u"](kurtosis) * (2 - w) / w
        np.testing.assert_allclose(u, [row["u"] for row in rows], rtol=1e-11)
        entropy = table["entropy"](kurtosis) + 0.5 * np.log(w / 2)
        np.testing.assert_allclose(entropy, [row["entropy"] for row in rows], rtol=1e-12, atol=1e-12)
        for row in rows:
            for name in ("r", "u", "log_z", "entropy"):
                assert row[f"{name}_lower"] <= row[name] <= row[f"{name}_upper"]


def test_segments_follow_each_other_and_reach_both_limits(book: Catalogue) -> None:
    for n in (1, 2, 64):
        label = "z2.quartic" if n == 1 else f"o{n}.quartic"
        for piece in book.table(label).quantities.values():
            assert piece.breaks[0] == 1.0
            assert piece.breaks[-1] == (n + 2) / n
            assert (np.diff(piece.breaks) > 0).all()
        covered = book.coverage(label)
        assert 1.0 < covered.lo < covered.hi < (n + 2) / n
        assert covered.max_error <= 1e-10
    assert book.coverage("z2.quartic").lo < 1.001
    assert book.coverage("z2.quartic").hi > 2.9999


def test_what_answers_by_a_formula_or_a_series_has_no_polynomials(book: Catalogue) -> None:
    assert book.table("on.quartic").quantities == {}
    assert book.table("gaussian.full").quantities == {}
    # The coverage of the series is in its own variable, the same for every N.
    covered = book.coverage("on.quartic")
    assert (covered.lo, covered.hi) == pytest.approx((1e-6, 1.0 - 1e-6), rel=1e-12)
    assert book.coverage("o1000.quartic") == covered


def test_tables_of_every_size(book: Catalogue) -> None:
    """Each size has its own table and coverage, which the certified solutions agree with."""
    assert book.sizes("gaussian.full") == []
    for label, sizes in (
        (reduced.CURIE_WEISS, range(2, 65)),
        (reduced.RING, [0, *range(3, 65)]),
        (reduced.SQUARE, [0, *range(2, 33)]),
    ):
        assert book.sizes(label) == list(sizes)
        rows = book.rows("solutions", label)
        recorded = {row["size"]: row for row in book.rows("coverage", label)}
        for size in sizes:
            form, covered = reduced.reduced(label, size), book.coverage(label, size)
            row = recorded[size]
            assert (row["pairs"], row["center"], row["width"]) == (form.pairs, form.center, form.width)
            assert row["least"] == float(form.least) < covered.lo < covered.hi < 1.0
            table = book.table(label, size)
            own = [row for row in rows if row["size"] == size]
            assert len(own) > 6
            found = reduced.read(table, label, size, np.array([row["q"] for row in own]))
            for name, values in (("J", found.coupling), ("log_z", found.log_z), ("entropy", found.entropy)):
                np.testing.assert_allclose(values, [row[name] for row in own], rtol=1e-10, atol=1e-10)
            for row in own:
                for name in ("J", "log_z", "entropy"):
                    assert row[f"{name}_lower"] <= row[name] <= row[f"{name}_upper"]


def test_a_size_without_a_table_is_named(book: Catalogue) -> None:
    with pytest.raises(NoEntry, match=r"size=65.*sizes 3 to 64, and 0 for the infinite one") as caught:
        book.table("ising.ring", 65)
    assert caught.value.statistic == "size"
    with pytest.raises(NoEntry, match=r"size=None.*sizes 2 to 64\."):
        book.coverage("ising.curie_weiss")
    with pytest.raises(NoEntry, match="without sizes"):
        book.table("z2.quartic", 3)


def test_closed_forms_of_spins_are_stored(book: Catalogue) -> None:
    rows = book.terms("ising.pairwise")
    names = ("naive_mean_field", "tap", "bethe", "sessak_monasson")
    assert {row.target for row in rows} == {f"{target}.{name}" for name in names for target in ("h", "J")}
    inverse = [row for row in rows if row.target == "J.naive_mean_field"]
    assert [(row.diagram, row.subscripts, row.weight()) for row in inverse] == [("X_ij", "ij->ij", -1)]


def test_series_coefficients_are_exact(book: Catalogue) -> None:
    u = {c.order: c.weight() for c in book.terms("z2.quartic") if c.target == "u"}
    assert [u[k] for k in range(1, 6)] == [1, Fraction(3, 2), Fraction(3, 4), Fraction(11, 8), Fraction(-45, 16)]
    assert max(u) == 12
    symbolic = {c.order: c for c in book.terms("on.quartic") if c.target == "u_edge"}
    assert all(symbolic[k].weight(1) == u[k] for k in u)


def test_labels_beyond_the_permanent_ones(book: Catalogue) -> None:
    assert book.entry("o1.quartic")["label"] == "z2.quartic"
    assert book.entry("o65.quartic")["label"] == "on.quartic"
    assert math.isinf(book.coverage("gaussian.full").hi)
    with pytest.raises(NoEntry, match=r"no class 'gaussian\.ful'.*gaussian\.full"):
        book.entry("gaussian.ful")
    with pytest.raises(NoEntry, match=r"There are: .*gaussian\.full"):
        book.table("zzz")


def test_references_are_bibtex(book: Catalogue) -> None:
    for label in ("gaussian.full", "z2.quartic", "o100.quartic"):
        found = book.references(label)
        assert found
        assert all(text.startswith("@") for text in found)


def test_tables_can_be_read_by_name(book: Catalogue) -> None:
    for table in TABLES:
        assert isinstance(book.rows(table), list)
    assert book.rows("aliases", "z2.quartic")[0]["alias"] == "o1.quartic"
    with pytest.raises(ValueError, match="no table"):
        book.rows("classes; DROP TABLE classes")
    with pytest.raises(ValueError, match="no labels"):
        book.rows("exponents", "z2.quartic")


def test_everything_has_a_comment() -> None:
    with catalogue.connect() as connection:
        where = "database_name = 'symcat' AND NOT internal AND comment IS NULL"
        for source in ("duckdb_tables()", "duckdb_views()", "duckdb_columns()"):
            assert connection.execute(f"SELECT * FROM {source} WHERE {where}").fetchall() == []


def test_sql_resolves_names_and_cannot_write() -> None:
    assert (
        catalogue.sql("SELECT count(*) FROM classes").fetchall()
        == catalogue.sql("SELECT count(*) FROM symcat.classes").fetchall()
    )
    with catalogue.connect() as connection:
        connection.execute("CREATE TABLE mine AS SELECT 1 AS x")
        with pytest.raises(duckdb.Error, match="read-only"):
            connection.execute("DELETE FROM symcat.classes")


def test_a_missing_file_says_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=r"no catalogue at .*python -m builders assemble"):
        Catalogue(tmp_path / "none.duckdb")


@pytest.mark.parametrize("keep", [0, 100, 5000, 0.3, 0.9])
def test_a_truncated_file_is_an_error(tmp_path: Path, keep: float) -> None:
    content = PACKAGED.read_bytes()
    path = tmp_path / "cut.duckdb"
    path.write_bytes(content[: int(keep if keep > 1 else keep * len(content))])
    with pytest.raises(CatalogueError, match="Reinstall"):
        exhaust(Catalogue(path))


def exhaust(book: Catalogue) -> None:
    for table in TABLES:
        book.rows(table)


@pytest.mark.parametrize("content", [b"garbage", b"x" * 100_000])
def test_garbage_is_an_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bad.duckdb"
    path.write_bytes(content)
    with pytest.raises(CatalogueError, match="damaged or not a symcat catalogue"):
        Catalogue(path)


def test_another_database_or_version_is_an_error(tmp_path: Path) -> None:
    other = tmp_path / "it's other.duckdb"
    duckdb.connect(other).close()
    with pytest.raises(CatalogueError, match="not a symcat catalogue"):
        Catalogue(other)
    with duckdb.connect(other) as connection:
        connection.execute("CREATE TABLE meta AS SELECT 'schema_version' AS key, '0' AS value")
    with pytest.raises(CatalogueError, match="schema version 0; this symcat reads 2"):
        Catalogue(other)


def test_it_works_from_a_read_only_directory(tmp_path: Path) -> None:
    folder = tmp_path / "site-packages"
    folder.mkdir()
    path = Path(shutil.copy(PACKAGED, folder / "symcat.duckdb"))
    path.chmod(0o444)
    folder.chmod(0o555)
    try:
        assert Catalogue(path).table("z2.quartic")
        assert [found.name for found in folder.iterdir()] == ["symcat.duckdb"]
    finally:
        folder.chmod(0o755)


READER = """
import sys
from symcat.catalogue import Catalogue, connect
import numpy as np
with connect() as connection:
    print("open", flush=True)
    sys.stdin.readline()
    u = Catalogue().table("o3.quartic").quantities["u"](np.array([1.3]))
    print(u, connection.execute("FROM symcat.classes").fetchall()[0][0])
"""


@pytest.mark.slow
def test_processes_read_at_once() -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", READER], cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(3)
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
    answers = {process.communicate("go\n")[0] for process in processes}
    assert len(answers) == 1
    assert all(process.returncode == 0 for process in processes)


def test_threads_and_forks_share_it(book: Catalogue) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda n: Catalogue().table(f"o{n}.quartic").quantities["u"](np.array([1.01])), [5] * 8))
    assert len({value.item() for value in found}) == 1
    # No connection is kept, so what was read can be handed on.
    again = pickle.loads(pickle.dumps(book.table("o5.quartic")))
    assert again.quantities["u"](np.array([1.01])) == found[0]
    if hasattr(os, "fork"):
        child = os.fork()
        if child == 0:
            os._exit(0 if book.rows("classes") else 1)
        assert os.waitpid(child, 0)[1] == 0
