"""The SQL macro of the quartic of one column about its maximum-likelihood centre: a fixed number of Newton steps.

As the library searches (``symcat.models.quartic.kernels``): the entropy of the averages about a trial centre is
lowered, from the better of the mean and the point half a skewness away; a step that would raise it is halved.
"""

from __future__ import annotations

from builders.quartic.radial_sql import Further, Tables, answer
from builders.tools.sql import double, horner_in_full, let, macro

_STEPS = 40
_FEWEST = 6.0  # rows: twice as many as parameters
_SETTLED = 1e-8  # standard deviations, the last step's length
_FARTHEST = 100.0  # standard deviations of the mean from zero: beyond it little is left of central averages
_COMMENT = (
    "z2.quartic about the maximum-likelihood centre, from the number of rows n and the averages m1, m2, m3, m4 of x, "
    "x^2, x^3, x^4, of x less any number that is less than 100 standard deviations from its mean: struct(mean, "
    "mean_se, r, u, r_se, u_se, log_z, log_likelihood, sixth, reason) in data units, where sixth is what the model "
    "says of <(x - mean)^6> / <(x - mean)^2>^3; null where reason says why there is no answer."
)
_MISSING = (
    "m.n IS NULL OR m.m1 IS NULL OR m.m2 IS NULL OR m.m3 IS NULL OR m.m4 IS NULL",
    "NOT (isfinite(m.n) AND isfinite(m.m1) AND isfinite(m.m2) AND isfinite(m.m3) AND isfinite(m.m4))",
)


def _search(tables: Tables) -> str:
    """SQL of the fold, in terms of ``c.z`` and ``c.k``, the skewness and the kurtosis about the mean.

    The state is [best, its entropy, step, number of trials]; the trial is best + step, in standard deviations.
    """
    trial = "(s[1] + s[3])"
    m2 = f"(1e0 + {trial} * {trial})"
    m4 = f"(c.k + {trial} * ({trial} * (6e0 + {trial} * {trial}) - 4e0 * c.z))"
    about = {"x": trial, "a": m2, "k": f"greatest(1e0 + 1e-15, least(3e0, {m4} / {m2} / {m2}))"}
    position = tables.position("o", "(o.k - 1e0)")
    cell = f"least(floor({position}), {double(2.0 * tables.half - 1.0)})"
    on_cell = {"x": "o.x", "a": "o.a", "k": "o.k", "w": "o.k - 1e0", "i": f"{cell}::INTEGER + 1"}
    on_cell["t"] = f"2e0 * ({position} - {cell}) - 1e0"
    values = {**{name: f"p.{name}" for name in ("x", "a", "k", "w")}, **tables.read("p", horner_in_full)}
    # Downhill force, and the curvatures: by scoring, and of the entropy, whose averages change by 2 x and by -4 m3.
    m3 = "(c.z - o.x * (3e0 + o.x * o.x))"
    u, slope = tables.coupling("o"), tables.slope_in_kurtosis("o")
    r, coupling = f"((1e0 - o.k * {u} / 6e0) / o.a)", f"({u} / o.a / o.a)"
    h22 = f"(o.k * {u} / 4e0 + o.k * o.k * {slope} / 6e0 - 0.5e0) / o.a / o.a"
    h24 = f"({u} + o.k * {slope}) / -12e0 / o.a / o.a / o.a"
    h44 = f"{slope} / 24e0 / o.a / o.a / o.a / o.a"
    step = {
        "x": "o.x",
        "e": "o.ps + 0.5e0 * (ln(0.5e0 * o.w) + ln(o.a))",
        "f": f"{coupling} / 6e0 * {m3} - {r} * o.x",
        "g": f"{r} + {coupling} * o.a / 2e0",
        "c": f"4e0 * o.x * o.x * {h22} - 16e0 * o.x * {m3} * {h24} + 16e0 * {m3} * {m3} * {h44}",
    }
    length = "CASE WHEN v.g > 0e0 THEN v.f / greatest(v.g + v.c, 0.25e0 * v.g) ELSE 0e0 END"
    chosen = (
        "CASE WHEN s[4] = 0e0 THEN [v.x, v.e, 0.5e0 * c.z, 1e0] "
        "WHEN s[4] = 1e0 AND v.e >= s[2] THEN [s[1], s[2], 0e0, 2e0] "
        "WHEN s[4] > 1e0 AND v.e > s[2] + 1e-14 * (1e0 + abs(s[2])) THEN [s[1], s[2], 0.5e0 * s[3], s[4]] "
        f"ELSE [v.x, v.e, {length}, 2e0] END"
    )
    body = let(step, "v", chosen)
    for fields, name in ((values, "o"), (on_cell, "p"), (about, "o")):
        body = let(fields, name, body)
    turns = ", ".join(["[0e0]"] * _STEPS)
    return f"list_reduce([[0e0, 'inf'::DOUBLE, 0e0, 0e0], {turns}], lambda s, turn: {body})"


