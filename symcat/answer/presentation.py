"""How answers look: tables for a terminal, a notebook and plain text, all drawn once by rich.

What is said of a class is the class's own: title, symmetry and F in a line of text.
"""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, get_args

from symcat.answer.classification import Classification
from symcat.answer.free_numbers import free_numbers
from symcat.answer.printed import rendered
from symcat.answer.records import Check, Evidence, Information, RegressionSummary
from symcat.answer.solution import Solution, Summary
from symcat.answer.tree import lines_of
from symcat.data.ingest.indicators import texts_for
from symcat.data.schema import Kind, kind_of
from symcat.models.enough_rows import ENOUGH
from symcat.models.robust import SMALL_SAMPLE

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table
    from rich.text import Text

MOST_ROWS = 24
"""Of a table of parameters; a wide precision matrix is cut there and says so."""

MOST_CLASSES = 12
"""Lines of the table of candidates."""

_MOST_SAID = 60  # characters of each
_MOST_LEVELS = 12  # that are named, of a column; and columns

_USUAL = ("rows", SMALL_SAMPLE)
"""What robust errors are of where nothing is asked, which the table does not say."""

_SOURCES = {
    "exact": "exact",
    "catalogue": "read from the catalogue, version {version}",
    "correction": "by correction series, checked",
    "learned": "from what was learned before",
    "analog": "relaxed to on the emulated analog device",
}


@rendered.register(Solution)
def solution(answer: Solution) -> RenderableType:
    """A rich renderable of a solution: what it is, its numbers, what was considered, what was tested."""
    from rich.console import Group
    from rich.text import Text

    parts: list[RenderableType] = [_headline(answer), "", *_parameters(answer)]
    if answer.conditional_on:
        parts.append(Text(f"  errors are conditional on {answer.conditional_on}", style="dim"))
    if answer.checks:
        parts += ["", Text("Tested after the fit", style="bold"), *map(_check, answer.checks)]
    if len(answer.evidence) > 1:
        parts += [
            "",
            Text("Classes considered", style="bold"),
            _evidence(answer.evidence, answer.n_effective or answer.n_rows),
        ]
        first = answer.evidence[0]
        if first.label == answer.label and first.bic is not None and first.bic != answer.bic:
            parts.append(Text("  BIC above: of a density by the probability of what rounds to a value that repeats"))
    return Group(*parts)


@rendered.register(Summary)
def summary(found: Summary) -> RenderableType:
    """A rich renderable of a solution with all that it reports."""
    from rich.console import Group
    from rich.text import Text

    answer = found.answer
    parts: list[RenderableType] = [solution(answer)]
    if answer.standard_errors is not None:
        parts += ["", Text("95 % confidence intervals", style="bold"), _intervals(answer)]
    parts += _joint_tests(answer)
    facts = _reported(answer)
    if facts:
        parts += ["", Text("  " + "; ".join(facts))]
    return Group(*parts)


_KINDS = {"class": "Classes, special cases above", "group": "Symmetries of any law, larger groups above"}


@rendered.register(Classification)
def classification(found: Classification) -> RenderableType:
    """A rich renderable of the evidence on every candidate class."""
    from rich.console import Group
    from rich.text import Text

    verdict = Text("no class fits", style="bold red")
    if found.label:
        verdict = Text(found.label, style="bold red" if found.verdict == "misfit" else "bold green")
    said = f" ({found.verdict})" if found.verdict else ""
    head = Text.assemble(verdict, said, f"   {found.n_rows:,} rows of {', '.join(found.columns)}")
    if found.set_aside:
        head.append(f"\n  {_set_aside(found.set_aside)}")
    parts: list[RenderableType] = [head, "", _evidence(found.evidence, found.n_rows)]
    for kind, title in _KINDS.items():
        branches = [branch for branch in found.tree if branch.kind == kind]
        if branches:
            parts += ["", Text(title, style="bold"), Text("\n".join(lines_of(branches)), no_wrap=False)]
    return Group(*parts)


def _intervals(answer: Solution) -> Table:
    from rich.text import Text

    table = _table(("parameter", ""), ("lower", "upper"))
    ends = answer.confidence_intervals()
    known = [number for number in free_numbers(answer.model, answer.parameters) if number.parameter in ends]
    for number in known[:MOST_ROWS]:
        low, high = ends[number.parameter]
        cells = (number.parameter, number.place, _number(number.of(low), 5), _number(number.of(high), 5))
        table.add_row(*map(Text, cells))
    return table


