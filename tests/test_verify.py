"""The data checks that users replay pass for every entry of the catalogue."""

from __future__ import annotations

from symcat import catalogue
from symcat.verify import _flaws, verify


def test_every_entry_passes_its_data_checks() -> None:
    found = list(verify())
    failed = [f"{c.label}: {c.check}, {c.residual:.3g} > {c.bound:.3g}" for c in found if not c.passed]
    assert not failed
    # The large-N entry is tried as classes of its own.
    assert {c.label for c in found} >= set(catalogue.default().labels())


def test_segments_that_do_not_join_are_noticed() -> None:
    """Of one variable or of several: each point of the range lies in one of them."""

    def flaws(*boxes: tuple[float, float, list[float] | None, list[float] | None]) -> list[str]:
        rows = [
            {"size": None, "quantity": "u", "segment": i, "lo": lo, "hi": hi, "further_lo": low, "further_hi": high}
            for i, (lo, hi, low, high) in enumerate(boxes)
        ]
        tables = {name: {"a.b": [] if name == "checks" else rows} for name in ("coverage", "provenance", "checks")}
        return _flaws({**tables, "segments": {"a.b": rows}}, "a.b")

    assert flaws((0.0, 1.0, None, None), (1.0, 3.0, None, None)) == []
    assert flaws((0.0, 1.0, None, None), (1.5, 3.0, None, None)) == ["u of size None: segments do not join"]
    assert flaws((0.0, 1.0, [0.0], [1.0]), (1.0, 2.0, [0.0], [1.0])) == []
    assert len(flaws((0.0, 1.0, [0.0], [1.0]), (1.0, 2.0, [0.0], [0.9]))) == 1
