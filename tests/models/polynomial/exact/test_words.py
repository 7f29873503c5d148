"""Each refusal is one sentence: the true cause with its figures, then what to try."""

from __future__ import annotations

import re

import numpy as np
import pytest

from symcat.models.polynomial.exact import words
from symcat.models.polynomial.exact.hills import Hill
from symcat.models.relaxation import Refusal


@pytest.mark.parametrize(
    ("refusal", "cause"),
    [
        (words.hill("quartic", Hill(8.0, 18.0, np.inf, -np.inf)), "falls without end beyond 8 standard deviations"),
        (words.hill("sextic", Hill(7.0, 9.0, 10.0, 6.0)), "depends on how far out one looks"),
        (words.scarce("sextic", Hill(7.0, 14.0, 11.0, 7.0), 1.4, 2000.0), "for 1.4 of 2,000 rows"),
        (words.at_the_edge("sextic", 3e-5, 6.0), "3e-05 of the mass lies at the edge of the grid"),
        (words.never_ends("quartic", 60.0), "has not ended 60 standard deviations from the mean"),
        (words.moved_by("sextic", 0.3), "moves the log-likelihood of all rows by 0.3 nats"),
        (words.missed("sextic", 0.02), "misses one by 0.02 standard deviations"),
        (words.too_fine("quartic", 25_000, several=False), "finer grid than the 25,000 points"),
        (words.too_fine("quartic", 640_000, several=True), "lie along no curve"),
    ],
)
def test_a_cause_and_a_cure_in_a_sentence(refusal: Refusal, cause: str) -> None:
    assert cause in refusal.reason
    assert len(refusal.reason.split("; try ")) == 2
    assert not re.search(r"[.;] [A-Z]", refusal.reason)
