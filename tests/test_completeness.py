"""Every class has its label, model, builder, catalogue folder and page: this lists what is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from builders.registry import all_labels
from symcat import catalogue, labels, models
from symcat.models.base import Options

ROOT = Path(__file__).parents[1]


def dimension_of(label: str) -> int:
    if label == labels.LARGE_N:
        return labels.LARGEST_TABULATED_DIMENSION + 1
    return labels.quartic_dimension(label) or 4


@pytest.mark.parametrize(
    "label", sorted(set(all_labels()) | set(models.candidates(4)) | set(models.candidates(4, spins=True)))
)
def test_nothing_is_missing(label: str) -> None:
    dimension = dimension_of(label)
    asked = labels.quartic(dimension) if label == labels.LARGE_N else label
    missing = []
    if labels.canonical(asked) is None:
        missing.append("a label in symcat/labels.py")
    # A product has no model of its own: its blocks have theirs.
    if label != labels.MIXED[0] and models.model(asked, dimension, Options(spins=(0, 1))) is None:
        missing.append("a model in symcat/models/")
    if label not in all_labels():
        missing.append("a builder in builders/registry.py")
    folder = ROOT / "catalogue" / label
    absent = [
        name for name in ("classes", "coverage", "provenance", "checks") if not (folder / f"{name}.ndjson").is_file()
    ]
    if absent:
        missing.append(f"catalogue/{label}/ ({', '.join(absent)})")
    if label not in catalogue.default().labels():
        missing.append("an entry in symcat.duckdb")
    family = label.split(".")[0 if label in (*labels.GAUSSIAN, *labels.ISING, *labels.MIXED) else 1]
    if not (ROOT / "docs" / "classes" / f"{family}.md").is_file():
        missing.append(f"docs/classes/{family}.md")
    assert not missing, f"{label} lacks: {'; '.join(missing)}"
