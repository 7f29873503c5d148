"""Every class has its builder, its folder in the catalogue, its entry in the file and its page: what is missing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from builders.registry import all_labels as built_labels
from symcat import catalogue
from symcat.models import registry
from symcat.models.family import Family
from tests.source_tree import ROOT

TABLES = ("classes", "coverage", "provenance", "checks")


def missing() -> Iterator[str]:
    """What a class or an entry of the catalogue lacks, all of it."""
    book = catalogue.default().labels()
    built = built_labels()
    for family in registry.families():
        yield from lacking_words(family)
        for entry in family.entries:
            if entry not in built:
                yield f"{entry}: no builder in builders/{family.name}/"
            absent = [name for name in TABLES if not (ROOT / "catalogue" / entry / f"{name}.ndjson").is_file()]
            if absent:
                yield f"{entry}: catalogue/{entry}/ lacks {', '.join(absent)}"
            if entry not in book:
                yield f"{entry}: not in symcat.duckdb"
    known = registry.entries()
    for entry in sorted({*built, *book} - set(known)):
        yield f"{entry}: in the builders or the catalogue, but of no family in symcat/models/"


def lacking_words(family: Family) -> Iterator[str]:
    """Labels that lead to no entry, or that the family's page in docs/classes/ does not speak of."""
    page = ROOT / "docs" / "classes" / f"{family.name}.md"
    text = page.read_text(encoding="utf-8") if page.is_file() else ""
    if not text:
        yield f"{family.name}: no page docs/classes/{family.name}.md"
    for label in family.labels:
        for one in (label.format(N=n) for n in (2, 64, 65)) if "{" in label else (label,):
            if (
                family.entry(one) not in registry.entries()
            ):  # that of another family, if it is written around its labels
                yield f"{one}: no entry of the catalogue answers for it"
        if text and label.replace("{N}", "") not in text.replace("{N}", ""):
            yield f"{label}: not on docs/classes/{family.name}.md"


def test_nothing_is_missing() -> None:
    found = list(missing())
    assert not found, "\n".join(found)


def test_what_is_missing_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    class Forgotten:
        name = "forgotten"
        labels = ("forgotten.full",)
        entries = ("forgotten.full",)

        def entry(self, label: str) -> str:
            return label

    with_it = (*registry.families(), Forgotten())
    monkeypatch.setattr(registry, "families", lambda: with_it)
    monkeypatch.setitem(globals(), "built_labels", lambda: ["lost.full"])
    found = "\n".join(missing())
    for what in ("no page docs/classes/forgotten.md", "forgotten.full: not in", "catalogue/forgotten.full/ lacks"):
        assert what in found
    for what in ("forgotten.full: no builder", "lost.full: in the builders"):
        assert what in found
