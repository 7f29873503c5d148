"""Tables of two-valued and continuous columns: independent blocks, or spins with Gaussian columns given them.

Whether the blocks depend on each other is a likelihood-ratio test from second moments (Wilks), with BIC to decide and
the p-value told, and a rank test for dependence that means do not show. Independent blocks are weighed each by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from symcat import labels
from symcat.answer.build import solution_of
from symcat.answer.information import information
from symcat.answer.records import Evidence, Step, refusals
from symcat.answer.solution import Solution
from symcat.classify import check_record, weigh
from symcat.data.collected import Collected
from symcat.data.statistics import Statistics
from symcat.data.validation import validate, validate_spins
from symcat.errors import InvalidData, NoEntry
from symcat.lookup import unknown_class
from symcat.models.base import CheckResult, Observed, Options
from symcat.models.mixed import MOST_SPINS, ConditionalGaussian, product
from symcat.models.mixed.conditional import part
from symcat.models.mixed.dependence import Dependence, beyond_means, wilks

CONDITIONAL, PRODUCT = ConditionalGaussian.label, product.LABEL


@dataclass(frozen=True)
class _Asked:
    """Which mixed classes to weigh, and which classes of each block; None for all."""

    conditional: bool
    product: bool
    spins: tuple[str, ...] | None = None
    reals: tuple[str, ...] | None = None


@dataclass(frozen=True)
class _Candidate:
    """A mixed class with its answer, if it has one, and its tests."""

    label: str
    answer: Solution | None
    n_parameters: int
    checks: tuple[CheckResult, ...] = ()
    why: str = ""  # there is no answer

    def fails(self, alone: bool) -> str:
        """Why it cannot be taken, empty where it can."""
        ruled_out = [c for c in self.checks if not c.passed and c.weight in _RULING_OUT[alone]]
        return f"does not fit: {_in_words(ruled_out)}" if ruled_out else self.why


@dataclass(frozen=True)
class _Weighed:
    """What was tried, what is taken if anything, and the evidence, that on the one taken first."""

    tried: tuple[_Candidate, ...]
    taken: _Candidate | None
    evidence: tuple[Evidence, ...]
    test: Dependence


_RULING_OUT = {True: ("required",), False: ("required", "deciding")}


def mixed(collected: Collected, classes: Sequence[str] | None, options: Options, version: str) -> Solution:
    """The product of two independent blocks, or the conditional Gaussian class, as the data say.

    Parameters
    ----------
    collected : the statistics of a table with columns of both kinds.
    classes : ``mixed.product``, ``mixed.conditional_gaussian``, or classes of the blocks, which mean the product of
        them; all if left out. A mixed class asked for alone is answered even where its checks fail.
    options : ``prior`` and ``basis`` of the two-valued columns, ``seed`` of the sample.
    version : of the catalogue.

    Returns
    -------
    A ``Solution``; that of a product has the parameters of both blocks, and their own answers as ``parts``.

    Raises
    ------
    InvalidData : constant or dependent columns, too few rows, or joint statistics where the blocks' own are needed.
    NoEntry : no class describes the table; the message says what depends on what, and what to try.
    """
    weighed = _weigh(collected, classes, options, version)
    taken = weighed.taken
    if taken is None or taken.answer is None:
        raise _refusal(weighed)
    first = weighed.evidence[0]
    return taken.answer.model_copy(
        update={
            "evidence": weighed.evidence,
            "checks": first.checks,
            "trail": (Step(strategy="lookup", outcome="answered", reason=first.reason),),
        }
    )


def mixed_evidence(
    collected: Collected, classes: Sequence[str] | None, options: Options, version: str
) -> tuple[Evidence, ...]:
    """The evidence on the mixed classes, the one taken first; arguments and errors as for ``mixed``."""
    return _weigh(collected, classes, options, version).evidence


def _weigh(collected: Collected, classes: Sequence[str] | None, options: Options, version: str) -> _Weighed:
    asked = _asked(classes)
    _validate(collected, asked)
    joint, (spins, reals) = collected.joint, collected.positions
    test = wilks(joint.moments, spins)
    tried = []
    if asked.product:
        beyond = beyond_means(
            joint.sample[:, list(spins)],
            joint.sample[:, list(reals)],
            [joint.columns[j] for j in spins],
            [joint.columns[j] for j in reals],
        )
        tried.append(_product(collected, asked, (_independence(test), beyond), options, version))
    if asked.conditional:
        tried.append(_conditional(collected, options, version))
    alone = len(tried) == 1
    taken = next((c for c in tried if not c.fails(alone)), None)
    evidence = sorted((_evidence(c, taken, alone, test) for c in tried), key=lambda found: found.verdict != "taken")
    return _Weighed(tuple(tried), taken, tuple(evidence), test)


def _asked(classes: Sequence[str] | None) -> _Asked:
    """Raises InvalidData for an empty list, NoEntry for an unknown class."""
    if classes is None:
        return _Asked(conditional=True, product=True)
    if not classes:
        raise InvalidData("classes= is empty: name at least one class, or leave it out for all of them.")
    blocks = [name for name in classes if name not in (CONDITIONAL, PRODUCT)]
    for name in blocks:
        if labels.canonical(name) is None:
            raise unknown_class(name)
    spins = tuple(name for name in blocks if labels.canonical(name) in labels.ISING)
    reals = tuple(name for name in blocks if name not in spins)
    return _Asked(CONDITIONAL in classes, PRODUCT in classes or bool(blocks), spins or None, reals or None)


def _validate(collected: Collected, asked: _Asked) -> None:
    moments, (spins, reals) = collected.joint.moments, collected.positions
    validate_spins(part(moments, spins))
    validate(part(moments, reals), asked.reals)
    n = int(moments.count[0])
    if n <= moments.dimension + 1:
        raise InvalidData(
            f"{n} rows cannot tell whether {len(spins)} two-valued and {len(reals)} continuous columns depend on each "
            f"other: at least {moments.dimension + 2} are needed. Give more rows, or fewer columns with columns=."
        )


def _independence(test: Dependence) -> CheckResult:
    """The likelihood-ratio test as a check: BIC decides, the p-value is told."""
    first, second = test.degrees
    compared = "above" if test.dependent else "below"
    detail = (
        f"Wilks' ratio, F({first:.0f}, {second:.5g}) = {test.statistic:.4g}; {test.strongest}; BIC of independent "
        f"blocks is {abs(test.bic_gain):.1f} {compared} that of coupled ones"
    )
    return CheckResult("independent blocks", test.statistic, test.p_value, detail, verdict=not test.dependent)


def _product(
    collected: Collected, asked: _Asked, checks: tuple[CheckResult, ...], options: Options, version: str
) -> _Candidate:
    """Each block with the class that suits it."""
    if collected.spins is None or collected.reals is None:
        lacking = "joint statistics do not hold what the continuous columns need by themselves"
        if all(check.passed for check in checks):
            raise InvalidData(
                f"The two-valued and the continuous columns are independent, and {lacking}: pass the data, or ask "
                f"for classes=[{CONDITIONAL!r}]."
            )
        return _Candidate(PRODUCT, None, 0, checks, lacking)
    parts, why = [], ""
    for statistics, classes in ((collected.spins, asked.spins), (collected.reals, asked.reals)):
        answer, reason = _block(statistics, classes, options, version)
        if answer is None:
            why = f"no class fits {', '.join(map(repr, statistics.columns))} ({reason})"
        else:
            parts.append(answer)
    n_parameters = sum(answer.n_parameters for answer in parts)
    if why:
        return _Candidate(PRODUCT, None, n_parameters, checks, why)
    return _Candidate(PRODUCT, _joined(collected, parts, options, version), n_parameters, checks)


def _block(
    statistics: Statistics, classes: Sequence[str] | None, options: Options, version: str
) -> tuple[Solution | None, str]:
    """The answer for columns of one kind, or why there is none."""
    weighed = weigh(statistics, classes, None, options)
    model, found, taken = weighed[0]
    evidence = tuple(e for _, _, e in weighed)
    if taken.verdict != "taken":
        return None, refusals(evidence)
    coding, states = statistics.coding, statistics.states
    answer = solution_of(
        model,
        found,
        statistics.columns,
        reason=taken.reason,
        version=version,
        robust=model.robust_standard_errors(found, statistics.blocks, None),
        evidence=evidence,
        checks=taken.checks,
        seed=options.seed,
        options=options,
        levels=None if coding is None else coding.named(statistics.columns),
        information=None if states is None else information(found, statistics.moments.mean[0], states),
    )
    return answer, ""


def _joined(collected: Collected, parts: Sequence[Solution], options: Options, version: str) -> Solution:
    """The product of the blocks: parameters side by side, logarithms added."""
    joint = collected.joint

    def united(name: str) -> dict[str, object]:
        return {key: value for answer in parts for key, value in (getattr(answer, name) or {}).items()}

    return Solution(
        label=PRODUCT,
        source="catalogue" if any(answer.source == "catalogue" for answer in parts) else "closed_form",
        columns=joint.columns,
        parameters=united("parameters"),
        standard_errors=united("standard_errors"),
        robust_standard_errors=united("robust_standard_errors"),
        log_partition=sum(answer.log_partition for answer in parts),
        log_likelihood=sum(answer.log_likelihood or 0.0 for answer in parts),
        bic=sum(answer.bic or 0.0 for answer in parts),
        n_parameters=sum(answer.n_parameters for answer in parts),
        n_rows=joint.n_rows,
        n_missing=joint.n_missing,
        levels=collected.coding.named(joint.columns),
        basis=options.basis,
        parts=tuple(parts),
        catalogue_version=version,
        seed=options.seed,
    )


def _conditional(collected: Collected, options: Options, version: str) -> _Candidate:
    joint, (spins, _) = collected.joint, collected.positions
    chosen = Options(prior=options.prior, basis=options.basis, spins=spins, seed=options.seed)
    model = ConditionalGaussian(len(joint.columns), chosen)
    if len(spins) > MOST_SPINS:
        why = f"{len(spins)} two-valued columns are more than the {MOST_SPINS} of which all states can be summed"
        return _Candidate(CONDITIONAL, None, model.n_free, why=why)
    found = model.fit(joint.moments, None)
    if not found.answered[0]:
        return _Candidate(CONDITIONAL, None, model.n_free, why=found.why(0))
    answer = solution_of(
        model,
        found,
        joint.columns,
        reason="",
        version=version,
        robust=model.robust_standard_errors(found, joint.blocks, None),
        n_missing=joint.n_missing,
        seed=options.seed,
        levels=collected.coding.named(joint.columns),
    )
    checks = tuple(model.checks(found, Observed(joint.moments, joint.sample, joint.states), None))
    return _Candidate(CONDITIONAL, answer.model_copy(update={"basis": options.basis}), model.n_free, checks)


def _evidence(candidate: _Candidate, taken: _Candidate | None, alone: bool, test: Dependence) -> Evidence:
    answer = candidate.answer
    return Evidence(
        label=candidate.label,
        log_likelihood=None if answer is None else answer.log_likelihood,
        n_parameters=candidate.n_parameters,
        bic=None if answer is None else answer.bic,
        statistics={"log Wilks ratio": test.log_wilks},
        parameters={} if answer is None else answer.parameters,
        checks=tuple(check_record(c) for c in candidate.checks),
        verdict="taken" if candidate is taken else "declined",
        reason=_reason(candidate, taken, alone, test),
    )


def _reason(candidate: _Candidate, taken: _Candidate | None, alone: bool, test: Dependence) -> str:
    why = candidate.fails(alone)
    if why:
        return why
    failed = _in_words([c for c in candidate.checks if not c.passed and c.name != "finite maximum"])
    if candidate is taken and alone:
        return f"the only class asked for, though it does not fit: {failed}" if failed else "the only class asked for"
    if candidate is taken:
        said = "the blocks are independent" if candidate.label == PRODUCT else "the blocks depend on each other"
        return f"{said} by BIC (p = {test.p_value:.2g})"
    return f"fits, but BIC sees no dependence between the blocks (p = {test.p_value:.2g})"


def _in_words(checks: Sequence[CheckResult]) -> str:
    return ", ".join(f"{c.name} ({c.detail}" + (f"; p = {c.p_value:.1g})" if c.p_value >= 0.0 else ")") for c in checks)


def _refusal(weighed: _Weighed) -> NoEntry:
    """What was declined and why, and what to try."""
    test = weighed.test
    seen = (
        f"The two-valued and the continuous columns depend on each other (p = {test.p_value:.1g}: {test.strongest}). "
    )
    suggestion = (
        "Fit the continuous columns for each value of a two-valued one with by=, predict one column from the others "
        "with target=, transform or leave out the columns named, or ask for one class alone, "
        f"classes=[{CONDITIONAL!r}] or [{PRODUCT!r}], to see its answer with the failed checks beside it."
    )
    message = (
        f"{seen if test.dependent else ''}No class describes these columns together. {refusals(weighed.evidence)}."
    )
    return NoEntry(message, label=weighed.tried[-1].label, suggestion=suggestion)
