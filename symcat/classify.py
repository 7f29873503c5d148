"""Evidence on every candidate class, without asking for an answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from symcat import catalogue
from symcat.answer.build import evidence_of
from symcat.answer.classification import Branch, Classification
from symcat.answer.working import working
from symcat.data.schema import Kind
from symcat.models.candidates import Weighed
from symcat.models.fit import Observed
from symcat.models.misfit import TOLERANCE, Verdict
from symcat.question import Question
from symcat.question.values import UNSET, GivenCenter, Missing, Order, Prior, Unset
from symcat.strategies.incomplete import opened_for_gaps, weigh_gaps
from symcat.strategies.lattice import LEVEL, Node, walk
from symcat.strategies.pose import pose
from symcat.strategies.verdict import judged


def classify(
    data: Any,
    *,
    classes: Sequence[str] | None = None,
    center: GivenCenter = None,
    interval: tuple[float, float] | None = None,
    columns: Sequence[str] | None = None,
    kinds: Mapping[str, Kind] | None = None,
    prior: Prior | Unset = UNSET,
    seed: int = 0,
    counts: str | None = None,
    weights: str | None = None,
    order: Order = "detect",
    missing: Missing = "drop",
) -> Classification:
    """Weighs every candidate class without solving.

    Parameters
    ----------
    data, classes, center, interval, columns, kinds, prior, seed, counts, weights, order, missing : as for
        ``symcat.solve``.

    Returns
    -------
    A ``Classification``: the evidence on every class, and the label of the one with the smallest BIC, None
    where none has an answer, with the verdict on it; and the lattice of classes and groups, walked from the most
    symmetric down, with what the rows reject of it at 5 % over all that was asked.

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
        classes=classes,
        center=center,
        interval=interval,
        columns=columns,
        kinds=kinds,
        prior=prior,
        seed=seed,
        counts=counts,
        weights=weights,
        order=order,
        missing=missing,
    )
    with working("reading the rows and weighing the classes"):
        if missing != "drop":
            data = opened_for_gaps(data)
            found = weigh_gaps(question, data, book)
            if found is not None:
                taken = found.weighed.winner()
                return Classification(
                    label=None if taken is None else taken.label,
                    verdict=_verdict(found.weighed, Observed(found.moments), seed),
                    columns=found.table.schema.columns,
                    n_rows=found.n_rows,
                    n_missing=found.table.n_empty,
                    set_aside=dict(found.table.source.set_aside),
                    evidence=evidence_of(found.weighed),
                    catalogue_version=book.version,
                    seed=seed,
                )
        problem = pose(question, data, book)
        nodes = walk(problem.weighed, problem.observed, problem.center, seed)
    winner = problem.weighed.winner()
    statistics = problem.measured.statistics
    return Classification(
        label=None if winner is None else winner.label,
        verdict=_verdict(problem.weighed, problem.observed, seed),
        columns=problem.schema.columns,
        n_rows=statistics.n_rows,
        n_effective=problem.measured.share * statistics.n_rows if problem.order.known else None,
        n_missing=statistics.n_missing,
        set_aside=dict(problem.measured.set_aside),
        evidence=evidence_of(problem.weighed),
        tree=tuple(map(_branch, nodes)),
        catalogue_version=book.version,
        seed=seed,
    )


def _branch(node: Node) -> Branch:
    found, adjusted = node.tested, node.adjusted
    if found is None or adjusted is None:
        return Branch(name=node.name, kind=node.kind, special_cases=node.special_cases, verdict="implied")
    rejected: Literal["close", "rejected"] = "rejected" if found.nats > TOLERANCE else "close"
    return Branch(
        name=node.name,
        kind=node.kind,
        special_cases=node.special_cases,
        verdict="holds" if adjusted > LEVEL else rejected,
        by=found.by,
        p_value=found.p_value,
        adjusted_p=adjusted,
        nats=found.nats,
    )


def _verdict(weighed: Weighed, observed: Observed, seed: int) -> Verdict | None:
    """Whether the class that is taken describes the data."""
    taken = weighed.winner()
    if taken is None:
        return None
    return judged(taken.model, taken.fit, taken.checks, weighed, observed, seed).verdict
