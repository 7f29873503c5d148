"""Builders are found by folder: each label has one, and a new file in a family's folder needs no line elsewhere."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("flint")

from builders import registry
from builders.store.entries import CATALOGUE, HAND_WRITTEN, stored_labels

TOY = '''"""Builder of an entry that says nothing."""

VERSION = "1"
SOFTWARE = "none"


def labels():
    return ["gaussian.toy"]


def parameters(label):
    return {}


def build(label):
    return {"classes": [{"label": label, "family": "gaussian"}]}


def verify(label, tables, level):
    return []
'''


def test_every_entry_has_one_builder_and_every_folder_an_entry() -> None:
    labels = registry.all_labels()
    assert len(labels) == len(set(labels))
    assert sorted([*labels, HAND_WRITTEN]) == stored_labels(CATALOGUE)
    assert all(label in registry.builder_of(label).labels() for label in labels)
    with pytest.raises(KeyError):
        registry.builder_of("gaussian.typo")


def test_builders_lie_in_the_folders_of_their_families() -> None:
    for builder in registry.all_builders():
        family = builder.__name__.split(".")[1]
        label = builder.labels()[0]
        row = (CATALOGUE / label / "classes.ndjson").read_text(encoding="utf-8")
        assert f'"family": "{family}"' in row, builder.__name__


def test_a_new_file_in_a_folder_is_a_builder(checkout: Path, tmp_path: Path) -> None:
    (checkout / "builders" / "gaussian" / "toy.py").write_text(TOY)
    command = [sys.executable, "-m", "builders", "rebuild", "gaussian.toy", "--catalogue", str(tmp_path / "new")]
    environment = {**os.environ, "PYTHONPATH": str(checkout)}
    made = subprocess.run(command, cwd=checkout, env=environment, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    files = sorted(path.name for path in (tmp_path / "new" / "gaussian.toy").iterdir())
    assert files == ["classes.ndjson", "provenance.ndjson"]
    row = (tmp_path / "new" / "gaussian.toy" / "provenance.ndjson").read_text()
    assert '"builder": "builders.gaussian.toy"' in row


def test_macros_belong_to_the_families_that_have_tables() -> None:
    assert sorted(registry.all_macros()) == ["bounded", "ising", "positive", "quartic", "scalar", "student"]
