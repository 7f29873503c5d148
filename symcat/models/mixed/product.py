"""``mixed.product``: a block of discrete columns beside one of real columns, each with a class of its own.

Densities multiply, so free energies and logarithms add, and the maximum likelihood is that of each block alone. Whether
the blocks depend on each other is a likelihood-ratio test from second moments (Wilks), with BIC and a p-value that is
right in few rows to decide, and a rank test for dependence that means do not show.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property, partial
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Floats, Moments
from symcat.data.needs import Needs
from symcat.data.schema import Schema
from symcat.models import registry
from symcat.models.base import Center, Class, Entry, Facts, Model, Options, Parameters, Rest
from symcat.models.batches import blank_refused
from symcat.models.fit import CheckResult, Fault, Fit, Moves, Observed, Source
from symcat.models.mixed.dependence import beyond_means, moments_of_levels, wilks
from symcat.models.mixed.law import ProductLaw
from symcat.models.mixed.side_by_side import SideBySide
from symcat.models.special import whole
from symcat.models.tables import Tables

_FEW_ROWS = 1
_LEVEL = 1e-3


class Product(Class):
    """The class of independent blocks: the discrete columns, and the real ones.

    Its ``parts`` are the classes of the blocks, in order: those given, those whose labels ``options.parts`` has, or
    none until they are ``composed``. Parameters are those of both ``SideBySide``.
    """

    label = "mixed.product"
    facts = Facts("Independent blocks of columns", "those of the blocks")
    takes = frozenset({"prior", "basis"})
    one_by_one = True

    def __init__(self, schema: Schema, options: Options, tables: Tables, parts: Sequence[Model] = ()) -> None:
        self.schema = schema
        self.options = options
        self.tables = tables
        self.blocks = (schema.discrete, schema.at("real"))
        if options.parts and not parts:
            parts = [
                registry.model(label, schema.part(block), options.of_part(k), tables)
                for k, (label, block) in enumerate(zip(options.parts, self.blocks, strict=True))
            ]
        self.parts = tuple(parts)
        own = replace(options, interactions=(), parts=(), inner=())
        known = self.parts or [
            model for block in self.blocks for model in registry.models(None, schema.part(block), own, tables)
        ]
        self.needs, self.check_needs = Needs(), Needs(states=True)
        for model in known:
            self.needs |= model.needs
            self.check_needs |= model.check_needs
        self.full_rank = any(model.full_rank for model in known)

    def composed(self, parts: Sequence[Model]) -> Product:
        """The class whose blocks are of these classes."""
        labels = tuple(part.label for part in parts)
        return Product(self.schema, replace(self.options, parts=labels), self.tables, parts)

    def _pairs(self) -> list[tuple[Model, tuple[int, ...]]]:
        """Each class with the columns of its block."""
        if not self.parts:
            raise ValueError("a product has no answer before it is composed of the classes of its blocks")
        return list(zip(self.parts, self.blocks, strict=True))

    # --- fitting -------------------------------------------------------------------------------------------------

    def fit(self, moments: Moments, center: Center = None) -> Fit:
        """The fits of the blocks, joined; centres are estimated."""
        return self.joined(moments, [part.fit(moments.part(block), None) for part, block in self._pairs()])

    def joined(self, moments: Moments, parts: Sequence[Fit]) -> Fit:
        """The fit whose blocks have these."""
        count = moments.count
        reasons = ["", self._few_rows(moments)]
        reason = np.zeros(len(count), dtype=np.int32)
        for part in parts:
            refused = ~part.answered
            reason[refused] = part.reason[refused] + len(reasons) - 1
            reasons += [f"{part.label}: {why}" for why in part.reasons[1:]]
        reason[count <= self._enough - 1] = _FEW_ROWS
        ratio = np.full(len(count), np.nan)
        for g in np.flatnonzero(reason != _FEW_ROWS) if self._of_pairs else ():
            ratio[g] = wilks(moments.groups(slice(g, g + 1)), self.blocks[0]).log_wilks
        order = get_args(Source)
        beside = _beside(parts)
        return blank_refused(
            Fit(
                label=self.label,
                count=count,
                parameters=beside.joined([part.parameters for part in parts]),
                standard_errors=beside.joined([part.standard_errors for part in parts]),
                log_partition=np.sum([part.log_partition for part in parts], axis=0),
                log_likelihood=np.sum([part.log_likelihood for part in parts], axis=0),
                n_parameters=sum(part.n_parameters for part in parts),
                statistics={"log Wilks ratio": ratio} if self._of_pairs else {},
                reason=reason,
                reasons=tuple(reasons),
                source=max((part.source for part in parts), key=order.index),
                log_structures=sum(part.log_structures for part in parts),
                parts=tuple(parts),
                moves=Moves(
                    partial(self._moved, parts, moments), of_groups=partial(self._moved_in_groups, parts, moments)
                )
                if any(part.moves for part in parts)
                else None,
            )
        )

    def of_block(self, block: int, values: Mapping[str, Any]) -> dict[str, Any]:
        """The parameters of one block."""
        return self._beside.of_block(block, values)

    def _few_rows(self, moments: Moments) -> str:
        if moments.n_groups > 1:
            return "there are fewer rows than the columns need"
        first, second = map(len, self.blocks)
        return Fault(
            f"{int(np.nan_to_num(moments.count[0]))} rows cannot tell whether {first} discrete and {second} "
            f"continuous columns depend on each other: at least {self._enough} are needed. Give more rows, or "
            "fewer columns with columns=."
        )

    def influence(self, fit: Fit, groups: Moments, whole: Moments, center: Center = None) -> dict[str, Floats]:
        """Of B groups of rows: those of the blocks of columns, where both are known."""
        found = [
            part.influence(own, groups.part(block), whole.part(block), None)
            for (part, block), own in zip(self._pairs(), fit.parts, strict=True)
        ]
        return _beside(fit.parts).joined(found) if all(found) else {}

    def _moved(self, parts: Sequence[Fit], whole: Moments, rows: Floats) -> dict[str, Floats]:
        """Of rows: likewise."""
        found = [
            part.row_influence(own, rows[:, list(block)], whole.part(block), None)
            for (part, block), own in zip(self._pairs(), parts, strict=True)
        ]
        return _beside(parts).joined(found) if all(found) else {}

    def _moved_in_groups(
        self, parts: Sequence[Fit], whole: Moments, rows: Floats, counts: Floats, group: NDArray[np.intp]
    ) -> dict[str, Floats]:
        """Of groups of consecutive rows: likewise, of a block that tells them in groups in its own way."""
        starts = np.flatnonzero(np.diff(group, prepend=-1) > 0)
        found = []
        for (part, block), own in zip(self._pairs(), parts, strict=True):
            some = rows[:, list(block)]
            if own.moves is not None and own.moves.of_groups is not None:
                found.append(own.moves.of_groups(some, counts, group))
                continue
            of_rows = part.row_influence(own, some, whole.part(block), None)
            weighted = {name: counts.reshape(-1, *(1,) * (v.ndim - 1)) * v for name, v in of_rows.items()}
            found.append({name: np.add.reduceat(value, starts) for name, value in weighted.items()})
        return _beside(parts).joined(found) if all(found) else {}

    def influence_besides(self, fit: Fit, whole: Moments) -> dict[str, Floats]:
        """Those of the blocks of columns."""
        pairs = zip(self._pairs(), fit.parts, strict=True)
        return _beside(fit.parts).joined(
            [part.influence_besides(own, whole.part(block)) for (part, block), own in pairs]
        )

    def checks(self, fit: Fit, observed: Observed, center: Center = None) -> Sequence[CheckResult]:
        """Whether BIC sees dependence of the blocks; from the sample, whether ranks see what means do not show.

        Neither reads the fit. How well each block's class fits is checked where the classes of that block are weighed.
        """
        sample = observed.sample
        found = [self._independence(observed.moments, self.blocks[0])] if self._of_pairs else []
        if sample is None or not len(sample):
            return found
        if not self._of_pairs:
            of_levels = moments_of_levels(self.schema, sample)
            found.append(self._independence(of_levels, range(of_levels.dimension - len(self.blocks[1]))))
        rows = [sample[:, list(block)] for block in self.blocks]
        parts = [self.schema.part(block) for block in self.blocks]
        return [*found, beyond_means(rows[0], rows[1], parts[0], parts[1].columns)]

    @property
    def _enough(self) -> int:
        """Rows that can tell whether the blocks depend on each other: two more than the numbers that rows have."""
        return 2 + len(self.blocks[1]) + sum(size - 1 for size in self.schema.sizes)

    @property
    def _of_pairs(self) -> bool:
        """Whether averages of products of two columns tell all that Wilks' ratio needs."""
        return not self.schema.at("categorical")

    def _independence(self, moments: Moments, discrete: Sequence[int]) -> CheckResult:
        """The likelihood-ratio test: rejected where BIC prefers coupled blocks and the p-value is below the level.

        BIC alone would reject independent blocks of 8 rows in one table of four, of 50 rows in one of 25: what slopes
        of few rows gain at random is more than its asymptotic price. The p-value is exact there.
        """
        groups = moments.n_groups
        made = moments.count > moments.dimension + 1
        tests = {int(g): wilks(moments.groups(slice(g, g + 1)), discrete) for g in np.flatnonzero(made)}

        def detail(group: int) -> str:
            test = tests[group]
            first, second = test.degrees
            return (
                f"Wilks' ratio, F({first:.0f}, {second:.5g}) = {test.statistic:.4g}; {test.strongest}; BIC of "
                f"independent blocks is {abs(test.bic_gain):.1f} {'above' if test.dependent else 'below'} that of "
                "coupled ones"
            )

        statistic, p_value = np.full(groups, np.nan), np.full(groups, np.nan)
        independent = np.ones(groups, dtype=np.bool_)
        for g, test in tests.items():
            statistic[g], p_value[g] = test.statistic, test.p_value
            independent[g] = not (test.dependent and test.p_value < _LEVEL)
        return CheckResult("independent blocks", statistic, p_value, detail, _LEVEL, verdict=independent, made=made)

    # --- using the answer ------------------------------------------------------------------------------------------

    def log_density(self, parameters: Parameters, log_partition: float, x: Floats) -> Floats:
        """(m,) natural log of the density at encoded rows (m, d)."""
        out = np.full(len(x), -log_partition)
        for part, block, own in self._with(parameters):
            out += part.log_density(own, 0.0, x[:, list(block)])
        return out

    def sample(self, parameters: Parameters, n: int, rng: np.random.Generator) -> Floats:
        """(n, d) independent encoded rows, put together from rows of the blocks."""
        rows = np.empty((n, len(self.schema)))
        for part, block, own in self._with(parameters):
            rows[:, list(block)] = part.sample(own, n, rng)
        return rows

    def law(self, parameters: Parameters) -> ProductLaw:
        """That of each block."""
        return ProductLaw(self.label, [(block, part.law(own)) for part, block, own in self._with(parameters)])

    def normalised(self, parameters: Parameters) -> float:
        """log Z: the sum of those of the blocks."""
        return sum(part.normalised(own) for part, _, own in self._with(parameters))

    def given(self, parameters: Parameters, known: Mapping[int, float]) -> Rest:
        """Each block by itself: that of which some columns are known as its class says, the other as it is."""
        rests: list[Rest] = []
        for part, block, own in self._with(parameters):
            inside = {k: known[j] for k, j in enumerate(block) if j in known}
            if len(inside) < len(block):
                rests.append(part.given(own, inside) if inside else whole(part, own))
        if len(rests) == 1:
            return rests[0]
        batches = [{name: np.asarray(value)[None] for name, value in rest.parameters.items()} for rest in rests]
        joined = {name: value[0] for name, value in SideBySide.of(batches).joined(batches).items()}
        return Rest(self.label, joined, tuple(rest.label for rest in rests), tuple(rest.parts for rest in rests))

    def free_energy(self, parameters: Parameters, log_partition: float, columns: Sequence[str]) -> Any:
        """F as a SymPy expression in all the columns."""
        import sympy

        return sympy.Add(
            *(part.free_energy(own, 0.0, [columns[j] for j in block]) for part, block, own in self._with(parameters))
        )

    def formula(self, parameters: Parameters) -> str:
        """F in one line: the sum of those of the blocks, then what each says of its symbols."""
        said = [part.formula(own).partition(",   ") for part, _, own in self._with(parameters)]
        terms = " + ".join(own for own, _, _ in said).replace("+ -", "- ").replace("-  ", "- ")
        return ",   ".join([terms, *(symbols for _, _, symbols in said if symbols)])

    def entries(self, name: str, parameters: Parameters) -> Sequence[Entry]:
        """Those of the blocks that have the parameter, with the columns of the table."""
        if name not in parameters:
            raise KeyError(name)
        found: list[Entry] = []
        for k, (part, block, own) in enumerate(self._with(parameters)):
            for index, where in part.entries(name, own) if name in own else ():
                # A number of a block of one column may be without a column's name, which it needs among others.
                at = (0,) if not where and len(block) == 1 and name in self._beside.shared else where
                named = at if isinstance(at, str) else tuple(block[j] for j in at)
                found.append((self._beside.index(k, name, index), named))
        return found

    def _with(self, parameters: Parameters) -> list[tuple[Model, tuple[int, ...], dict[str, Any]]]:
        """Each class with the columns and the parameters of its block."""
        return [(part, block, self._beside.of_block(k, parameters)) for k, (part, block) in enumerate(self._pairs())]

    @cached_property
    def _beside(self) -> SideBySide:
        """By the names and shapes of each class's parameters: those of its fit, even to a table without rows."""
        with np.errstate(all="ignore"):
            return SideBySide.of(
                [part.fit(_no_rows(self.schema.part(block)), None).parameters for part, block in self._pairs()]
            )


def _beside(parts: Sequence[Fit]) -> SideBySide:
    return SideBySide.of([part.parameters for part in parts])


def _no_rows(schema: Schema) -> Moments:
    d = len(schema)
    zero = np.zeros((1, d))
    return Moments(
        columns=schema.columns,
        count=np.zeros(1),
        origin=zero,
        unit=1.0,
        first=zero,
        second=np.zeros((1, d, d)),
        column_powers=np.zeros((1, d, 4)),
        radial_third=zero,
        radial_fourth=np.zeros(1),
    )
