"""How often the checks of a class reject tables drawn from that class: their levels, against the nominal ones.

    python benchmarks/check_levels.py                        the table of docs/mathematics.md, about an hour
    python benchmarks/check_levels.py --tables 20000 --only gaussian.full

Each line is a class, a number of columns and of rows, whether the centre is known, and for each check how many times
its nominal level it rejects, at 0.01 and at 0.001. Checks of averages are made of all tables as one batch; those that
need the rows, of ``--single`` tables one after the other.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator

import numpy as np

from symcat.catalogue import default
from symcat.data.moments import Floats, Moments
from symcat.data.schema import Schema
from symcat.models import registry
from symcat.models.base import Center, Model, Options
from symcat.models.fit import Observed

LEVELS = (0.01, 0.001)
AT_ONCE = 4_000_000
"""Numbers drawn together."""
SHAPES = {"deep": (-8.0, 4.0), "double": (-1.0, 2.0), "single": (1.0, 0.5)}
"""r and u of the quartic tables."""


def moments_of(rows: Floats, schema: Schema) -> Moments:
    """The averages of tables (G, n, d)."""
    groups, n, d = rows.shape
    q = (rows * rows).sum(axis=2)
    return Moments(
        columns=schema.columns,
        count=np.full(groups, float(n)),
        origin=np.zeros((groups, d)),
        unit=1.0,
        first=rows.mean(axis=1),
        second=rows.transpose(0, 2, 1) @ rows / n,
        column_powers=np.stack([(rows**k).mean(axis=1) for k in range(3, 7 if d == 1 else 5)], axis=-1),
        radial_third=None if d == 1 else (rows * q[:, :, None]).mean(axis=1),
        radial_fourth=None if d == 1 else (q * q).mean(axis=1),
    )


def draws(label: str, shape: str, d: int, n: int, tables: int, rng: np.random.Generator) -> Iterator[Floats]:
    """Tables (G, n, d) of the class, about zero."""
    at_once = max(1, min(tables, AT_ONCE // (n * d)))
    model = model_of(label, d)
    for _ in range(-(-tables // at_once)):
        if label.startswith("gaussian"):
            yield rng.standard_normal((at_once, n, d))
        else:
            r, u = SHAPES[shape]
            rows = model.sample({"mean": np.zeros(d), "r": r, "u": u}, at_once * n, rng)
            yield rows.reshape(at_once, n, d)


def model_of(label: str, d: int) -> Model:
    """The class of d real columns, with the packaged catalogue."""
    schema = Schema.real(("x",) if d == 1 else tuple(f"x{i}" for i in range(d)))
    (model,) = registry.models((label,), schema, Options(), default())
    return model


def levels(
    label: str, shape: str, d: int, n: int, center: Center, tables: int, single: int, seed: int
) -> dict[str, tuple[int, list[float]]]:
    """For each check: of how many tables it was made, and the shares it rejects over the levels."""
    rng = np.random.default_rng(seed)
    model = model_of(label, d)
    found: dict[str, list[Floats]] = {}
    left = single
    for rows in draws(label, shape, d, n, tables, rng):
        moments = moments_of(rows, model.schema)
        fit = model.fit(moments, center)
        batch = {check.name: check for check in model.checks(fit, Observed(moments), center)}
        for name, check in batch.items():
            made = fit.answered if check.made is None else check.made & fit.answered
            found.setdefault(name, []).append(check.p_value[made])
        for g in range(min(left, len(rows)) if d > 1 else 0):
            one = moments.groups(slice(g, g + 1))
            alone = model.fit(one, center)
            if alone.answered[0]:
                for check in model.checks(alone, Observed(one, rows[g]), center):
                    if check.name not in batch:
                        found.setdefault(check.name, []).append(check.p_value)
        left -= min(left, len(rows))
    out = {}
    for name, parts in found.items():
        p = np.concatenate(parts)
        p = p[np.isfinite(p)]
        out[name] = (len(p), [float((p < level).mean()) / level for level in LEVELS] if len(p) else [np.nan] * 2)
    return out


def cases(only: str | None) -> Iterator[tuple[str, str, int, int, bool]]:
    """Class, shape, columns, rows, and whether the centre is known."""
    rows = (20, 50, 100, 300, 1000, 2000)
    for d in (1, 2, 3, 5):
        gaussian = ["gaussian.full"]
        if d > 1:
            gaussian += ["gaussian.isotropic", "gaussian.diagonal", "gaussian.exchangeable"]
        quartic = "z2.quartic" if d == 1 else f"o{d}.quartic"
        for label in (*gaussian, quartic):
            for shape in SHAPES if label == quartic else [""]:
                for n in rows:
                    for known in (False, True):
                        if only is None or only in f"{label} {shape}":
                            yield label, shape, d, n, known


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tables", type=int, default=200_000)
    parser.add_argument("--single", type=int, default=20_000)
    parser.add_argument("--numbers", type=float, default=4e8, help="most numbers drawn for one line")
    parser.add_argument("--only", default=None, help="part of a label, or of a label and a shape")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    for label, shape, d, n, known in cases(given.only):
        tables = int(min(given.tables, given.numbers / (n * d)))
        center = np.zeros(d) if known else None
        found = levels(label, shape, d, n, center, tables, min(given.single, tables), given.seed)
        said = ", ".join(f"{name} {a:.2f} {b:.2f} ({made})" for name, (made, (a, b)) in found.items())
        print(f"{label:22} {shape:7} n={n:<5} {'known' if known else 'found':6} {said}", flush=True)


if __name__ == "__main__":
    main()
