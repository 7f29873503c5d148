"""The SQL macro of least squares: ``linear_regression(y, x1, ..., xp)``, an aggregate of 2 to 9 columns.

The averages are DuckDB's own, which stay exact far from zero; the normal equations are solved in correlations by the
sweep operator (Goodnight 1979, The American Statistician 33, 149), one step for each predictor: its pivot is the part
of the predictor's variance that those before it leave.
"""

from __future__ import annotations

import math

from builders.tools.sql import case, double, let, macro_overloaded, struct

MOST = 8
"""Predictors of the longest form."""
_LEAST_PIVOT = 1e-10  # of 1 - R2 of a predictor given those before it: six digits of its coefficient are left
_LEAST_REST = 1e-13  # of 1 - R2 of the target: less is the rounding of the averages
_COMMENT = (
    "Least squares of y given x1 to x8 (1 to 8 of them), an aggregate of the columns: struct(n, left_out, intercept, "
    "intercept_se, coefficients, standard_errors, t, r_squared, residual_standard_deviation, degrees_of_freedom, "
    "log_likelihood, reason); lists in order of the predictors; standard errors with n - p - 1 degrees of freedom. "
    "Rows with a null in any column are left_out. All but n and left_out are null where reason says why."
)


def _averages(names: list[str]) -> dict[str, str]:
    """The aggregates. Rows with a null are left out; unlike var_pop, covar_pop never raises."""
    whole = " AND ".join(f"{name} IS NOT NULL" for name in names)
    masked = {name: f"CASE WHEN {whole} THEN {name}::DOUBLE END" for name in names}
    found = {"n": f"count({masked[names[0]]})", "rows": "count(*)"}
    for i, name in enumerate(names):
        found[f"m{i}"] = f"avg({masked[name]})"
        for j in range(i + 1):
            found[f"c{i}_{j}"] = f"covar_pop({masked[name]}, {names[j]}::DOUBLE)"
    return found


def _pairs(p: int) -> list[tuple[int, int]]:
    return [(i, j) for i in range(p + 1) for j in range(i + 1)]


def _reasons(p: int) -> list[tuple[str, str | None]]:
    names = ["y", *(f"x{i}" for i in range(1, p + 1))]
    finite = " AND ".join(
        [f"isfinite(v.a.m{i})" for i in range(p + 1)] + [f"isfinite(v.a.c{i}_{i})" for i in range(p + 1)]
    )
    found: list[tuple[str, str | None]] = [
        ("v.s IS NOT NULL", None),
        ("v.a.n = 0", "no row has a value in every column"),
        (
            f"NOT ({finite})",
            "a value is NaN, infinite or too large to be squared: leave such rows out, by a WHERE clause",
        ),
        (
            f"v.a.n <= {p + 1}",
            f"there must be more rows than the {p + 1} coefficients, counted without those with a null",
        ),
    ]
    found += [(f"NOT v.a.c{i}_{i} > 0e0", f"{name} does not vary") for i, name in enumerate(names)]
    found += [
        (
            f"v.r[{(p + 1) ** 2 + 1}] = {k}e0",
            f"x{k} is a linear combination of the predictors before it: leave one of them out",
        )
        for k in range(2, p + 1)
    ]
    return found


def _swept(p: int) -> str:
    """The correlations of y and x1 to xp, by rows in one list, after the sweeps, and the first predictor without pivot.

    A fold over the predictors' numbers: the cost of binding lambdas doubles with each that is nested in another.
    """
    if p == 1:  # the same in closed form, at half of the cost
        rho = "(a.c1_0 / a.q1 / a.q0)"
        return f"[1e0 - {rho} * {rho}, {rho}, {rho}, -1e0, 0e0]"
    size = p + 1
    square = size * size
    entries = [
        "1e0" if i == j else f"a.c{max(i, j)}_{min(i, j)} / a.q{i} / a.q{j}" for i in range(size) for j in range(size)
    ]
    entries[0] = "CASE WHEN a.q0 IS NOT NULL THEN 1e0 END"
    places = ", ".join(f"[{k}e0]" for k in range(1, size))
    row, column, pivot = f"((e - 1) // {size})", f"((e - 1) % {size})", f"s[{size + 1} * k[1]::INTEGER + 1]"
    enough = f"{pivot} > {double(_LEAST_PIVOT)}"
    across, along = f"s[{row} * {size} + k[1]::INTEGER + 1]", f"s[{size} * k[1]::INTEGER + {column} + 1]"
    changed = (
        f"CASE WHEN e = {square + 1} THEN CASE WHEN x = 0e0 AND NOT {enough} THEN k[1] ELSE x END "
        f"WHEN NOT {enough} THEN NULL WHEN {row} = k[1] AND {column} = k[1] THEN -1e0 / {pivot} "
        f"WHEN {row} = k[1] OR {column} = k[1] THEN x / {pivot} ELSE x - {across} * {along} / {pivot} END"
    )
    return (
        f"list_reduce([[{', '.join(entries)}, 0e0], {places}], lambda s, k: list_transform(s, lambda x, e: {changed}))"
    )


