"""The search for the maximum-likelihood centre of the radial quartic: loops over groups and numbers.

Run through ``symcat.loops``: as they are for a few groups, compiled for many.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np


def evaluate(x: float, cells: Any, breaks: Any, pieces: Any) -> tuple[float, float]:
    """Value and derivative of a piecewise polynomial, by Horner's rule in the segment's own variable."""
    last = pieces.shape[0] - 1
    cell = int((x - breaks[0]) / (breaks[last + 1] - breaks[0]) * cells.shape[0])
    piece = cells[min(max(cell, 0), cells.shape[0] - 1)]
    if x < breaks[piece] and piece > 0:
        piece -= 1
    elif x >= breaks[piece + 1] and piece < last:
        piece += 1
    lo = breaks[piece]
    scale = 2.0 / (breaks[piece + 1] - lo)
    t = (x - lo) * scale - 1.0
    value, slope = 0.0, 0.0
    for k in range(pieces.shape[1] - 1, -1, -1):
        slope = slope * t + value
        value = value * t + pieces[piece, k]
    return value, slope * scale


def read_point(kurtosis: float, n: float, u_table: Any, s_table: Any) -> tuple[float, float, float, float]:
    """Kurtosis clipped to where the table is defined, u, du/dkurtosis and entropy, for unit variance per column."""
    k = min(max(kurtosis, 1.0 + 1e-15), (n + 2.0) / n)
    p, slope = evaluate(k, u_table[0], u_table[1], u_table[2])
    smooth, _ = evaluate(k, s_table[0], s_table[1], s_table[2])
    w = n * (k - 1.0)
    ratio = max(2.0 - w, 0.0) / w
    u = 6.0 / n * p * ratio
    u_slope = 6.0 / n * (slope * ratio - p * 2.0 * n / (w * w))
    return k, u, u_slope, smooth + 0.5 * math.log(0.5 * w)


def search(
    first: Any,
    second: Any,
    third: Any,
    fourth: Any,
    u_table: Any,
    s_table: Any,
    shift: Any,
) -> None:
    """Descends the entropy of every group over the centre, whose ``shift`` (G, N) from the origin is the result.

    Fisher scoring, with the exact Newton length along its direction, from the better of the mean and the point half
    a skewness away (the midpoint of a two-point law, where an unequally filled double well is centred). A step that
    would raise the entropy is halved.
    """
    groups, n = first.shape
    best, step, trial, carried = np.zeros(n), np.zeros(n), np.zeros(n), np.zeros(n)
    for g in range(groups):
        trace = 0.0
        for i in range(n):
            trace += second[g, i, i]
        if not (trace > 0.0 and fourth[g] < math.inf):
            continue
        lowest = math.inf
        for i in range(n):
            trial[i] = 0.0
            step[i] = 0.5 * third[g, i] / trace
        starts = 2
        for _ in range(200):
            # Moments about the trial centre.
            square, along, dot_third, dot_carried = 0.0, 0.0, 0.0, 0.0
            for i in range(n):
                carried[i] = 0.0
                for j in range(n):
                    carried[i] += second[g, i, j] * trial[j]
                square += trial[i] * trial[i]
                along += trial[i] * first[g, i]
                dot_third += trial[i] * third[g, i]
                dot_carried += trial[i] * carried[i]
            m2 = trace - 2.0 * along + square
            m4 = fourth[g] - 4.0 * dot_third + 4.0 * dot_carried + square * (2.0 * trace - 4.0 * along + square)
            k, u, u_slope, entropy = read_point(m4 / (m2 * m2), n, u_table, s_table)
            entropy += 0.5 * n * math.log(m2 / n)
            if starts == 2:  # the mean; the midpoint is tried next
                starts, lowest = 1, entropy
                for i in range(n):
                    best[i] = trial[i]
                    trial[i] = step[i]
                continue
            if starts == 1:
                starts = 0
                if entropy >= lowest:
                    for i in range(n):
                        trial[i] = best[i]
                    continue
            elif entropy > lowest + 1e-14 * (1.0 + abs(lowest)):
                length = 0.0
                for i in range(n):
                    step[i] *= 0.5
                    trial[i] = best[i] + step[i]
                    length += step[i] * step[i]
                if length < 1e-26 * m2:
                    break
                continue
            lowest = entropy
            scale = m2 / n
            r = (1.0 - k * u * n / 6.0) / scale
            coupling = u / (scale * scale)
            information = r + coupling * m2 * (1.0 + 2.0 / n) / 6.0
            d2, d4, scoring = 0.0, 0.0, 0.0
            for i in range(n):
                best[i] = trial[i]
                m1 = first[g, i] - trial[i]
                m3 = third[g, i] - 2.0 * carried[i] + square * first[g, i] - trial[i] * m2
                downhill = r * m1 + coupling / 6.0 * m3
                step[i] = downhill / information
                scoring += step[i] * downhill
                d2 -= 2.0 * m1 * step[i]
                d4 -= 4.0 * m3 * step[i]
            # Second derivatives of the entropy in (m2, m4), as in ``radial.entropy_hessian``.
            e1, e2 = u * n * n / 24.0, u_slope * n * n / 24.0
            h44 = e2 / m2**4
            h24 = -2.0 * (e1 + k * e2) / m2**3
            h22 = (-0.5 * n + 6.0 * k * e1 + 4.0 * k * k * e2) / m2**2
            curvature = scoring + h22 * d2 * d2 + 2.0 * h24 * d2 * d4 + h44 * d4 * d4
            if not scoring > 0.0:
                break
            stretch = scoring / max(curvature, 0.25 * scoring)
            length = 0.0
            for i in range(n):
                step[i] *= stretch
                trial[i] = best[i] + step[i]
                length += step[i] * step[i]
            if length < 1e-26 * m2:
                break
        for i in range(n):
            shift[g, i] = best[i]
