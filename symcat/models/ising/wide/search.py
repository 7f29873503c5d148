"""Fields and couplings of more columns than can be enumerated: exact where the data allow it, else checked.

In order: independent blocks of few columns; the graph of significant couplings, where it is sparse; the closed forms of
``mean_field``. The means and correlations that an answer implies, of pairs coupled or not, are compared with the
data's; it is taken only if the normalised error ``sqrt(mean(((data - implied) / sigma)^2))`` is below 1, with sigma^2
the variance in that many independent rows plus that of the implied averages where these are sampled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from symcat.models.ising import hypercube
from symcat.models.ising.wide import agreement, annealing, conditional, gibbs, graph, sparse
from symcat.models.ising.wide.agreement import Data
from symcat.models.ising.wide.junction import GraphFit
from symcat.models.ising.wide.mean_field import CLOSED_FORMS, EMPTY, Estimate, Refusal

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Method = Literal["blocks", "graph", "Sessak-Monasson", "Bethe", "TAP", "naive mean field", "analog", "none"]

_CHANCE = (graph.STRICT, 1.0, 5.0)  # couplings that may be there by chance, as many as it takes to match the data
_STATES_PER_COLUMN = 4  # least number of states for the information of a conditional law


@dataclass(frozen=True)
class WideFit:
    """Fields h (d,) and couplings J (d, d) with zero diagonal, what they were found by, and whether they may be used.

    Where ``accepted`` is False, ``detail`` says why; h and J are then the closest attempt, or not numbers.
    ``normalised_error`` is over the means and all pairs, coupled or not. Errors are not numbers where unknown.
    """

    h: Floats
    J: Floats
    h_error: Floats
    J_error: Floats
    log_partition: float
    log_partition_error: float  # 0 where exact
    method: Method
    exact: bool  # whether h and J are the maximum of the likelihood for the couplings they allow
    n_parameters: int
    normalised_error: float
    accepted: bool
    detail: str


def fit_wide(
    mean: Floats,
    pair: Floats,
    count: float,
    *,
    edges: Sequence[tuple[int, int]] | None = None,
    seed: int = 0,
) -> WideFit:
    """Fields and couplings whose averages are those of the data.

    Parameters
    ----------
    mean : (d,) averages of d spins.
    pair : (d, d) averages of their products, 1 on the diagonal.
    count : number of rows; NaN if unknown, when only ``edges`` can be answered.
    edges : exactly these pairs of columns are coupled; the answer is then exact, or refused. None: found from the data.
    seed : of the sampling by which closed forms are checked.
    """
    mean, pair = np.asarray(mean, dtype=np.float64), np.asarray(pair, dtype=np.float64)
    data = Data(mean, pair, float(count))
    d = len(mean)
    still = np.flatnonzero(1.0 - np.abs(mean) < 2.0 * EMPTY)
    if len(still):
        return refusal(d, f"columns {still.tolist()} do not vary: leave them out, or add a prior")
    if edges is not None:
        return _given(data, graph.adjacency(d, edges))
    if not data.count >= 2.0:
        return refusal(d, "without the number of rows no answer can be checked: give it, or the pairs that are coupled")
    tried: list[WideFit] = []
    for method in (_by_blocks, _by_graph, partial(_by_closed_forms, seed=seed)):
        found = method(data)
        tried.append(refusal(d, found.reason) if isinstance(found, Refusal) else found)
        if tried[-1].accepted:
            return tried[-1]
    closest = min(tried, key=lambda fit: fit.normalised_error)
    return replace(closest, detail="; ".join([*(fit.detail for fit in tried), _CURE]))


_CURE = "give the pairs that are coupled (interactions=), fewer columns, or more rows"


def _given(data: Data, joined: Flags) -> WideFit:
    found = sparse.fit_blocks(data, joined)
    if isinstance(found, Refusal):
        return refusal(len(data.mean), found.reason)
    error = data.normalised_error(found.mean, found.pair)
    said = f"maximum likelihood on the {int(joined.sum()) // 2} couplings given"
    if not np.isnan(error):
        said += f"; over all pairs, coupled or not, the normalised error is {error:.3g}"
    return _exact(data, found, joined, "graph", said, accepted=True)


def _by_blocks(data: Data) -> WideFit | Refusal:
    blocks = graph.blocks(graph.dependent(data.mean, data.pair, data.count))
    largest = max(len(block) for block in blocks)
    if largest > hypercube.LARGEST:
        return Refusal(f"{largest} columns hang together by their correlations, more than {hypercube.LARGEST}")
    d = len(data.mean)
    joined = np.zeros((d, d), dtype=bool)
    for block in blocks:
        joined[np.ix_(block, block)] = True
    np.fill_diagonal(joined, False)
    found = sparse.fit_blocks(data, joined)
    if isinstance(found, Refusal):
        return found
    return _exact(data, found, joined, "blocks", f"{len(blocks)} independent blocks of at most {largest} columns")


def _by_graph(data: Data) -> WideFit | Refusal:
    answer: WideFit | Refusal = Refusal("")
    for false in _CHANCE:
        found = sparse.search_graph(data, false)
        if isinstance(found, Refusal):
            return answer if isinstance(answer, WideFit) else found
        joined, fitted = found
        said = f"a graph of {int(joined.sum()) // 2} significant couplings, summed over exactly (width {fitted.width})"
        answer = _exact(data, fitted, joined, "graph", said)
        if answer.accepted:
            break
    return answer


def _exact(
    data: Data, found: GraphFit, joined: Flags, method: Method, said: str, *, accepted: bool | None = None
) -> WideFit:
    error = data.normalised_error(found.mean, found.pair)
    if accepted is None:
        accepted = error < agreement.LARGEST_ERROR
        said += f": normalised error {error:.3g}"
    return WideFit(
        h=found.h,
        J=found.J,
        h_error=found.h_error,
        J_error=found.J_error,
        log_partition=found.log_partition,
        log_partition_error=0.0,
        method=method,
        exact=True,
        n_parameters=len(found.h) + int(joined.sum()) // 2,
        normalised_error=error,
        accepted=accepted,
        detail=said,
    )


def _by_closed_forms(data: Data, seed: int) -> WideFit:
    d = len(data.mean)
    closest = refusal(d, "")
    tried: dict[str, list[str]] = {}  # what was said, and of which forms
    for name, form in CLOSED_FORMS.items():
        found = form(data.mean, data.pair)
        if isinstance(found, Refusal):
            tried.setdefault(found.reason, []).append(name)
            continue
        verdict = agreement.judge(found.h, found.J, data, seed=seed)
        tried.setdefault(verdict.in_words, []).append(name)
        if verdict.accepted:
            return _closed(data, found, name, verdict, seed)
        if not verdict.normalised_error >= closest.normalised_error:
            closest = replace(closest, h=found.h, J=found.J, method=name, normalised_error=verdict.normalised_error)
    return replace(closest, detail="; ".join(f"{', '.join(names)}: {said}" for said, names in tried.items()))


def _closed(data: Data, found: Estimate, name: Method, verdict: agreement.Agreement, seed: int) -> WideFit:
    d = len(data.mean)
    states = verdict.sampled.states
    least = _STATES_PER_COLUMN * d
    if len(states) < least:
        states = gibbs.sample(found.h, found.J, least, np.random.default_rng(seed))
    h_error, coupling_error = conditional.standard_errors(found.h, found.J, states, data.count)
    log_partition, log_error = annealing.log_partition(found.h, found.J, np.arctanh(data.mean), seed=seed)
    return WideFit(
        h=found.h,
        J=found.J,
        h_error=h_error,
        J_error=coupling_error,
        log_partition=log_partition,
        log_partition_error=log_error,
        method=name,
        exact=False,
        n_parameters=d * (d + 1) // 2,
        normalised_error=verdict.normalised_error,
        accepted=True,
        detail=f"{name}: {verdict.in_words}; standard errors from the law of each column given the others, sampled",
    )


def refusal(d: int, reason: str) -> WideFit:
    """No answer for d columns, and why."""
    return WideFit(
        h=np.full(d, np.nan),
        J=np.full((d, d), np.nan),
        h_error=np.full(d, np.nan),
        J_error=np.full((d, d), np.nan),
        log_partition=np.nan,
        log_partition_error=np.nan,
        method="none",
        exact=False,
        n_parameters=d * (d + 1) // 2,
        normalised_error=np.inf,
        accepted=False,
        detail=reason,
    )
