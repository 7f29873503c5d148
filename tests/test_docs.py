"""The documents are run: python and sql blocks work, and console blocks show what the commands really print."""

from __future__ import annotations

import doctest
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

import symcat
from tests.documents import ROOT, blocks, console, documents

PAGES = documents()


@pytest.fixture(autouse=True)
def in_the_repository(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def bodies(page: Path, language: str) -> Iterator[tuple[int, str]]:
    return ((block.line, block.body) for block in blocks(page) if block.language == language)


def each_page_with(language: str) -> pytest.MarkDecorator:
    """Run the test for each page that has a block of this language."""
    return pytest.mark.parametrize("page", [page for page in PAGES if any(bodies(page, language))], ids=name_of)


def test_there_is_a_readme() -> None:
    assert ROOT / "README.md" in PAGES


@each_page_with("python")
def test_python_blocks(page: Path) -> None:
    """The blocks of one page share their names, in order; lines after ``>>>`` must print what follows them."""
    names: dict[str, object] = {}
    for line, body in bodies(page, "python"):
        if ">>> " not in body:
            exec(compile(body, f"{name_of(page)}:{line}", "exec"), names)
            continue
        example = doctest.DocTestParser().get_doctest(body, names, name_of(page), str(page), line)
        runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
        output: list[str] = []
        runner.run(example, out=output.append, clear_globs=False)
        names.update(example.globs)
        assert not runner.failures, "".join(output)


@each_page_with("console")
def test_console_blocks(page: Path) -> None:
    """Run ``make docs`` to write what the commands print now, and read the difference."""
    for line, body in bodies(page, "console"):
        assert console(body) == body, f"{name_of(page)}, line {line}"


@each_page_with("sql")
def test_sql_blocks(page: Path) -> None:
    """With the catalogue attached; the ATTACH that a reader types names a file in the reader's directory."""
    connection = symcat.connect()
    for _, body in bodies(page, "sql"):
        for statement in duckdb.extract_statements(body):
            if not statement.query.strip().upper().startswith("ATTACH"):
                connection.execute(statement.query).fetchall()


def test_the_citation_is_of_this_version() -> None:
    lines = (ROOT / "CITATION.cff").read_text(encoding="utf-8").splitlines()
    assert f"version: {symcat.__version__}" in lines
