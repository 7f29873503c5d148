"""How often the checks of a class reject tables drawn from that class: their levels, beside the nominal ones.

    python -m benchmarks.check_levels                              every class, about an hour and a half
    python -m benchmarks.check_levels --only student --rows 300
    python -m benchmarks.check_levels --tables 200000 --single 200000 --only gaussian.full

A line is a class and a number of rows. Laws of one column are drawn by the rule of ``one_column_laws``, ``--laws`` of
them and as many tables of each. Behind each check stand the tables it was made of and the shares it rejects at 5 % and
at 0.1 %, with their 95 % intervals (Wilson 1927), and for one column the share of the law that is worst. A star marks
an interval that lies outside of 3.6 to 6.4 %, or above 0.2 %. Checks of averages are made of all tables as one batch;
those of rows, and all of classes that are fitted to rows, of ``--single`` tables one after the other.
"""

from __future__ import annotations

import argparse
import math
import warnings
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np

from benchmarks.one_column_laws import INTERVALS, LABELS, draw
from symcat.catalogue import default
from symcat.data.charts import CHARTS
from symcat.data.moments import Coordinate, Floats, Moments
from symcat.data.schema import Schema
from symcat.models import registry
from symcat.models.base import Center, Model, Options
from symcat.models.fit import CheckResult, Observed
from symcat.models.special import needs_rows

LEVELS = (0.05, 0.001)
ALLOWED = ((0.036, 0.064), (0.0, 0.002))
AT_ONCE = 2_000_000
"""Numbers drawn together."""
SHAPES = ((-8.0, 4.0), (-1.0, 2.0), (1.0, 0.5))
"""r and u of the quartic tables of several columns: deep and double wells, and a single one."""

Draw = Callable[[int, int, np.random.Generator], Floats]
"""Tables (G, n, d) of one law, from G, n and a generator."""


@dataclass
class Found:
    """The p-values of a check, law by law."""

    parts: dict[int, list[Floats]] = field(default_factory=dict)

    def add(self, law: int, p_values: Floats) -> None:
        self.parts.setdefault(law, []).append(p_values)

    def shares(self, level: float) -> tuple[int, int, float]:
        """Tables, how many are rejected, and the largest share of a law."""
        of_laws = [np.concatenate(part) for part in self.parts.values()]
        rejected = [int((p < level).sum()) for p in of_laws]
        tables = [int(np.isfinite(p).sum()) for p in of_laws]
        worst = max((k / t for k, t in zip(rejected, tables, strict=True) if t), default=np.nan)
        return sum(tables), sum(rejected), worst


def interval(k: int, n: int) -> tuple[float, float]:
    """Wilson's of 95 % for a share of k in n."""
    z2 = 1.959963984540054**2
    middle, half = (k + z2 / 2.0) / (n + z2), math.sqrt(z2) / (n + z2) * math.sqrt(k * (n - k) / n + z2 / 4.0)
    return max(middle - half, 0.0), min(middle + half, 1.0)


