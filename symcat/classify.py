"""Evidence on every candidate class, without asking for an answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from symcat import catalogue
from symcat.answer.build import evidence_of
from symcat.answer.classification import Classification
from symcat.answer.working import working
from symcat.question import GivenCenter, Prior, Question
from symcat.strategies.pose import pose


def classify(
    data: Any,
    *,
    classes: Sequence[str] | None = None,
    center: GivenCenter = None,
    columns: Sequence[str] | None = None,
    prior: Prior = "weak",
    seed: int = 0,
    counts: str | None = None,
    weights: str | None = None,
) -> Classification:
    """Weighs every candidate class without solving.

    Parameters
    ----------
    data, classes, center, columns, prior, seed, counts, weights : as for ``symcat.solve``.

    Returns
    -------
    A ``Classification``: the evidence on every class, and the label of the one that fits best, None where none does.

    Raises
    ------
    InvalidData, NoEntry : as ``symcat.solve`` does for data or labels that cannot be used.

    Examples
    --------
    >>> import symcat
    >>> data = symcat.lookup("z2.quartic", m2=1.0, m4=1.5).sample(1000, seed=0)
    >>> found = symcat.classify(data)
    >>> found.label, found["gaussian.full"].verdict
    ('z2.quartic', 'declined')
    """
    book = catalogue.default()
    question = Question.of(
        classes=classes, center=center, columns=columns, prior=prior, seed=seed, counts=counts, weights=weights
    )
    with working("reading the rows and weighing the classes"):
        problem = pose(question, data, book)
    winner = problem.weighed.winner()
    statistics = problem.measured.statistics
    return Classification(
        label=None if winner is None else winner.label,
        columns=problem.schema.columns,
        n_rows=statistics.n_rows,
        n_missing=statistics.n_missing,
        set_aside=dict(problem.measured.set_aside),
        evidence=evidence_of(problem.weighed),
        catalogue_version=book.version,
        seed=seed,
    )
