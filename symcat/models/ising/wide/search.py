"""Fields and couplings of more columns than can be enumerated, exact where the data allow it.

In order: independent blocks of few columns; the graph of significant couplings, where it is sparse. The means and
correlations that an answer implies, of pairs coupled or not, are compared with the data's; it is taken only if the
normalised error ``sqrt(mean(((data - implied) / sigma)^2))`` is below 1, with sigma^2 the variance in that many
independent rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from symcat.models.ising import hypercube
from symcat.models.ising.wide import agreement, graph, sparse
from symcat.models.ising.wide.agreement import Data
from symcat.models.ising.wide.junction import GraphFit
from symcat.models.ising.wide.mean_field import EMPTY, Refusal
from symcat.models.ising.wide.wide_fit import Method, WideFit, refusal

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

_CHANCE = (graph.STRICT, 1.0, 5.0)  # couplings that may be there by chance, as many as it takes to match the data


def fit_wide(data: Data, *, edges: Sequence[tuple[int, int]] | None = None) -> WideFit:
    """Fields and couplings whose averages are those of the data, summed over exactly; refused where they cannot be.

    Parameters
    ----------
    data : averages of d columns; without a number of rows only ``edges`` can be answered.
    edges : exactly these pairs of columns are coupled. None: found from the data.
    """
    d = len(data.mean)
    still = np.flatnonzero(1.0 - np.abs(data.mean) < 2.0 * EMPTY)
    if len(still):
        return refusal(d, f"columns {still.tolist()} do not vary: leave them out, or add a prior")
    if edges is not None:
        return _given(data, graph.adjacency(d, edges))
    if not data.count >= 2.0:
        return refusal(
            d,
            "without the number of rows no answer can be checked: state n=, or the coupled pairs with interactions=",
        )
    tried: list[WideFit] = []
    for method in (_by_blocks, _by_graph):
        found = method(data)
        tried.append(refusal(d, found.reason) if isinstance(found, Refusal) else found)
        if tried[-1].accepted:
            return tried[-1]
    closest = min(tried, key=lambda fit: fit.normalised_error)
    return replace(closest, detail="; ".join(fit.detail for fit in tried))


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
        information=found.information,
    )