def moments_of(rows: Floats, schema: Schema, power: int, charts: Iterable[tuple[str, int]] = ()) -> Moments:
    """The averages of tables (G, n, d) about a row of each, to a power of every column; of a chart's coordinate too."""
    groups, n, d = rows.shape
    origin = rows[:, n // 2, :]
    y = rows - origin[:, None, :]
    unit = float(np.sqrt((y * y).mean())) or 1.0
    y /= unit
    raised, powers = y * y, []
    for _ in range(3, power + 1):
        raised = raised * y
        powers.append(raised.mean(axis=1))
    q = (y * y).sum(axis=2)
    return Moments(
        columns=schema.columns,
        count=np.full(groups, float(n)),
        origin=origin,
        unit=unit,
        first=y.mean(axis=1),
        second=y.transpose(0, 2, 1) @ y / n,
        column_powers=np.stack(powers, axis=-1) if powers else None,
        radial_third=None if d == 1 else (y * q[:, :, None]).mean(axis=1),
        radial_fourth=None if d == 1 else (q * q).mean(axis=1),
        charts={name: coordinate_of(rows, schema, name, wanted) for name, wanted in charts},
    )


def coordinate_of(rows: Floats, schema: Schema, name: str, power: int) -> Coordinate:
    """Averages of a chart's coordinate of tables (G, n, 1), each placed by its own rows."""
    chart, (groups, n, _) = CHARTS[name], rows.shape
    x = rows[:, :, 0]
    at = chart.place(x.reshape(-1), np.ones(groups * n), np.repeat(np.arange(groups), n), groups)
    y = chart.coordinate(x, at[:, None, :])
    return Coordinate(
        moments=moments_of(y[:, :, None], schema, power),
        at=at,
        log_jacobian=chart.log_jacobian(y, at[:, None, :]).mean(axis=1),
        outside=np.zeros(groups),
    )


def one_by_one(model: Model, rows: Floats, moments: Moments, center: Center) -> Iterator[list[CheckResult]]:
    """The checks of each table with its rows."""
    for g in range(len(rows)):
        alone = moments.groups(slice(g, g + 1))
        seen = Observed(alone, rows[g])
        fit = model.fit_rows(None, seen, center) if needs_rows(model) else model.fit(alone, center)
        if fit.answered[0]:
            yield list(model.checks(fit, seen, center))


@dataclass(frozen=True)
class Case:
    """A class, its laws, and the centre that is stated."""

    label: str
    d: int
    laws: Callable[[np.random.Generator], Draw]
    center: Center = None
    single: bool = False  # whether checks need the rows
    options: Options = field(default_factory=Options)

    @property
    def name(self) -> str:
        known = "" if self.center is None else ", centre known"
        return self.label + (f", {self.d} columns" if self.d > 1 else "") + known

    @property
    def schema(self) -> Schema:
        if self.label.startswith("ising"):
            return Schema.two_valued(tuple(f"x{i}" for i in range(self.d)))
        return Schema.real(("x",) if self.d == 1 else tuple(f"x{i}" for i in range(self.d)))


def found_of(case: Case, n: int, tables: int, single: int, laws: int, seed: int) -> tuple[dict[str, Found], float]:
    """The p-values by check, and the share of the tables that the class answers."""
    found: dict[str, Found] = {}
    model = registry.model(case.label, case.schema, case.options, default())
    of_rows = needs_rows(model)
    power = max(model.needs.power, model.check_needs.power, 4 if case.d > 1 else 0)
    charts = {name: wanted for needs in (model.needs, model.check_needs) for name, wanted in needs.charts}
    wanted = -(-(single if of_rows else tables) // laws)
    answered = made = 0
    for law in range(laws):
        rng = np.random.default_rng([seed, zlib.crc32(case.name.encode()), n, law])
        some, left, alone = case.laws(rng), wanted, -(-single // laws)
        while left:
            groups = min(left, max(1, AT_ONCE // (n * case.d)))
            left -= groups
            rows = some(groups, n, rng)
            moments = moments_of(rows, model.schema, power, charts.items())
            batch: set[str] = set()
            if not of_rows:
                fit = model.fit(moments, case.center)
                answered, made = answered + int(fit.answered.sum()), made + groups
                for check in model.checks(fit, Observed(moments), case.center):
                    batch.add(check.name)
                    if check.weight != "told" and check.verdict is None:
                        used = fit.answered if check.made is None else check.made & fit.answered
                        found.setdefault(check.name, Found()).add(law, check.p_value[used])
            if of_rows or case.single:
                for checks in one_by_one(model, rows[:alone], moments, case.center):
                    answered += of_rows
                    for check in checks:
                        if check.name not in batch and check.verdict is None:
                            found.setdefault(check.name, Found()).add(law, check.p_value)
                made += of_rows * min(alone, groups)
                alone -= min(alone, groups)
    return found, answered / max(made, 1)


def gaussian(d: int) -> Callable[[np.random.Generator], Draw]:
    return lambda _: lambda groups, n, rng: rng.standard_normal((groups, n, d))


def of_one_column(label: str) -> Callable[[np.random.Generator], Draw]:
    def made(rng: np.random.Generator) -> Draw:
        truth = draw(label, rng)
        return lambda groups, n, rng: truth.draw(groups * n, rng).reshape(groups, n, 1)

    return made


def centred(label: str) -> Callable[[np.random.Generator], Draw]:
    """Laws about zero, the centre that is known."""

    def made(rng: np.random.Generator) -> Draw:
        truth = draw(label, rng)
        return lambda groups, n, rng: truth.draw(groups * n, rng).reshape(groups, n, 1) - truth.parameters["mean"]

    return made


def radial(d: int) -> Callable[[np.random.Generator], Draw]:
    def made(rng: np.random.Generator) -> Draw:
        r, u = SHAPES[int(rng.integers(len(SHAPES)))]
        model = registry.model(f"o{d}.quartic", Schema.real([f"x{i}" for i in range(d)]), Options(), default())
        theta = {"mean": np.zeros(d), "r": r, "u": u}
        return lambda groups, n, rng: model.sample(theta, groups * n, rng).reshape(groups, n, d)

    return made


def coins(d: int) -> Callable[[np.random.Generator], Draw]:
    """Independent columns with shares uniform in (0.1, 0.9)."""

    def made(rng: np.random.Generator) -> Draw:
        share = rng.uniform(0.1, 0.9, size=d)
        return lambda groups, n, rng: np.where(rng.random((groups, n, d)) < share, 1.0, -1.0)

    return made


def cases(only: str) -> Iterator[Case]:
    every = [Case(label, 1, of_one_column(label), single=True) for label in LABELS]
    every += [Case(label, 1, of_one_column(label), options=Options(interval=of)) for label, of in INTERVALS.items()]
    every += [Case(label, 1, centred(label), np.zeros(1), single=True) for label in LABELS if label.startswith("z2.")]
    every += [
        Case(f"gaussian.{name}", 4, gaussian(4), single=True)
        for name in ("full", "isotropic", "diagonal", "exchangeable", "cyclic")
    ]
    every += [Case(f"o{d}.quartic", d, radial(d), single=True) for d in (2, 3)]
    every += [Case("ising.independent", d, coins(d), single=True) for d in (3, 6, 10)]
    return (case for case in every if only in case.name)


def said(found: Found, one_column: bool) -> str:
    out = []
    for level, (low, high) in zip(LEVELS, ALLOWED, strict=True):
        tables, rejected, worst = found.shares(level)
        if not tables:
            return "made of none"
        ends = interval(rejected, tables)
        star = "*" if ends[0] > high or ends[1] < low else " "
        figure = f"{100 * rejected / tables:6.3f}{star}({100 * ends[0]:.3f} to {100 * ends[1]:.3f})"
        out.append(figure + (f" worst {100 * worst:.2f}" if one_column else ""))
    return f"{tables:7d} tables  " + "   ".join(out)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tables", type=int, default=40_000)
    parser.add_argument("--single", type=int, default=20_000)
    parser.add_argument("--numbers", type=float, default=2e8, help="most numbers drawn for one line")
    parser.add_argument("--laws", type=int, default=20)
    parser.add_argument("--rows", type=int, nargs="*", default=[50, 300, 10_000])
    parser.add_argument("--only", default="", help="part of a label")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    for case in cases(given.only):
        for n in given.rows:
            most = int(given.numbers / (n * case.d))
            laws = given.laws if case.d == 1 else 8
            found, answered = found_of(case, n, min(given.tables, most), min(given.single, most), laws, given.seed)
            print(f"{case.name}, {n} rows: {answered:.1%} answered", flush=True)
            for name, one in found.items():
                print(f"    {name:28} {said(one, case.d == 1)}", flush=True)


if __name__ == "__main__":
    main()