def centred(label: str, tables: Tables) -> list[str]:
    """The SQL that makes the macro."""
    absent, infinite = _MISSING
    given = {name: f"{name}::DOUBLE" for name in ("n", "m1", "m2", "m3", "m4")}
    far = f"m.m1 * m.m1 > {double(_FARTHEST**2)} * (m.m2 - m.m1 * m.m1)"
    why = (
        f"CASE WHEN {absent} THEN 'n or an average is null: no rows, or a missing value' "
        f"WHEN {infinite} THEN 'n or an average is not a finite number' "
        f"WHEN m.n <= {double(_FEWEST)} THEN 'there are too few rows for a fourth moment: more than 6 are needed' "
        "WHEN NOT m.m2 - m.m1 * m.m1 > 0e0 THEN 'the variance m2 - m1^2 is not positive: the data do not vary' "
        f"WHEN {far} THEN 'the mean is more than 100 standard deviations from zero, so that averages about zero "
        "have lost the digits of the shape: average x less a number near its mean' END"
    )
    central = {
        "n": "m.n",
        "mean": "m.m1",
        "m2": f"CASE WHEN {why} IS NULL THEN m.m2 - m.m1 * m.m1 END",
        "m3": "m.m3 - m.m1 * (3e0 * m.m2 - 2e0 * m.m1 * m.m1)",
        "m4": "m.m4 - m.m1 * (4e0 * m.m3 - m.m1 * (6e0 * m.m2 - 3e0 * m.m1 * m.m1))",
        "why": why,
    }
    shape = {name: f"c.{name}" for name in ("n", "mean", "m2", "why")}
    shape |= {"sd": "sqrt(c.m2)", "z": "c.m3 / c.m2 / sqrt(c.m2)", "k": "c.m4 / c.m2 / c.m2"}
    found = {name: f"c.{name}" for name in ("n", "mean", "m2", "z", "k", "sd", "why")}
    found["s"] = f"CASE WHEN c.k IS NOT NULL THEN {_search(tables)} END"
    unsettled = f"CASE WHEN NOT abs(c.s[3]) <= {double(_SETTLED)} THEN 'the search for the centre did not settle' END"
    about = {
        "n": "c.n",
        "mean": "c.mean + c.sd * c.s[1]",
        "a": "c.m2 * (1e0 + c.s[1] * c.s[1])",
        "b": "c.m2 * c.m2 * (c.k + c.s[1] * (c.s[1] * (6e0 + c.s[1] * c.s[1]) - 4e0 * c.z))",
        "why": f"coalesce(c.why, {unsettled})",
    }
    u = tables.coupling("v")
    r = f"(1e0 - v.k * {u} / 6e0)"
    further = Further(
        kept=("mean", "why"),
        before=(
            ("mean", "CASE WHEN v.k IS NOT NULL THEN v.mean END"),
            ("mean_se", f"1e0 / sqrt(v.n * ({r} + 0.5e0 * {u}) / v.m)"),
        ),
        after=(("sixth", f"6e0 * (3e0 - {r} * v.k) / {u}"),),
        refusal="v.why",
    )
    body = answer(tables, further)
    for fields, name in ((about, "m"), (found, "c"), (shape, "c"), (central, "c")):
        body = let(fields, name, body)
    return macro(f"{label}_centred", "n, m1, m2, m3, m4", let(given, "m", body), _COMMENT)