def _joint_tests(answer: Solution) -> list[RenderableType]:
    """Those of predictors with several coefficients: of texts of several levels, or of a categorical target."""
    from rich.text import Text

    if answer.regression is None or answer.regression.covariance is None:
        return []
    found = {name: test for name, test in answer.tests.items() if test.degrees_of_freedom[0] > 1}
    if not found:
        return []
    table = _table(("predictor", "law"), ("statistic", "degrees of freedom", "p"))
    for name, test in found.items():
        freedom = " and ".join(map(str, test.degrees_of_freedom))
        table.add_row(*map(Text, (name, test.law, f"{test.statistic:.4g}", freedom, f"{test.p_value:.2g}")))
    return ["", Text("All coefficients of a predictor together", style="bold"), table]


def _reported(answer: Solution) -> list[str]:
    """Numbers that the answer does not print by itself."""
    facts = [] if answer.aic is None else [f"AIC {answer.aic:,.2f}"]
    found = answer.regression
    if found is None:
        return facts
    if found.residual_standard_deviation is not None:
        said = f"residual standard deviation {found.residual_standard_deviation:.6g}"
        facts.append(f"{said} with {found.degrees_of_freedom} degrees of freedom")
    if found.adjusted_r_squared is not None:
        facts.append(f"adjusted R2 {found.adjusted_r_squared:.6g}")
    if found.f_statistic is not None and found.f_p_value is not None:
        freedom = f"{len(found.predictors)} and {found.degrees_of_freedom} degrees of freedom"
        facts.append(f"F {found.f_statistic:.4g} with {freedom}, p = {found.f_p_value:.2g}")
    return facts


def _headline(answer: Solution) -> Text:
    from rich.text import Text

    facts, summary = answer.model.facts, answer.regression
    formula = answer.model.formula(answer.parameters)
    if summary is None:
        title = f"{facts.title}; symmetry: {facts.symmetry}"
        law = f"P(x) = exp(-F(x)) / Z,   F = {formula}"
    else:
        title = f"{summary.target} given {', '.join(summary.predictors)}: {facts.title}"
        law = f"P({summary.target} | the others) = exp(-F) / Z,   F = {formula}"
    lines = [f"  {title}", f"  {law}"]
    if answer.parts:
        lines.append("  made of " + " and ".join(f"{p.label} of {', '.join(p.columns)}" for p in answer.parts))
    lines.append("  " + "; ".join(_facts(answer, summary)))
    if answer.verdict is not None:
        lines.append(f"  {_verdict(answer)}")
    elif any(check.name == ENOUGH for check in answer.checks):
        lines.append("  not judged: too few rows for so many parameters")
    if answer.categories:
        references = ", ".join(f"{name} = {levels[0]!r}" for name, levels in answer.categories.items())
        lines.append(f"  each level against {references}")
    if answer.levels:
        lines.append(f"  {_levels(answer)}")
    if answer.information is not None:
        lines.append(f"  {_entropies(answer.information)}")
    return Text.assemble("".join(f"{line}\n" for line in _taken(answer)), (answer.label, "bold"), "\n".join(lines))


def _facts(answer: Solution, summary: RegressionSummary | None) -> list[str]:
    """How the answer was found, of how many rows, and how well it explains them."""
    facts = [_SOURCES[answer.source].format(version=answer.catalogue_version)]
    if answer.n_rows is not None:
        left_out = f" ({answer.n_missing:,} with missing values left out)" if answer.n_missing else ""
        worth = "" if answer.n_effective is None else f", weighted, worth {answer.n_effective:,.1f}"
        facts.append(f"{answer.n_rows:,} rows{worth}{left_out}")
    if answer.log_likelihood is not None:
        facts.append(f"log-likelihood {answer.log_likelihood:,.2f}")
    if answer.bic is not None:
        facts.append(f"BIC {answer.bic:,.2f}")
    if summary is None:
        facts.append(f"log Z {answer.log_partition:.6g}")
    elif summary.r_squared is not None:
        facts.append(f"R2 {summary.r_squared:.6g}")
    return facts


def _verdict(answer: Solution) -> str:
    """Whether the class describes the rows, and by how much it does not."""
    said = {
        "fits": "fits: no deciding check rejects",
        "close": "close: a deciding check rejects, but the difference is small",
        "misfit": "misfit: the class does not describe the rows well",
    }[answer.verdict or "fits"]
    if not any(check.decides and not check.passed for check in answer.checks):
        failed = {one.label: [c.name for c in one.checks if c.decides and not c.passed] for one in answer.parts}
        said += "".join(f"; its {label} fails {', '.join(names)}" for label, names in failed.items() if names)
    if answer.misfit is None:
        return said
    interval = answer.misfit_interval
    ends = "" if interval is None else f" ({interval[0]:.2g} to {interval[1]:.2g})"
    return f"{said}; misfit {answer.misfit:.2g}{ends} nats a row"


