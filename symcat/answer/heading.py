"""The head of a printed answer: what was taken, the class and its law, how it was found, and the verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, get_args

from symcat.answer.records import Information, RegressionSummary
from symcat.answer.solution import Solution
from symcat.data.ingest.indicators import texts_for
from symcat.data.schema import Kind, kind_of
from symcat.models.enough_rows import ENOUGH

if TYPE_CHECKING:
    from rich.text import Text

_MOST_NAMED = 12  # levels of a column; and columns

_SOURCES = {
    "exact": "exact",
    "catalogue": "read from the catalogue, version {version}",
    "correction": "by correction series, checked",
    "learned": "from what was learned before",
    "analog": "relaxed to on the emulated analog device",
}


def headline(answer: Solution) -> Text:
    """What the answer is of, what it is, and what is said of it at first."""
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
        lines.append("  not judged: too few rows")
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
        how = "weighted" if answer.order is None else "in order of time"
        counted = answer.n_effective is None or answer.model.measure == "series"
        worth = "" if counted else f", {how}, worth {answer.n_effective:,.1f}"
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


def _taken(answer: Solution) -> list[str]:
    """Of a table: which of its columns the answer is of, by kind, and which were left out; nothing of one column."""
    levels, of_kind = answer.levels or {}, dict[str, list[str]]()
    for name in texts_for(answer.columns, answer.categories):
        own = answer.categories.get(name, levels.get(name))
        of_kind.setdefault(kind_of(own), []).append(name)
    lines = []
    if answer.order is not None and answer.n_rows and answer.n_effective is not None:
        how = "as declared" if answer.order == "declared" else "as a test says"
        worth = f"{answer.n_rows:,} of them are worth {answer.n_effective:,.0f} independent ones"
        said = (
            "Rows are in order of time"
            if answer.model.measure == "series"
            else f"Rows depend on their neighbours: {worth}"
        )
        lines.append(f"{said}, {how}")
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
    return lines + ([set_aside_line(answer.set_aside)] if answer.set_aside else [])


def set_aside_line(columns: Mapping[str, str]) -> str:
    """Which columns were left out, and why."""
    return "Set aside: " + "; ".join(f"{name} ({reason})" for name, reason in columns.items())


def _levels(answer: Solution) -> str:
    """Which value of every two-valued column is +1, said once where all columns agree; of more levels, all of them."""
    levels = answer.levels or {}
    if any(len(found) > 2 for found in levels.values()):
        return f"levels: {_all_levels(levels)}"
    if answer.regression is not None:  # coefficients are those of indicators, which are 1 or 0
        target = answer.regression.target
        of_target = [f"+1 is {target} = {levels[target][1]!r}"] if target in levels else []
        predictors = [f"{name} = {own[1]!r}" for name, own in levels.items() if name != target]
        return "; ".join(of_target + ([f"1 is {', '.join(predictors)}, else 0"] if predictors else []))
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
    return "; ".join(said[:_MOST_NAMED]) + f"; and {len(said) - _MOST_NAMED} more" * (len(said) > _MOST_NAMED)


def _some(values: Sequence[object]) -> str:
    """The first few, and how many there are."""
    named = ", ".join(map(str, values[:_MOST_NAMED]))
    return named if len(values) <= _MOST_NAMED else f"{named}, ... ({len(values)})"


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
