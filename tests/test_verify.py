"""The data checks that users replay pass for every entry of the catalogue."""

from __future__ import annotations

from symcat import catalogue
from symcat.verify import verify


def test_every_entry_passes_its_data_checks() -> None:
    found = list(verify())
    failed = [f"{c.label}: {c.check}, {c.residual:.3g} > {c.bound:.3g}" for c in found if not c.passed]
    assert not failed
    # The large-N entry is tried as classes of its own.
    assert {c.label for c in found} >= set(catalogue.default().labels())
