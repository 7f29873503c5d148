"""What is remembered of labels holds for as long as the families do."""

from __future__ import annotations

import pytest

from symcat.errors import NoEntry
from symcat.models import registry
from tests.toy import LABEL, registered


def test_labels_are_read_anew_when_a_family_comes_or_goes() -> None:
    with pytest.raises(NoEntry):
        registry.canonical(LABEL)
    with registered():
        assert registry.canonical(LABEL) == LABEL
        assert registry.canonical(f"log({LABEL})") == f"log({LABEL})"
    for gone in (LABEL, f"log({LABEL})"):
        with pytest.raises(NoEntry):
            registry.canonical(gone)
