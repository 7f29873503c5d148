"""Which candidate is taken: by BIC, unless a class outranks the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import symcat
from symcat.models.base import Center, Class, Facts, Masses
from symcat.models.batches import refused_fit
from symcat.models.fit import CheckResult, Fault, Fit, Observed
from symcat.models.gaussian import FAMILY
from symcat.models.weighing import weigh
from tests.models.observing import model_of, observed

GAUSSIAN: Any = model_of(FAMILY, "gaussian.full", 1)


class OfRows(Class):
    """A class fitted to rows: the Gaussian, so many nats better."""

    label = "toy.rows"
    facts = Facts("A class of rows", "none")
    schema, needs = GAUSSIAN.schema, GAUSSIAN.needs

    def __init__(self, better: float = 0.0, fault: str = "", outranks: bool = False) -> None:
        self.better, self.fault, self.outranks = better, fault, outranks
        self.read: list[float] = []

    def fit(self, moments: Any, center: Center = None) -> Fit:
        return refused_fit(self.label, moments.count, "it needs the rows")

    def fit_rows(self, rows: Masses | None, observed: Observed, center: Center = None) -> Fit:
        if rows is not None:
            self.read = [float(weight.sum()) for _ in range(2) for _, weight in rows]
        if self.fault:
            return refused_fit(self.label, observed.moments.count, Fault(self.fault))
        fit = GAUSSIAN.fit(observed.moments, center)
        return replace(fit, label=self.label, log_likelihood=fit.log_likelihood + self.better)

    def checks(self, fit: Fit, observed: Observed, center: Center = None) -> Sequence[CheckResult]:
        return ()


ROWS = np.random.default_rng(0).normal(size=(100, 1))


def taken(model: Any) -> str | None:
    winner = weigh([GAUSSIAN, model], observed(ROWS)).winner()
    return None if winner is None else winner.label


@pytest.mark.parametrize(("better", "label"), [(-1.0, "gaussian.full"), (1.0, "toy.rows")])
def test_a_class_of_rows_competes_by_bic(better: float, label: str) -> None:
    assert taken(OfRows(better)) == label


def test_a_class_that_outranks_is_taken_whatever_its_bic() -> None:
    assert taken(OfRows(-1.0, outranks=True)) == "toy.rows"


def test_faulty_rows_leave_the_others_unless_the_class_outranks_them() -> None:
    assert taken(OfRows(fault="The rows are at fault: mend them.")) == "gaussian.full"
    assert taken(OfRows(fault="The rows are at fault: mend them.", outranks=True)) is None


def test_the_reason_says_how_it_was_chosen() -> None:
    for model, said in ((OfRows(1.0), "smallest BIC"), (OfRows(1.0, outranks=True), "the maximum of the likelihood")):
        weighed = weigh([GAUSSIAN, model], observed(ROWS))
        assert weighed.reason(weighed.candidates[1]).startswith(said)


def test_rows_can_be_read_again() -> None:
    model = OfRows()
    weigh([model], observed(ROWS), rows=lambda: iter([(ROWS[:60], np.ones(60)), (ROWS[60:], np.ones(40))]))
    assert model.read == [60.0, 40.0, 60.0, 40.0]


class Last(OfRows):
    label = "toy.last"
    weighed_last = True


@pytest.mark.parametrize(("rows", "label"), [(ROWS, "gaussian.full"), (np.exp(2.0 * ROWS), "toy.last")])
def test_what_is_weighed_last_is_weighed_where_the_best_of_the_others_does_not_describe_the_data(
    rows: np.ndarray, label: str
) -> None:
    weighed = weigh([Last(50.0), GAUSSIAN], observed(rows))
    winner, last = weighed.winner(), weighed.candidates[-1]
    assert winner is not None
    assert winner.label == label
    assert last.label == "toy.last"
    assert weighed.reason(last) == (
        "not searched for: gaussian.full describes the data" if label != "toy.last" else "smallest BIC"
    )


def test_what_is_weighed_last_is_taken_by_its_bic_only() -> None:
    weighed = weigh([Last(-50.0), GAUSSIAN], observed(np.exp(2.0 * ROWS)))
    winner = weighed.winner()
    assert winner is not None
    assert winner.label == "gaussian.full"
    assert all(candidate.fit.answered[0] for candidate in weighed.candidates)


@pytest.mark.parametrize("named", [False, True])
def test_a_long_search_of_a_large_table_is_made_by_name_only(named: bool) -> None:
    class Long(Last):
        searches_long = True

    rows = np.random.default_rng(2).exponential(size=(1_000_001, 1))
    weighed = weigh([Long(50.0), GAUSSIAN], observed(rows), named=named)
    long = next(candidate for candidate in weighed.candidates if candidate.label == "toy.last")
    assert bool(long.fit.answered[0]) == named
    assert named or "the table is large; name it in classes=" in weighed.reason(long)


def test_a_misfit_that_no_check_sees_is_none_that_is_described() -> None:
    class Unchecked(OfRows):
        def law(self, parameters: Any) -> Any:
            return GAUSSIAN.law(parameters)

    rows = np.random.default_rng(1).exponential(size=(3000, 1))
    alone = weigh([Unchecked(), Last(50.0)], observed(rows)).winner()
    assert alone is not None
    assert alone.label == "toy.last"
    tolerant = weigh([Unchecked(), Last(50.0)], observed(rows), tolerance=1.0).winner()
    assert tolerant is not None
    assert tolerant.label == "toy.rows"


def test_what_is_named_is_weighed_at_once() -> None:
    weighed = weigh([Last(1.0), GAUSSIAN], observed(ROWS), named=True)
    winner = weighed.winner()
    assert winner is not None
    assert winner.label == "toy.last"


@pytest.mark.filterwarnings("ignore:.* is the best class found")
def test_an_answer_at_hand_survives_a_search_that_the_clock_cuts() -> None:
    """And the cut is said."""
    rng = np.random.default_rng(0)
    side = rng.choice([-1.0, 1.0], size=(4000, 1))
    rows = side * np.array([1.2, 1.0, 0.8, 0.6]) + 0.35 * rng.normal(size=(4000, 4))
    answer = symcat.solve(rows, classes=["gaussian.full", "polynomial.quartic"], budget_s=0.2)
    assert answer.label == "gaussian.full"
    (cut,) = [e for e in answer.evidence if e.label == "polynomial.quartic"]
    assert "its search was cut short" in cut.reason


def test_once_another_is_likelier_than_what_describes_few_rows_all_are_weighed() -> None:
    gaussian: Any = model_of(FAMILY, "gaussian.full", 2)

    class Two(Last):
        schema, needs = gaussian.schema, gaussian.needs

        def fit_rows(self, rows: Masses | None, observed: Observed, center: Center = None) -> Fit:
            fit = gaussian.fit(observed.moments, center)
            return replace(fit, label=self.label, log_likelihood=fit.log_likelihood + self.better)

    class Long(Two):
        label, searches_long = "toy.long", True

    class OfParts(Two):
        label, blocks = "toy.parts", ((0,), (1,))

        def weighed_parts(self, rows: Masses | None, observed: Observed) -> tuple[()]:
            return ()

    class LongOfParts(OfParts):
        label, searches_long = "toy.long_parts", True

    rows = np.random.default_rng(0).normal(size=(100, 2))
    weighed = weigh([gaussian, OfParts(9.0), Long(5.0), LongOfParts(7.0)], observed(rows))
    assert all(candidate.fit.answered[0] for candidate in weighed.candidates)
    winner = weighed.winner()
    assert winner is not None
    assert winner.label == "toy.parts"