def _body(p: int) -> str:
    names = ["y", *(f"x{i}" for i in range(1, p + 1))]
    size = p + 1
    averages = _averages(names)
    # Null where there is nothing to solve, and null goes through all that follows.
    usable = f"a.n > {size} AND " + " AND ".join(f"a.c{i}_{i} > 0e0 AND isfinite(a.c{i}_{i})" for i in range(size))
    scales = {f"q{i}": f"CASE WHEN {usable} THEN sqrt(a.c{i}_{i}) END" for i in range(size)}
    rest = f"CASE WHEN s.r[1] > {double(_LEAST_REST)} THEN s.r[1] END"
    slope = [f"v.r[{k * size + 1}] * v.a.q0 / v.a.q{k}" for k in range(1, size)]
    error = [f"v.s * sqrt(-v.r[{k * size + k + 1}]) / v.a.q{k}" for k in range(1, size)]
    t = [f"v.r[{k * size + 1}] * v.a.q0 / (v.s * sqrt(-v.r[{k * size + k + 1}]))" for k in range(1, size)]
    # The variance of the intercept: that of the mean, and that of the coefficients along the means.
    spread = " - ".join(
        f"{'' if i == j else '2e0 * '}(v.a.m{i} / v.a.q{i}) * (v.a.m{j} / v.a.q{j}) * v.r[{i * size + j + 1}]"
        for i, j in _pairs(p)
        if j > 0
    )
    results = {
        "n": "v.a.n",
        "left_out": "v.a.rows - v.a.n",
        "intercept": " - ".join(["v.a.m0 + 0e0 * v.s", *(f"{b} * v.a.m{k}" for k, b in enumerate(slope, start=1))]),
        "intercept_se": f"v.s * sqrt(1e0 - {spread})",
        "coefficients": _list_of(slope),
        "standard_errors": _list_of(error),
        "t": _list_of(t),
        "r_squared": "1e0 - v.f",
        "residual_standard_deviation": "v.s * sqrt(v.a.n)",
        "degrees_of_freedom": f"CASE WHEN v.s IS NOT NULL THEN v.a.n - {size} END",
        "log_likelihood": f"-0.5e0 * v.a.n * ({double(math.log(2 * math.pi) + 1)} + ln(v.f) + 2e0 * ln(v.a.q0))",
        "reason": case(_reasons(p), "the predictors determine y exactly: the residuals do not vary"),
    }
    # s is the standard error of the mean of y given the predictors.
    error_of_mean = f"CASE WHEN w.f IS NOT NULL THEN w.a.q0 * sqrt(w.f / (w.a.n - {size})) END"
    body = let({"a": "w.a", "r": "w.r", "f": "w.f", "s": error_of_mean}, "v", struct(results))
    body = let({"a": "s.a", "r": "s.r", "f": rest}, "w", body)
    body = let({"a": "a", "r": _swept(p)}, "s", body)
    added = ", ".join(f"{name} := {expression}" for name, expression in scales.items())
    body = f"list_transform([struct_insert(a, {added})], lambda a: {body})[1]"
    return let(averages, "a", body)


def _list_of(values: list[str]) -> str:
    return f"CASE WHEN v.s IS NOT NULL THEN [{', '.join(values)}] END"


def regression() -> list[str]:
    """The SQL that makes the macro, of as many arguments as there are columns."""
    forms = [(", ".join(["y", *(f"x{i}" for i in range(1, p + 1))]), _body(p)) for p in range(1, MOST + 1)]
    return macro_overloaded("linear_regression", forms, _COMMENT)
