"""Writing the catalogue's text: whole files whatever happens, nothing wrong written, equal bytes for equal inputs."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

pytest.importorskip("flint")

from typer.testing import CliRunner

from builders import rebuild, registry, store
from builders.__main__ import app
from builders.quartic.ball import CannotCertify
from builders.diff import compare
from builders.store.text import Row, Tables, from_text

CHECKOUT = Path(__file__).parents[2]
LABELS = ["gaussian.cyclic", "gaussian.full", "gaussian.isotropic"]
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


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("catalogue")
    rebuild.rebuild(root, LABELS, 1, quiet)
    return root


def test_rebuilding_gives_the_same_bytes(built: Path, tmp_path: Path) -> None:
    rebuild.rebuild(tmp_path, LABELS, 1, quiet)
    assert bytes_of(tmp_path) == bytes_of(built)
    assert rebuild.stale(tmp_path, LABELS) == []


def test_processes_give_the_same_bytes(built: Path, tmp_path: Path) -> None:
    rebuild.rebuild(tmp_path, LABELS[:2], 2, quiet)
    rebuild.rebuild(tmp_path, LABELS[2:], 1, quiet)
    assert bytes_of(tmp_path) == bytes_of(built)


def test_killed_at_any_moment_no_file_is_half_written(built: Path, tmp_path: Path) -> None:
    dice = random.Random(1)
    for _ in range(3):
        process = subprocess.Popen(
            [sys.executable, "-c", FOR_EVER, str(tmp_path), *LABELS], cwd=CHECKOUT, stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(dice.uniform(0.0, 0.4))
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        for path in tmp_path.glob("*/*.ndjson"):
            assert from_text(path.read_text()), path
        for path in tmp_path.glob("*.json"):
            json.loads(path.read_text())
    rebuild.rebuild(tmp_path, rebuild.stale(tmp_path, LABELS), 1, quiet)
    assert bytes_of(tmp_path) == bytes_of(built)


def copy_of(root: Path, target: Path) -> Path:
    for name, content in bytes_of(root).items():
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (target / name).write_bytes(content)
    return target


def test_an_entry_changed_by_hand_is_noticed_and_rebuilt(built: Path, tmp_path: Path) -> None:
    root = copy_of(built, tmp_path)
    path = root / "gaussian.full" / "coverage.ndjson"
    path.write_text(path.read_text().replace("nothing", "something"))
    assert rebuild.stale(root, LABELS) == ["gaussian.full"]
    rebuild.rebuild(root, ["gaussian.full"], 1, quiet)
    assert bytes_of(root) == bytes_of(built)


@pytest.mark.parametrize("damage", ["", '{"label": "gaussian.full"', "[]\n"])
def test_a_damaged_commit_mark_is_noticed(built: Path, tmp_path: Path, damage: str) -> None:
    root = copy_of(built, tmp_path)
    (root / "gaussian.full" / store.PROVENANCE).write_text(damage)
    assert rebuild.stale(root, LABELS) == ["gaussian.full"]


def uncertain(label: str) -> Tables:
    raise CannotCertify("the residual is too large")


def test_what_cannot_be_certified_is_reported_and_not_written(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = copy_of(built, tmp_path)
    good = registry.builder_of("gaussian.full")
    names = ("NAME", "SOURCES", "SOFTWARE", "labels", "parameters", "verify")
    bad = SimpleNamespace(**{name: getattr(good, name) for name in names}, VERSION="2", build=uncertain)
    monkeypatch.setattr(registry, "BUILDERS", [bad])
    result = CliRunner().invoke(app, ["rebuild", "gaussian.full", "--catalogue", str(root)])
    assert result.exit_code == 1
    assert "cannot be certified" in result.output
    assert json.loads((root / rebuild.FAILURES).read_text()) == {"gaussian.full": "the residual is too large"}
    (root / rebuild.FAILURES).unlink()
    assert {k: v for k, v in bytes_of(root).items() if k != "manifest.json"} == {
        k: v for k, v in bytes_of(built).items() if k != "manifest.json"
    }


def test_the_command_line_skips_verifies_and_compares(built: Path, tmp_path: Path) -> None:
    root = copy_of(built, tmp_path)
    (root / "references.bib").write_text((CHECKOUT / "catalogue" / "references.bib").read_text())
    (root / store.HAND_WRITTEN).mkdir()
    (root / store.HAND_WRITTEN / "exponents.ndjson").write_text("")
    run, where = CliRunner(), ["--catalogue", str(root)]
    assert "0 built, 3 up to date" in run.invoke(app, ["rebuild", *LABELS, *where]).output
    verified = run.invoke(app, ["verify", *LABELS, *where])
    assert verified.exit_code == 0, verified.output
    assert "0 of 3 entries would change" in run.invoke(app, ["diff", *LABELS, *where]).output
    path = root / "gaussian.full" / "coverage.ndjson"
    path.write_text(path.read_text().replace("nothing", "something"))
    assert "coverage: above changed in 1 rows." in run.invoke(app, ["diff", "gaussian.full", *where]).output
    failed = run.invoke(app, ["verify", "gaussian.full", *where])
    assert failed.exit_code == 1
    assert "failed" in failed.output
    assert run.invoke(app, ["rebuild", "gaussian.typo", *where]).exit_code == 2


def test_differences_are_said_in_words() -> None:
    def solution(kurtosis: float, r: float) -> Row:
        return {"point": None, "fraction": 0.1, "kurtosis": kurtosis, "r": r, "rigor": "certified"}

    before: Tables = {"solutions": [solution(1.1, 0.5), solution(1.2, 0.6)], "checks": []}
    after: Tables = {"solutions": [solution(1.1, 0.75), solution(1.3, 0.6)], "checks": []}
    assert compare(before, after) == [
        "solutions: 1 rows added.",
        "solutions: 1 rows removed.",
        "solutions: r moved in 1 rows, by at most 0.25.",
    ]
    assert compare(before, before) == []
