"""Loops of the search for the maximum of the likelihood of ``exp(-F) / Z`` on the line, F a polynomial.

Newton's method in polynomials that are orthonormal for a density near the current one: Fisher's matrix is not far from
the identity. They come from Stieltjes' recurrence on the grid (Gautschi 2004, section 2.2), once for each grid. No step
lowers the likelihood.

Written once for both symmetries: ``s`` is ``y``, or ``y^2`` where F is even, ``F = sum_k theta_k s^k``, and what is
fitted are the averages of ``s^k``. Run through ``symcat.loops``: arrays as they are for few groups, compiled for many.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

ANSWERED, FEW_VALUES, TURNS_DOWN, FAR_HUMP, NOT_CONVERGED, OUT_OF_REACH, NEAR_GAUSSIAN = range(7)
"""What was found of a group; the last two are what a table knows of groups beyond it, without a search."""
AT_THE_MAXIMUM, TOO_COARSE, ON_THE_WAY, NO_END = range(4)
"""How the steps on a grid ended."""

ENDED = 60.0
"""Nats above the minimum of F where the grid ends."""
NEGLIGIBLE = 46.0
"""Nats above the minimum of F from which nothing counts."""
BARRIER = 10.0
"""Nats above the minimum of F at which what lies beyond is a hump of its own."""
FEWEST_IN_A_HUMP = 0.5
"""Expected rows beyond a barrier: with fewer there is none."""
SERVES = 0.5
"""Standard errors by which a hump without rows may move the averages: one that moves them more is there to serve them,
one that moves them less is where F happens to turn far from all rows, and the fit would hardly differ without it."""
MET = 1e-9
"""Largest error of an average, relative to its size or one, with which a maximum is taken."""
DEGENERATE = 1e-10
"""Of what ``spread_left`` says: rows with less lie at so few points as to be no density. Narrow humps come near 1e-7;
of points alone rounding leaves 1e-15."""

_POINTS, _MOST_POINTS = 129, 32_769
_LEAST, _PAD, _WIDER, _FARTHEST = 6.0, 1.15, 2.0, 4.0
_ROUNDS, _STEPS, _HALVINGS = 100, 20, 40
_LOOSE, _TIGHT, _QUADRATIC = 1e-2, 1e-24, 1e-10  # of the square of a step
_COARSE, _FINE = 0.05, 1e-11  # by which half of the points may change the sum
_FEWEST_POINTS = 2.5  # that all of the mass would be, were it on points like the heaviest
_RAISED = 1.0 + 1e-14
"""By which the diagonal of a matrix is raised, by rounding, so that there always is a step."""
_BEYOND = 160  # points at which F is looked at outside of the grid
_OUTWARD = np.concatenate([[0.0], 0.02 * 1.06 ** np.arange(_BEYOND)])  # of its width


def power_sum(theta: Any, s: Any) -> Any:
    """``sum_k theta_k s^k`` by Horner's rule."""
    out = np.zeros_like(s)
    for k in range(theta.shape[0] - 1, -1, -1):
        out = out * s + theta[k]
    return out


def at_points(lo: float, hi: float, points: int, even: bool) -> tuple[Any, Any]:
    """Equally spaced y, and s."""
    y = lo + (hi - lo) / (points - 1) * np.arange(points)
    return y, (y * y if even else y)


def weights(energy: Any, first: float) -> tuple[Any, float, float]:
    """``exp(min F - F)`` at the points, their sum, and min F; ``first`` is what the first point counts."""
    lowest = energy.min()
    out = np.exp(lowest - energy)
    out[0] *= first
    return out, out.sum(), lowest


def uneven(weight: Any, total: float) -> float:
    """By how much half of the points change the sum."""
    out: float = abs(2.0 * weight[::2].sum() / total - 1.0)
    return out


def orthonormal(s: Any, weight: Any, values: Any, coefficients: Any) -> None:
    """Polynomials in s orthonormal for weights that add up to one: values (K, points) and coefficients (K, K)."""
    size = values.shape[0]
    coefficients[:] = 0.0
    values[0] = 1.0
    coefficients[0, 0] = 1.0
    below = 0.0
    for k in range(size - 1):
        last = max(k - 1, 0)
        here = values[k]
        middle = (weight * here) @ (here * s)
        raised = (s - middle) * here - below * values[last]
        norm = math.sqrt((weight * raised) @ raised)
        values[k + 1] = raised / norm
        moved = -middle * coefficients[k] - below * coefficients[last]
        moved[1:] += coefficients[k, :-1]
        coefficients[k + 1] = moved / norm
        below = norm