def _parameters(answer: Solution) -> list[RenderableType]:
    """The table of the free numbers, and how many it leaves out."""
    from rich.text import Text

    summary = None if answer.standard_errors is None else answer.regression  # without errors there are no tests
    tests = () if summary is None else ("t", "p")
    usual = answer.errors in (None, *_USUAL)
    table = _table(
        ("parameter", ""), ("estimate", "std. error", "robust" if usual else f"robust, {answer.errors}", *tests)
    )
    rows = list(zip(answer.scalars(), free_numbers(answer.model, answer.parameters), strict=True))
    shown, left = _some_of_each([row[0] for row, _ in rows])
    for row, number in (rows[k] for k in shown):
        name, place, value, error, robust = row
        cells = [name, place, _number(value), _number(error, 3), _number(robust, 3)]
        if summary is not None:
            t = number.of(summary.t_values[name])
            cells += [f"{t:.2f}" if abs(t) < 1e6 else f"{t:.3g}", f"{number.of(summary.p_values[name]):.2g}"]
        table.add_row(*map(Text, cells))
    if not left:
        return [table]
    of = f" ({', '.join(f'{times} of {name}' for name, times in list(left.items())[:_MOST_LEVELS])})"
    more = sum(left.values())
    return [table, Text(f"  ... and {more} more in .parameters and .to_frame()" + of * (len(left) > 1), style="dim")]


def _some_of_each(names: Sequence[str]) -> tuple[list[int], dict[str, int]]:
    """Which of the free numbers are shown, of the parameters of these names, and how many of each are not.

    Every parameter has the same number of rows, or all that it needs.
    """
    total = Counter(names)
    share = max((most for most in range(1, MOST_ROWS + 1) if _rows(total, most) <= MOST_ROWS), default=1)
    room = max(MOST_ROWS - _rows(total, share), 0)  # what the even shares leave goes to the first that has more
    seen: Counter[str] = Counter()
    shown: list[int] = []
    for k, name in enumerate(names):
        extra = seen[name] >= share and room > 0
        if len(shown) < MOST_ROWS and (seen[name] < share or extra):
            shown.append(k)
            seen[name] += 1
            room -= extra
    return shown, {name: total[name] - seen[name] for name in total if total[name] > seen[name]}


def _rows(total: Counter[str], share: int) -> int:
    return sum(min(times, share) for times in total.values())


def _check(check: Check) -> Text:
    from rich.text import Text

    mark = ("passed", "green") if check.passed else ("FAILED", "bold red")
    p = "" if check.p_value is None else f", p = {check.p_value:.2g}"
    return Text.assemble("  ", mark, f"  {check.name}: {check.detail}{p}")


def _evidence(evidence: Sequence[Evidence], n_rows: float | None) -> Table:
    """Every candidate with what it costs beside the best in nats a row, half the difference of BIC; at most so many."""
    from rich.text import Text

    by_rows = any(e.leave_one_out is not None for e in evidence)
    table = _table(("class",), ("log-likelihood", "params", "leave-one-out" if by_rows else "BIC", "costs"))
    table.add_column("verdict", overflow="fold")
    charged = {e.label: _charged(e) for e in evidence}
    best = min((value for value in charged.values() if value is not None), default=None)
    shown = evidence if len(evidence) <= MOST_CLASSES else evidence[: MOST_CLASSES - 1]
    for e in shown:
        compared = e.leave_one_out if by_rows else e.bic
        bic = "" if compared is None else f"{compared:,.1f}"
        likelihood = "" if e.log_likelihood is None else f"{e.log_likelihood:,.1f}"
        own = charged[e.label]
        costs = "" if own is None or best is None or not n_rows else f"{(own - best) / n_rows:.4f}"
        cells = (e.label, likelihood, str(e.n_parameters), bic, costs, _in_short(e))
        table.add_row(*map(Text, cells), style="green" if e.verdict == "taken" else "")
    if len(shown) < len(evidence):
        table.add_row(Text(f"and {len(evidence) - len(shown)} more in .evidence", style="dim"))
    return table


def _charged(e: Evidence) -> float | None:
    """By what the classes compare, in nats: half the BIC, or minus the leave-one-out log-likelihood."""
    if e.leave_one_out is not None:
        return -e.leave_one_out
    return None if e.bic is None else 0.5 * e.bic


