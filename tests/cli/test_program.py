"""The program: its versions, how it is started, its errors in one sentence, and its exit statuses."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import symcat
from tests.cli.running import refusal, run


def test_version() -> None:
    result = run("--version")
    assert result.exit_code == 0
    assert result.stdout == f"symcat {symcat.__version__}, catalogue {symcat.catalogue.default().version}\n"


def test_errors_are_one_sentence(tmp_path: Path, bills: Path) -> None:
    assert "missing.csv" in refusal("solve", tmp_path / "missing.csv")
    assert str(tmp_path) in refusal("solve", tmp_path)
    assert "beak" in refusal("solve", bills, "--columns", "beak")
    assert "z3.sextic" in refusal("solve", bills, "--classes", "z3.sextic")
    assert "z3.sextic" in refusal("show", "z3.sextic")
    assert "nowhere" in refusal("sql", "select * from nowhere")


@pytest.mark.parametrize(
    "arguments", [["solve"], ["solve", "x.csv", "--center", "middle"], ["solv"], ["show", "--rows"]]
)
def test_a_wrong_command_line_is_status_2(arguments: list[str]) -> None:
    assert run(*arguments).exit_code == 2


def test_as_a_module() -> None:
    command = [sys.executable, "-m", "symcat", "--version"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path.cwd())
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"symcat {symcat.__version__}")


def test_as_an_installed_program(bills: Path, tmp_path: Path) -> None:
    program = Path(sys.executable).with_name("symcat")
    if not program.exists() and shutil.which("symcat") is None:
        pytest.skip("symcat is not installed in this environment")
    done = subprocess.run([program, "solve", bills], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert "z2.quartic" in done.stdout
    missing = subprocess.run(
        [program, "solve", "missing.csv"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (missing.returncode, missing.stdout) == (1, "")
    assert missing.stderr.startswith("symcat: ")