def spread_left(averages: Any, even: bool) -> float:
    """The least variance that lower powers leave of y^k, k to half of the degree, in that of a Gaussian's.

    By Cholesky's factor of the averages of products of powers, whose diagonal has their roots.
    """
    half = averages.shape[0] - 1 if even else (averages.shape[0] - 1) // 2
    factor = np.zeros((half + 1, half + 1))
    worst, normal = math.inf, 1.0
    for i in range(half + 1):
        normal *= max(i, 1)
        for j in range(i + 1):
            if not even:
                rest = averages[i + j]
            elif (i + j) % 2 == 0:
                rest = averages[(i + j) // 2]
            else:
                rest = 0.0
            for k in range(j):
                rest -= factor[i, k] * factor[j, k]
            if i > j:
                factor[i, j] = rest / factor[j, j]
                continue
            worst = min(worst, rest / normal)
            if not rest > 0.0:
                return 0.0
            factor[i, i] = math.sqrt(rest)
    return worst


def climb(wanted: Any, values: Any, energy: Any, first: float, change: Any, enough: float) -> int:
    """Newton's steps on a grid until the square of one is below ``enough``: the state.

    ``values`` (T + 1, points) are polynomials, the first one 1, whose averages are to become ``wanted`` (T + 1,), and
    ``energy`` is F at the points; what multiplies the polynomials moves by ``change`` (T + 1,). ``first`` is what the
    first point counts.
    """
    change[:] = 0.0
    last = math.inf
    weight, total, lowest = weights(energy, first)
    for _ in range(_STEPS):
        if not total < math.inf:
            return NO_END
        if total < _FEWEST_POINTS or uneven(weight, total) > _COARSE:
            return TOO_COARSE
        products = (values * (weight / total)) @ values.T
        # That of the constant, by which the averages are subtracted, is solved for too.
        short = products[0] - wanted
        short[0] = 0.0
        products.reshape(-1)[:: short.shape[0] + 1] *= _RAISED
        step = np.linalg.solve(products, short)
        square = short @ step
        if not abs(square) < math.inf:
            return NO_END
        step[0] = 0.0
        along = step @ values
        length = 1.0
        if square > _QUADRATIC:
            log_sum, falls = math.log(total) - lowest, -(step @ wanted)
            for _ in range(_HALVINGS):
                weight, total, lowest = weights(energy + length * along, first)
                gain = length * falls - (math.log(total) - lowest - log_sum)
                if gain > 1e-3 * length * square:
                    break
                length *= min(0.5, max(0.1, 0.5 * length * square / max(length * square - gain, 1e-300)))
            else:
                return NO_END
        energy += length * along
        change += length * step
        if square < enough or (square < _QUADRATIC and square > 0.25 * last):
            return AT_THE_MAXIMUM
        if square <= _QUADRATIC:
            weight, total, lowest = weights(energy, first)
        last = square
    return ON_THE_WAY


def beyond(theta: Any, even: bool, edge: float, width: float, lowest: float) -> tuple[float, float, float]:
    """Outward from an edge of the grid: where F is ``ENDED``, where it turns down before, NaN if not, and how high.

    ``width`` is signed: negative to the left. Heights are above ``lowest``.
    """
    y = edge + width * _OUTWARD
    height = power_sum(theta, y * y if even else y) - lowest
    falls, ended = (height[1:] < height[:-1]) & (height[1:] < NEGLIGIBLE), height >= ENDED
    turn = falls.argmax() if falls.any() else _BEYOND
    end = ended.argmax() if ended.any() else _BEYOND + 1
    stop = y[end] if end <= turn else math.nan
    return (stop, y[turn], height[turn]) if turn < _BEYOND else (stop, math.nan, height[turn])


def hump(energy: Any, weight: Any, y: Any, seen: Any) -> None:
    """Where a barrier of ``BARRIER`` or more parts off the least mass, how high it is, and that mass; NaN if none does.

    ``energy`` is F above its minimum at the points ``y`` and ``weight`` their shares of the mass.
    """
    seen[:] = math.nan
    here = energy[1:-1]
    barriers = np.flatnonzero((here >= BARRIER) & (here >= energy[:-2]) & (here > energy[2:]))
    for i in barriers:
        before = weight[: i + 1].sum()
        mass = min(before, 1.0 - before)
        if not mass >= seen[2]:
            seen[0], seen[1], seen[2] = y[i + 1], here[i], mass


def served(energy: Any, weight: Any, y: Any, s: Any, powers: int, count: float, seen: Any) -> bool:
    """Whether a hump in which no row is expected moves the averages of s^k by more than ``SERVES`` of their errors.

    ``seen`` is then of that hump. The errors are those of the density without it: of its orthonormal polynomials they
    are 1 / sqrt(count), and independent.
    """
    values, coefficients = np.empty((powers + 1, s.shape[0])), np.empty((powers + 1, powers + 1))
    here = energy[1:-1]
    for i in np.flatnonzero((here >= BARRIER) & (here >= energy[:-2]) & (here > energy[2:])):
        before = weight[: i + 1].sum()
        mass = min(before, 1.0 - before)
        if count * mass >= FEWEST_IN_A_HUMP:
            continue
        of_hump, others = weight.copy(), weight.copy()
        if before < 0.5:
            of_hump[i + 1 :], others[: i + 1] = 0.0, 0.0
        else:
            of_hump[: i + 1], others[i + 1 :] = 0.0, 0.0
        orthonormal(s, others / others.sum(), values, coefficients)
        square = 0.0
        for k in range(1, powers + 1):
            square += (of_hump * values[k]).sum() ** 2
        if count * square > SERVES * SERVES:
            seen[0], seen[1], seen[2] = y[i + 1], here[i], mass
            return True
    return False


def missed(averages: Any, even: bool, theta: Any, log_z: float, lo: float, hi: float, points: int) -> float:
    """The largest error of an average, relative to its size or one, and of log Z, on another grid."""
    y, s = at_points(lo, hi, points, even)
    energy = power_sum(theta, s)
    weight, total, lowest = weights(energy, 0.5 if even else 1.0)
    worst = abs(math.log(total * (y[1] - y[0]) * (2.0 if even else 1.0)) - lowest - log_z)
    weight /= total
    for k in range(1, averages.shape[0]):
        weight = weight * s
        worst = max(worst, abs(weight.sum() - averages[k]) / max(1.0, abs(averages[k])))
    return worst


def maximise(
    averages: Any,
    count: Any,
    even: bool,
    anew: bool,
    theta: Any,
    log_z: Any,
    error: Any,
    grid: Any,
    seen: Any,
    code: Any,
) -> None:
    """Of every group, from averages (G, K + 1) of s^k: theta (G, K + 1), log Z, the error and what was found.

    ``grid`` (G, 3) is where the grid begins and ends, and its number of points. ``seen`` (G, 3) are where F turns down,
    how high it is there, and the mass beyond, as ``hump`` says. Where ``grid`` and ``theta`` hold numbers before, they
    are where the search begins; where it does not end from there, it begins ``anew`` if it may.
    """
    numbers = np.empty(2)
    for g in range(averages.shape[0]):
        code[g], started = NOT_CONVERGED, grid[g, 2] > 0.0
        for attempt in range(2):
            near = attempt == 0
            begins = started if near else (anew or not started) and code[g] != ANSWERED and code[g] != FAR_HUMP
            if begins:
                code[g] = maximum(averages[g], count[g], even, near, theta[g], numbers, grid[g], seen[g])
        log_z[g], error[g] = numbers[0], numbers[1]


def maximum(m: Any, count: float, even: bool, near: bool, theta: Any, numbers: Any, grid: Any, seen: Any) -> int:
    """Of one group: on a grid that holds all rows, then on one that is as wide as the density.

    Where it is ``near``, from ``theta`` on ``grid``.
    """
    powers = m.shape[0] - 1
    lo, hi, points = grid[0], grid[1], _POINTS
    if near:
        points = int(grid[2])
    numbers[:], seen[:], grid[:] = math.nan, math.nan, math.nan
    if not spread_left(m, even) > DEGENERATE:
        return FEW_VALUES
    # The highest average bounds the rows: those that lie farther would alone make it larger.
    widest = max(_PAD * (count * m[powers]) ** (1.0 / (2 * powers if even else powers)), _LEAST)
    farthest = _FARTHEST * widest
    if not near:
        lo, hi = 0.0 if even else -widest, widest
    first, start = (0.5, 2) if even else (1.0, 4)
    top, made = powers if near else 0, False
    change, coefficients = np.empty(powers + 1), np.empty((powers + 1, powers + 1))
    begun, tried = np.empty((_ROUNDS, 3)), 0
    for _ in range(_ROUNDS):
        if top == 0:  # a Gaussian, then one degree after the other
            for k in range(tried):
                if begun[k, 0] == lo and begun[k, 1] == hi and begun[k, 2] == points:
                    return NOT_CONVERGED  # what follows has been gone through
            begun[tried, 0], begun[tried, 1], begun[tried, 2] = lo, hi, points
            tried += 1
            theta[:] = 0.0
            theta[1 if even else 2] = 0.5
            top, made = min(start, powers), False
        fresh = not made
        if fresh:
            y, s = at_points(lo, hi, points, even)
            values = np.empty((powers + 1, points))
            energy = power_sum(theta, s)
            weight, total, lowest = weights(energy, first)
            if total < math.inf and (total < _FEWEST_POINTS or uneven(weight, total) > _COARSE):
                points = 2 * points - 1  # before there are polynomials: many points take long
                if points > _MOST_POINTS:
                    return NOT_CONVERGED if math.isnan(seen[0]) else TURNS_DOWN
                continue
            orthonormal(s, weight / total, values, coefficients)
            wanted = coefficients @ m
            made = True
        state = climb(
            wanted[: top + 1], values[: top + 1], energy, first, change[: top + 1], _TIGHT if top == powers else _LOOSE
        )
        theta += change[: top + 1] @ coefficients[: top + 1]
        if state == TOO_COARSE:
            points = 2 * points - 1
        if (state == NO_END and fresh) or points > _MOST_POINTS:
            return NOT_CONVERGED if math.isnan(seen[0]) else TURNS_DOWN
        if state != AT_THE_MAXIMUM:
            made = False  # polynomials that are orthonormal for what the density has become
            continue
        if top < powers:
            top += 1 if even else 2
            continue
        made = False
        energy = power_sum(theta, s)
        weight, total, lowest = weights(energy, first)
        # Where the density ends on both sides, and whether F turns down there.
        new_lo, turn_lo, high_lo = (0.0, math.nan, 0.0) if even else beyond(theta, even, lo, lo - hi, lowest)
        new_hi, turn_hi, high_hi = beyond(theta, even, hi, hi - lo, lowest)
        if not (math.isnan(turn_lo) and math.isnan(turn_hi)):
            right = math.isnan(turn_lo) or high_hi < high_lo
            seen[0], seen[1], seen[2] = (turn_hi, high_hi, 0.0) if right else (turn_lo, high_lo, 0.0)
            # A box that is too narrow makes F turn down too.
            wider_lo = lo if math.isnan(turn_lo) else max(_WIDER * lo, -farthest)
            wider_hi = hi if math.isnan(turn_hi) else min(_WIDER * hi, farthest)
            if near or (wider_lo == lo and wider_hi == hi):
                return TURNS_DOWN
            lo, hi = wider_lo, wider_hi
            top = 0
            continue
        if math.isnan(new_lo) or math.isnan(new_hi):
            return TURNS_DOWN
        inside = energy < lowest + ENDED
        begin, end = inside.argmax(), points - 1 - inside[::-1].argmax()
        step = y[1] - y[0]
        if not even:
            new_lo = new_lo if new_lo < lo else max(y[begin] - step, lo)
        new_hi = new_hi if new_hi > hi else min(y[end] + step, hi)
        if new_lo < lo or new_hi > hi or new_hi - new_lo < 0.8 * (hi - lo):
            lo, hi = new_lo, new_hi
            continue
        if uneven(weight, total) > _FINE:
            points = 2 * points - 1
            continue
        hump(energy - lowest, weight / total, y, seen)
        if count * seen[2] < FEWEST_IN_A_HUMP:
            if served(energy - lowest, weight / total, y, s, powers, count, seen):
                return FAR_HUMP
            far = weight * s**powers  # a hump too narrow for the grid is seen by its share of the highest average
            if uneven(far, far.sum()) > _FINE:
                points = 2 * points - 1
                continue
        log_z = math.log(total * step * (2.0 if even else 1.0)) - lowest + theta[0]
        theta[0] = 0.0
        pad = 0.05 * (hi - lo)
        error = missed(m, even, theta, log_z, 0.0 if even else lo - pad, hi + pad, int(1.4 * points))
        numbers[0], numbers[1] = log_z, error
        grid[0], grid[1], grid[2] = lo, hi, points
        return ANSWERED if error < MET else NOT_CONVERGED
    return NOT_CONVERGED


def polynomials(theta: Any, grid: Any, even: bool, odd: bool, made: Any, out: Any) -> None:
    """The coefficients (G, M + 1, M + 1) of the polynomials orthonormal for the densities of theta (G, K + 1).

    Of powers of s; where ``odd`` of y times powers of y^2, the coefficients then being those of the latter.
    """
    for g in range(theta.shape[0]):
        if not made[g]:
            continue
        _, s = at_points(grid[g, 0], grid[g, 1], int(grid[g, 2]), even)
        weight, total, _ = weights(power_sum(theta[g], s), 0.5 if even else 1.0)
        norm = 1.0
        if odd:
            weight = weight * s
            norm = math.sqrt(weight.sum() / total)
            total = weight.sum()
        values = np.empty((out.shape[1], s.shape[0]))
        orthonormal(s, weight / total, values, out[g])
        out[g] /= norm


INNER = (
    at_points,
    power_sum,
    weights,
    uneven,
    orthonormal,
    spread_left,
    climb,
    beyond,
    hump,
    served,
    missed,
    maximum,
)
"""What is called by the loops over groups."""