def _in_short(e: Evidence) -> str:
    """The verdict on a candidate in a line: the checks that it fails by name, or why it has no answer."""
    failed = ", ".join(check.name for check in e.checks if check.decides and not check.passed)
    said = f"fails {failed}" if failed else e.verdict
    if e.log_likelihood is None and e.verdict == "declined":
        said = e.reason
    elif failed and e.verdict == "taken":
        said = f"taken, {said}"
    return textwrap.shorten(said, _MOST_SAID, placeholder=" ...")


def _table(left: Sequence[str], right: Sequence[str]) -> Table:
    """An empty table: columns of words, then columns of numbers."""
    from rich.table import Table

    table = Table(box=None, padding=(0, 2), header_style="bold")
    for name in left:
        table.add_column(name)
    for name in right:
        table.add_column(name, justify="right")
    return table


def _taken(answer: Solution) -> list[str]:
    """Of a table: which of its columns the answer is of, by kind, and which were left out; nothing of one column."""
    levels, of_kind = answer.levels or {}, dict[str, list[str]]()
    for name in texts_for(answer.columns, answer.categories):
        own = answer.categories.get(name, levels.get(name))
        of_kind.setdefault(kind_of(own), []).append(name)
    lines = []
    if len(answer.columns) > 1 or answer.set_aside:
        parts = [
            f"{len(of_kind[kind])} {kind} {'one' if place else 'column'}{'s' * (len(of_kind[kind]) > 1)} "
            f"({_some(of_kind[kind])})"
            for place, kind in enumerate(kind for kind in reversed(get_args(Kind)) if kind in of_kind)
        ]
        coded = [name for name, own in levels.items() if len(own) > 2 and all(type(one) is int for one in own)]
        named = ", ".join(f"{name!r}: 'real'" for name in coded[:2]) + ", ..." * (len(coded) > 2)
        note = f"; numbers as levels: {_some(coded)} (as numbers by kinds={{{named}}})" if coded else ""
        lines.append(f"Taken: {', '.join(parts)}{note}")
    return lines + ([_set_aside(answer.set_aside)] if answer.set_aside else [])


def _set_aside(columns: Mapping[str, str]) -> str:
    """Which columns were left out, and why."""
    return "Set aside: " + "; ".join(f"{name} ({reason})" for name, reason in columns.items())


def _levels(answer: Solution) -> str:
    """Which value of every two-valued column is +1, said once where all columns agree; of more levels, all of them."""
    levels = answer.levels or {}
    if any(len(found) > 2 for found in levels.values()):
        return f"levels: {_all_levels(levels)}"
    plus = "1" if answer.basis == "binary" else "+1"
    (down, up), *others = levels.values()
    if any(repr(pair) != repr((down, up)) for pair in others):  # 1 equals True, but is not the same value
        return f"{plus} is " + ", ".join(f"{name} = {up!r}" for name, (_, up) in levels.items())
    where = "" if len(answer.columns) == 1 else f" in {', '.join(levels)}"
    if 1 < len(levels) == len(answer.columns):
        where = " in every column"
    return f"{plus} is {up!r}, not {down!r}{where}"


def _all_levels(levels: Mapping[str, Sequence[object]]) -> str:
    """Those of every column, said once of columns that have the same; of many, the first."""
    columns: dict[tuple[object, ...], list[str]] = {}
    for name, found in levels.items():
        columns.setdefault(tuple(found), []).append(name)
    said = [f"{_some(names)} = {_some(found)}" for found, names in columns.items()]
    return "; ".join(said[:_MOST_LEVELS]) + f"; and {len(said) - _MOST_LEVELS} more" * (len(said) > _MOST_LEVELS)


def _some(values: Sequence[object]) -> str:
    """The first few, and how many there are."""
    named = ", ".join(map(str, values[:_MOST_LEVELS]))
    return named if len(values) <= _MOST_LEVELS else f"{named}, ... ({len(values)})"


def _entropies(found: Information) -> str:
    text = f"entropy {found.entropy:.5g} nats a row"
    if found.share is not None and found.share_corrected is not None:
        shares = (
            f"{found.share:.3g} of the multi-information, {found.share_corrected:.3g} corrected for states not seen"
        )
        text += f"; the model has {shares}"
    if found.share_withheld is not None:
        text += f"; no share of the multi-information is told: {found.share_withheld}"
    return text


def _number(value: float | None, digits: int = 7) -> str:
    return "" if value is None else f"{value:.{digits}g}"
