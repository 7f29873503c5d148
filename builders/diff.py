"""Say in words what a rebuild would change."""

from __future__ import annotations

from pathlib import Path

from builders.base import Row, Tables
from builders.registry import builder_of
from builders.store.entries import read_entry
from builders.store.text import from_text, to_text
from builders.tools.checks import CannotCertify

_KEYS = {
    "solutions": ("point", "fraction", "skewness", "kurtosis", "size", "q"),
    "segments": ("quantity", "segment"),
    "corrections": ("target", "order", "diagram"),
    "checks": ("name", "level"),
}


def diff_one(root: Path, label: str) -> tuple[str, list[str]]:
    """(label, sentences): how the stored entry differs from one built now. No sentence means no difference."""
    stored = read_entry(root, label)
    stored.pop("provenance", None)
    try:
        built = builder_of(label).build(label)
    except CannotCertify as error:
        return label, [f"can no longer be certified: {error}"]
    return label, compare(stored, built)


def compare(before: Tables, after: Tables) -> list[str]:
    """Sentences on every table that differs."""
    sentences = []
    for table in sorted({*before, *after}):
        # Through text, so that what cannot be stored cannot differ.
        new = from_text(to_text(after.get(table, [])))
        sentences += [f"{table}: {text}" for text in _compare_rows(before.get(table, []), new, _KEYS.get(table, ()))]
    return sentences


def _compare_rows(before: list[Row], after: list[Row], key: tuple[str, ...]) -> list[str]:
    old = {tuple(row.get(k) for k in key): row for row in before}
    new = {tuple(row.get(k) for k in key): row for row in after}
    sentences = []
    if added := new.keys() - old.keys():
        sentences.append(f"{len(added)} rows added.")
    if removed := old.keys() - new.keys():
        sentences.append(f"{len(removed)} rows removed.")
    moved: dict[str, list[float]] = {}
    reworded: dict[str, int] = {}
    for name in old.keys() & new.keys():
        for column in sorted({*old[name], *new[name]}):
            a, b = old[name].get(column), new[name].get(column)
            if a == b:
                continue
            distance = _distance(a, b)
            if distance is None:
                reworded[column] = reworded.get(column, 0) + 1
            else:
                moved.setdefault(column, []).append(distance)
    sentences += [
        f"{column} moved in {len(by)} rows, by at most {max(by):.2g}." for column, by in sorted(moved.items())
    ]
    return sentences + [f"{column} changed in {count} rows." for column, count in sorted(reworded.items())]


def _distance(a: object, b: object) -> float | None:
    """Largest absolute difference of two numbers or equally long lists of numbers; None for anything else."""
    if isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        parts = [_distance(x, y) for x, y in zip(a, b, strict=True)]
        known = [part for part in parts if part is not None]
        return max(known, default=0.0) if len(known) == len(parts) else None
    if isinstance(a, bool) or isinstance(b, bool):
        return None
    if isinstance(a, int | float) and isinstance(b, int | float):
        return abs(a - b)
    return None
