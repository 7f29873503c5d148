"""Labels of the polynomials of one column, their degrees, and the names of their couplings."""

from __future__ import annotations

from symcat.models.quartic.labels import label_of

DEGREES = {"quartic": 4, "sextic": 6, "octic": 8}
"""By the second word of a label; ``scalar.`` are those without symmetry, ``z2.`` the even ones."""

LABELS = ("scalar.quartic", "scalar.sextic", "scalar.octic", "z2.sextic", "z2.octic")
"""Of this family; the even quartic is of that of the radial ones."""

QUARTIC, EVEN_SEXTIC = "scalar.quartic", "z2.sextic"
"""Those that the catalogue has a table of."""

WITHOUT_TABLE = tuple(label for label in LABELS if label not in (QUARTIC, EVEN_SEXTIC))
"""Those whose entry of the catalogue holds no table."""

NAMES = {1: "h", 2: "r", 3: "g", 4: "u", 5: "v", 6: "w", 7: "p", 8: "q"}
"""Of the couplings of each power."""

_GAUSSIANS = frozenset({f"gaussian.{name}" for name in ("full", "diagonal", "exchangeable", "cyclic", "isotropic")})


def degree_of(label: str) -> int:
    """Of F."""
    return DEGREES[label.partition(".")[2]]


def is_even(label: str) -> bool:
    """Whether F is even about its centre."""
    return label.startswith("z2.")


def orders(label: str) -> tuple[int, ...]:
    """The powers in F, ascending."""
    step = 2 if is_even(label) else 1
    return tuple(range(step, degree_of(label) + 1, step))


def special_cases(label: str) -> frozenset[str]:
    """The classes of one column whose F is a case of this one's."""
    lower = {other for other in LABELS if other != label and set(orders(other)) <= set(orders(label))}
    return _GAUSSIANS | lower | {label_of(1)}
