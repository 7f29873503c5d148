"""The command line: what it skips, verifies, compares and refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("flint")

from typer.testing import CliRunner

from builders import __main__ as command
from builders.rebuild import Outcome
from builders.store.entries import CHECKOUT, HAND_WRITTEN

QUICK = ["gaussian.cyclic", "gaussian.full", "gaussian.isotropic"]


def test_the_command_line_skips_verifies_and_compares(catalogue: Path) -> None:
    (catalogue / "references.bib").write_text((CHECKOUT / "catalogue" / "references.bib").read_text())
    (catalogue / HAND_WRITTEN).mkdir()
    (catalogue / HAND_WRITTEN / "exponents.ndjson").write_text("")
    run, where = CliRunner(), ["--catalogue", str(catalogue)]
    assert "0 built, 3 up to date" in run.invoke(command.app, ["rebuild", *QUICK, *where]).output
    verified = run.invoke(command.app, ["verify", *QUICK, *where])
    assert verified.exit_code == 0, verified.output
    assert "0 of 3 entries would change" in run.invoke(command.app, ["diff", *QUICK, *where]).output
    path = catalogue / "gaussian.full" / "coverage.ndjson"
    path.write_text(path.read_text().replace("nothing", "something"))
    differs = run.invoke(command.app, ["diff", "gaussian.full", *where])
    assert "coverage: above changed in 1 rows." in differs.output
    failed = run.invoke(command.app, ["verify", "gaussian.full", *where])
    assert failed.exit_code == 1
    assert "failed" in failed.output
    refused = run.invoke(command.app, ["assemble", *where, "--target", str(catalogue / "symcat.duckdb")])
    assert refused.exit_code == 1
    assert "not assembled" in refused.output
    assert run.invoke(command.app, ["rebuild", "gaussian.typo", *where]).exit_code == 2


def test_what_cannot_be_certified_is_said(catalogue: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "stale", lambda root, labels: labels)
    failed = Outcome("gaussian.full", "the residual is too large")
    monkeypatch.setattr(command, "rebuild_entries", lambda *_: [failed])
    result = CliRunner().invoke(command.app, ["rebuild", "gaussian.full", "--catalogue", str(catalogue)])
    assert result.exit_code == 1
    assert "gaussian.full cannot be certified and was not written: the residual is too large" in result.output
