"""Exact fits where few columns are coupled: block by block, each by the cheaper of two exact sums."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from symcat import clock
from symcat.models.ising import hypercube
from symcat.models.ising.exact import fit_exact
from symcat.models.ising.wide import graph
from symcat.models.ising.wide.agreement import Data
from symcat.models.ising.wide.junction import GraphFit, fit_on_graph, never_occurs, standard_errors
from symcat.models.ising.wide.mean_field import Refusal, correlations
from symcat.models.potts.junction import LARGEST_CLIQUE, MOST_WORK

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

_MOST_ROUNDS = 8

SEARCHED = 1e7
"""Work of the sums over a graph that is tried, of many: some tenths of a second for each step of Newton's method."""


def fit_blocks(data: Data, joined: Flags, most_work: float = MOST_WORK) -> GraphFit | Refusal:
    """The maximum-likelihood fields, and couplings where ``joined`` (d, d) says so, with all averages they imply.

    Each connected block is summed over its 2^columns states, or by elimination along its graph where that is less.
    """
    d = len(data.mean)
    h, h_error, mean = np.empty(d), np.empty(d), np.empty(d)
    coupling, coupling_error, pair = np.zeros((d, d)), np.zeros((d, d)), np.zeros((d, d))
    log_partition, width = 0.0, 0
    inside = np.zeros((d, d), dtype=bool)
    place = {edge: d + e for e, edge in enumerate(graph.edges_of(joined))}
    information = np.zeros((d + len(place), d + len(place)))
    for block in graph.blocks(joined):
        square = np.ix_(block, block)
        part = Data(data.mean[block], data.pair[square], data.count)
        fitted = _fit_block(part, joined[square], most_work)
        if isinstance(fitted, Refusal):
            return fitted
        h[block], h_error[block], mean[block] = fitted.h, fitted.h_error, fitted.mean
        coupling[square], coupling_error[square], pair[square] = fitted.J, fitted.J_error, fitted.pair
        inside[square] = True
        at = [*block, *(place[block[i], block[j]] for i, j in graph.edges_of(joined[square]))]
        information[np.ix_(at, at)] = fitted.information
        log_partition += fitted.log_partition
        width = max(width, fitted.width)
    pair = np.where(inside, pair, np.outer(mean, mean))
    return GraphFit(h, coupling, h_error, coupling_error, log_partition, mean, pair, width, information)


def _fit_block(data: Data, joined: Flags, most_work: float) -> GraphFit | Refusal:
    d = len(data.mean)
    edges = graph.edges_of(joined)
    order = graph.elimination(joined, LARGEST_CLIQUE - 1)
    work = np.inf if order is None else float(order.cells * (d + len(edges)))
    if d > hypercube.LARGEST or work < d << d:
        return fit_on_graph(data.mean, data.pair, edges, data.count, most_work)
    return _fit_all_states(data, edges)


def _fit_all_states(data: Data, edges: tuple[graph.Edge, ...]) -> GraphFit | Refusal:
    never = never_occurs(data.mean, data.pair, edges)
    if never is not None:
        return never
    d = len(data.mean)
    i, j = (np.array([edge[k] for edge in edges], dtype=np.intp) for k in (0, 1))
    masks = np.array([1 << v for v in range(d)] + [(1 << a) | (1 << b) for a, b in edges], dtype=np.int64)
    best = fit_exact(d, masks, np.concatenate([data.mean, data.pair[i, j]])[None])
    if not best.found[0]:
        return Refusal("the likelihood has no finite maximum: some combination of values never occurs")
    theta = best.theta[0]
    error = standard_errors(best.covariance[0], data.count)
    probabilities, _ = hypercube.normalised(hypercube.energies(d, masks, best.theta))
    codes = 1 << np.arange(d)
    pair = hypercube.averages(probabilities, codes[:, None] | codes[None, :])[0]
    np.fill_diagonal(pair, 1.0)
    coupling, coupling_error = np.zeros((d, d)), np.zeros((d, d))
    coupling[i, j] = coupling[j, i] = theta[d:]
    coupling_error[i, j] = coupling_error[j, i] = error[d:]
    mean = hypercube.averages(probabilities, codes)[0]
    log_z, information = float(best.log_z[0]), best.covariance[0]
    return GraphFit(theta[:d], coupling, error[:d], coupling_error, log_z, mean, pair, d - 1, information)


def search_graph(data: Data, false: float) -> tuple[Flags, GraphFit] | Refusal:
    """The graph of significant couplings, and the exact fit on it.

    It starts from partial correlations, which vanish between columns that are not neighbours on a tree and nearly do on
    other sparse graphs (Loh & Wainwright 2013). Then pairs whose averages the fit misses are joined and couplings that
    do not differ from zero are cut, until nothing changes; a pair joined again stays. ``false`` is the number of pairs
    that may be joined by chance.
    """
    d = len(data.mean)
    connected = correlations(data.mean, data.pair)
    if isinstance(connected, Refusal):
        return connected
    if not data.count > d + 1.0:
        return Refusal(f"{data.count:.0f} rows of {d} columns do not tell direct couplings from indirect ones")
    threshold = graph.normal_quantile(d, false)
    x = np.linalg.inv(connected)
    scale = np.sqrt(np.outer(np.diagonal(x), np.diagonal(x)))
    partial = -x / scale
    np.fill_diagonal(partial, 0.0)
    joined = np.abs(np.arctanh(partial)) * np.sqrt(data.count - d - 1.0) > threshold
    cut_once = np.zeros((d, d), dtype=bool)
    for _ in range(_MOST_ROUNDS):
        clock.check()
        fitted = fit_blocks(data, joined, SEARCHED)
        if isinstance(fitted, Refusal):
            return fitted
        spread = np.sqrt(np.maximum(1.0 - data.pair**2, 0.0) / data.count)
        missed = ~joined & (np.abs(data.pair - fitted.pair) > threshold * spread)
        np.fill_diagonal(missed, False)
        weak = joined & ~cut_once & (np.abs(fitted.J) < threshold * fitted.J_error)
        if not (missed.any() or weak.any()):
            return joined, fitted
        cut_once |= weak
        joined = (joined & ~weak) | missed
    return Refusal(f"the graph of significant couplings did not settle in {_MOST_ROUNDS} rounds")
