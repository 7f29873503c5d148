"""Averages that a user states by name, as the record of moments that the models read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symcat import labels
from symcat.data.moments import Moments
from symcat.errors import InvalidData

Floats = NDArray[np.float64]
Named = dict[str, Floats]

WHOLE_TABLE = ("ising.pairwise", "ising.tree")
"""Ising classes whose averages are given column by column and pair by pair."""


def moments_of(
    label: str, averages: Mapping[str, Any], n: float | None, columns: Sequence[str] | None
) -> tuple[Moments, bool]:
    """The moments that the averages of a class state, and whether they are a batch (arrays with a leading axis).

    Raises InvalidData when averages are missing, unknown, of the wrong shape, or no numbers.
    """
    dimension = labels.quartic_dimension(label)
    if dimension is not None:
        given = _numbers(label, averages, ("m2", "m4"))
        found, batch = _radial(dimension, given), given["m2"].ndim + given["m4"].ndim > 0
    elif label in labels.ISING:
        found, batch = _spins(label, averages)
    else:
        given = _numbers(label, averages, ("covariance",))
        found, batch = _gaussian(given["covariance"]), given["covariance"].ndim == 3
    d = found["first"].shape[1]
    names = tuple(columns) if columns is not None else ("x",) if d == 1 else tuple(f"x{i}" for i in range(d))
    if len(names) != d:
        raise InvalidData(f"{len(names)} column names were given for {d} columns.")
    shape = found["first"].shape
    if label in labels.ISING:
        origin: Floats = np.zeros(shape)
    else:
        try:
            origin = np.array(np.broadcast_to(np.asarray(averages.get("mean", 0.0), dtype=np.float64), shape))
        except ValueError as error:
            raise InvalidData(f"mean has shape {np.shape(averages['mean'])}; {d} numbers are needed.") from error
    count = np.full(shape[0], np.nan if n is None else float(n))
    unit = float(found.pop("unit"))
    return Moments(names, count, origin, unit, **found), batch


def _numbers(
    label: str, averages: Mapping[str, Any], wanted: Sequence[str], optional: Sequence[str] = ("mean",)
) -> Named:
    """The averages ``wanted``, all there and all numbers, and nothing unknown beside them."""
    missing = [name for name in wanted if averages.get(name) is None]
    unknown = sorted(set(averages) - {*wanted, *optional})
    if missing or unknown:
        said = f"missing: {', '.join(missing)}. " if missing else f"not understood: {', '.join(unknown)}. "
        extra = ", ".join((*optional, "n"))
        raise InvalidData(f"lookup({label!r}) takes {', '.join(wanted)} and optionally {extra}; {said}")
    try:
        return {
            name: np.asarray(averages[name], dtype=np.float64)
            for name in (*wanted, *optional)
            if averages.get(name) is not None
        }
    except (TypeError, ValueError) as error:
        raise InvalidData(f"The averages must be numbers or arrays of numbers: {error}.") from error


def _radial(d: int, given: Named) -> dict[str, Any]:
    """Quartic classes: <rho^2> and <rho^4> about the centre."""
    m2, m4 = (np.atleast_1d(values) for values in np.broadcast_arrays(given["m2"], given["m4"]))
    unit = _unit(np.sqrt(np.abs(m2)))
    zero = np.zeros((len(m2), d))
    fourth = m4 / unit**4
    higher: dict[str, Any] = (
        {"column_powers": np.stack([np.zeros_like(m4), fourth], axis=-1)[:, None, :]}
        if d == 1
        else {"radial_third": zero, "radial_fourth": fourth}
    )
    return {"unit": unit, "first": zero, "second": np.eye(d) * (m2 / unit**2 / d)[:, None, None], **higher}


def _gaussian(covariance: Floats) -> dict[str, Any]:
    """Gaussian classes: the covariance about the mean, divided by n."""
    given = covariance
    covariance = np.atleast_2d(covariance)
    d = covariance.shape[-1]
    covariance = covariance if covariance.ndim == 3 else covariance[None]
    if covariance.shape[1] != d or not np.allclose(
        covariance, covariance.transpose(0, 2, 1), rtol=1e-9, equal_nan=True
    ):
        raise InvalidData(f"covariance has shape {given.shape}; a symmetric (d, d) matrix is needed.")
    unit = _unit(np.sqrt(np.abs(np.einsum("gii->gi", covariance))))
    return {"unit": unit, "first": np.zeros((len(covariance), d)), "second": covariance / unit**2}


def _spins(label: str, averages: Mapping[str, Any]) -> tuple[dict[str, Any], bool]:
    """Ising classes: ``m``, means of the spins, and ``q``, averages of products of two, over the coupled pairs."""
    if label == "ising.independent":
        m = _numbers(label, averages, ("m",), ())["m"]
        batch, m = m.ndim == 2, np.atleast_2d(m)
        return _table_of_spins(m, m[:, :, None] * m[:, None, :]), batch
    if label in WHOLE_TABLE:
        given = _numbers(label, averages, ("m", "q"), ())
        m, q = np.atleast_2d(given["m"]), given["q"]
        q = q if q.ndim == 3 else q[None]
        d = m.shape[1]
        if q.shape != (len(m), d, d) or not np.allclose(q, q.transpose(0, 2, 1), 1e-9, 1e-12, True):
            raise InvalidData(
                f"q has shape {given['q'].shape}; with m of {d} columns a symmetric ({d}, {d}) matrix is needed."
            )
        return _table_of_spins(m, q), given["m"].ndim == 2
    square = label == "ising.square"
    given = _numbers(label, averages, ("d", "q") if square else ("d", "m", "q"), ())
    d = float(given["d"]) if given["d"].ndim == 0 else np.nan
    if not (d >= 2 and d == int(d)):
        raise InvalidData(f"d={averages['d']!r} is not a number of columns: pass a whole number from 2 on.")
    m, q = np.broadcast_arrays(given.get("m", np.zeros(())), given["q"])
    size = (max(m.size, 1), int(d))
    pair = np.broadcast_to(q.reshape(-1, 1, 1), (size[0], size[1], size[1]))
    return _table_of_spins(np.broadcast_to(m.reshape(-1, 1), size), pair), m.ndim > 0


def _table_of_spins(m: Floats, q: Floats) -> dict[str, Any]:
    second = np.array(q, dtype=np.float64)
    place = np.arange(m.shape[1])
    second[:, place, place] = 1.0
    return {"unit": 1.0, "first": np.array(m, dtype=np.float64), "second": second}


def _unit(spread: Floats) -> float:
    """The power of two nearest the typical spread."""
    some = spread.reshape(-1)[:: max(1, spread.size // 1000)]
    positive = some[np.isfinite(some) & (some > 0.0)]
    return 2.0 ** round(float(np.median(np.log2(positive)))) if positive.size else 1.0
