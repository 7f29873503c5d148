"""How answers look: tables for a terminal, a notebook and plain text, all drawn once by rich.

What is said of a class is the class's own: title, symmetry and F in a line of text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from symcat.answer.classification import Branch, Classification
from symcat.answer.evidence_table import check_lines, evidence_lines
from symcat.answer.heading import headline, set_aside_line
from symcat.answer.parameter_table import interval_table, parameter_tables
from symcat.answer.printed import empty_table, rendered
from symcat.answer.solution import Solution, Summary
from symcat.answer.tree import lines_of

if TYPE_CHECKING:
    from rich.console import RenderableType


@rendered.register(Solution)
def solution(answer: Solution) -> RenderableType:
    """A rich renderable of a solution: what it is, its numbers, what was considered, what was tested."""
    from rich.console import Group
    from rich.text import Text

    parts: list[RenderableType] = [headline(answer), "", *parameter_tables(answer)]
    if answer.conditional_on:
        parts.append(Text(f"  errors are conditional on {answer.conditional_on}", style="dim"))
    if answer.checks:
        parts += ["", Text("Tested after the fit", style="bold"), *check_lines(answer.checks)]
    if len(answer.evidence) > 1:
        parts += [
            "",
            Text.assemble(("Classes considered", "bold"), (_of_how_many(answer), "dim")),
            *evidence_lines(answer.evidence, answer.n_effective or answer.n_rows),
        ]
        first = answer.evidence[0]
        if answer.order is None and first.label == answer.label and first.bic not in (None, answer.bic):
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
        parts += ["", Text("95 % confidence intervals", style="bold"), interval_table(answer)]
    parts += _joint_tests(answer)
    facts = _reported(answer)
    if facts:
        parts += ["", Text("  " + "; ".join(facts))]
    return Group(*parts)


_TREES = {"class": "Classes, special cases above", "group": "Symmetries of any law, larger groups above"}


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
        head.append(f"\n  {set_aside_line(found.set_aside)}")
    parts: list[RenderableType] = [head, "", *evidence_lines(found.evidence, found.n_effective or found.n_rows)]
    trees: dict[str, list[Branch]] = {}
    for branch in found.tree:
        trees.setdefault(_TREES[branch.kind], []).append(branch)
    for title, branches in trees.items():
        parts += ["", Text(title, style="bold"), Text("\n".join(lines_of(branches)), no_wrap=False)]
    return Group(*parts)


def _joint_tests(answer: Solution) -> list[RenderableType]:
    """Those of predictors with several coefficients: of texts of several levels, or of a categorical target."""
    from rich.text import Text

    if answer.regression is None or answer.regression.covariance is None:
        return []
    found = {name: test for name, test in answer.tests.items() if test.degrees_of_freedom[0] > 1}
    if not found:
        return []
    table = empty_table(("predictor", "law"), ("statistic", "degrees of freedom", "p"))
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


def _of_how_many(answer: Solution) -> str:
    """What the likelihoods of candidates are of, where these are not all rows."""
    if answer.order is None or answer.n_effective is None:
        return ""
    return f", by as many independent rows as all are worth: {answer.n_effective:,.0f}"
