"""Thermal noise of many replicas at once: one generator for each, in step, so that compilers make vectors of them.

xoshiro128++ (Blackman & Vigna, ACM Trans. Math. Softw. 47, 36, 2021) gives 32 bits; Box and Muller's transform makes
normal numbers of them, the logistic quantile what a p-bit compares its input with. All in single precision: normals
reach 6.6 standard deviations, logistic numbers 22. The rows that the kernels fill are as long as there are replicas.
"""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symcat.analog.threads import side_by_side
from symcat.loops import compiled

Singles = NDArray[np.float32]
Bits = NDArray[np.uint32]

_WIDE = 512  # generators in step where the numbers are all that is wanted
_WORTH_COMPILING = 1e7
LANES = 128
"""Replicas that run in step: enough for vectors, few enough for a core's nearest cache."""

# The kernels are compiled: constants of the types they compute in keep them from widening to double precision.
_F, _U, _I = np.float32, np.uint32, np.int32
_ZERO, _HALF, _ONE, _TWO = _F(0.0), _F(0.5), _F(1.0), _F(2.0)
_UNIT = _F(2.0**-32)
_LN2 = _F(math.log(2.0))
_THIRD, _FIFTH, _SEVENTH, _NINTH = _F(1.0 / 3.0), _F(1.0 / 5.0), _F(1.0 / 7.0), _F(1.0 / 9.0)
_ROOT_HALF, _MANTISSA = _I(0x3F3504F3), _I(23)  # the bits of the root of 1/2; how many a single's fraction has
_B1, _B7, _B9, _B11, _B21, _B25 = _U(1), _U(7), _U(9), _U(11), _U(21), _U(25)
_EVEN = _U(0xFFFFFFFE)
# Taylor's series of sin(pi g) / g and cos(pi g) in g^2: to 6e-8 for |g| up to 1/2.
_S0, _S1, _S2, _S3, _S4, _S5 = (_F((-1) ** k * math.pi ** (2 * k + 1) / math.factorial(2 * k + 1)) for k in range(6))
_C1, _C2, _C3, _C4, _C5, _C6 = (_F((-1) ** k * math.pi ** (2 * k) / math.factorial(2 * k)) for k in range(1, 7))


def generators(rng: np.random.Generator, lanes: int) -> Bits:
    """(4, lanes) states of generators that are independent of each other; none is all zeros but by 2^-128."""
    return rng.integers(0, 1 << 32, size=(4, lanes), dtype=np.uint32)


def bits(state: Bits, out: Bits) -> None:
    """The next 32 bits of each generator."""
    a, b, c, d = state[0], state[1], state[2], state[3]
    for i in range(out.shape[0]):
        s0, s1, s2, s3 = a[i], b[i], c[i], d[i]
        x = _U(s0 + s3)  # a compiler that widens a sum would rotate more than 32 bits
        out[i] = _U(_U(x << _B7) | _U(x >> _B25)) + s0
        t = _U(s1 << _B9)
        s2 ^= s0
        s3 ^= s1
        s1 ^= s2
        s0 ^= s3
        s2 ^= t
        a[i], b[i], c[i] = s0, s1, s2
        d[i] = _U(s3 << _B11) | _U(s3 >> _B21)


def logarithm(values: Singles, out: Singles) -> None:
    """Natural logarithms of positive numbers, overwritten: of ``m 2^e``, ``2 artanh((m-1)/(m+1)) + e ln 2``."""
    pattern = values.view(np.int32)
    for i in range(out.shape[0]):
        whole = pattern[i]
        exponent = (whole - _ROOT_HALF) >> _MANTISSA
        pattern[i] = whole - (exponent << _MANTISSA)
        out[i] = _F(exponent)
    for i in range(out.shape[0]):
        m = values[i]
        t = (m - _ONE) / (m + _ONE)
        q = t * t
        series = _ONE + q * (_THIRD + q * (_FIFTH + q * (_SEVENTH + q * _NINTH)))
        out[i] = _TWO * t * series + out[i] * _LN2


def log_uniforms(state: Bits, drawn: Bits, work: Singles, out: Singles) -> None:
    """Logarithms of uniform numbers: minus exponential ones. ``drawn`` and ``work`` are overwritten."""
    bits(state, drawn)
    for i in range(out.shape[0]):
        work[i] = (_F(drawn[i]) + _HALF) * _UNIT
    logarithm(work, out)


def normals(state: Bits, drawn: Bits, work: Singles, one: Singles, other: Singles) -> None:
    """Two rows of independent standard normal numbers (Box & Muller 1958)."""
    log_uniforms(state, drawn, work, one)
    bits(state, drawn)
    for i in range(one.shape[0]):
        radius = np.sqrt(max(-_TWO * one[i], _ZERO))
        g = _F(_I(drawn[i] & _EVEN)) * _UNIT  # half a turn, and a bit for the other half
        q = g * g
        sine = g * (_S0 + q * (_S1 + q * (_S2 + q * (_S3 + q * (_S4 + q * _S5)))))
        cosine = _ONE + q * (_C1 + q * (_C2 + q * (_C3 + q * (_C4 + q * (_C5 + q * _C6)))))
        one[i] = radius * sine
        other[i] = radius * cosine * (_ONE - _TWO * _F(drawn[i] & _B1))


def logistics(state: Bits, drawn: Bits, work: Singles, out: Singles) -> None:
    """Standard logistic numbers: below x with probability ``1 / (1 + exp(-x))``, to 2^-32 in both tails."""
    bits(state, drawn)
    for i in range(out.shape[0]):
        tail = (_F(drawn[i] >> _B1) + _HALF) * _UNIT  # up to one half
        work[i] = (_ONE - tail) / tail
    logarithm(work, out)
    for i in range(out.shape[0]):
        out[i] *= _ONE - _TWO * _F(drawn[i] & _B1)


def _fill(state: Bits, drawn: Bits, work: Singles, out: Singles) -> None:
    """Standard normal numbers in all rows of ``out``, of which there is an even number."""
    for row in range(0, out.shape[0], 2):
        normals(state, drawn, work, out[row], out[row + 1])


@cache
def _load() -> None:
    """Compile the kernel, or load it, aside."""

    def fill() -> float:
        state = generators(np.random.default_rng(0), _WIDE)
        work, out = np.empty(_WIDE, np.float32), np.empty((2, _WIDE), np.float32)
        compiled(_fill, KERNELS)(state, np.empty(_WIDE, np.uint32), work, out)
        return 0.0

    side_by_side([fill])


class Normals:
    """Standard normal numbers for arrays of one shape: by numpy or, where ``expected`` are many, by the kernels.

    Loading the compiled ones takes half a second, in which numpy makes some ten millions.
    """

    def __init__(self, rng: np.random.Generator, shape: tuple[int, ...], expected: float, kind: Any) -> None:
        self._rng, self._shape, self._kind = rng, shape, kind
        self._compiled = expected >= _WORTH_COMPILING
        if self._compiled:
            self._state = generators(rng, _WIDE)
            self._drawn, self._work = np.empty(_WIDE, np.uint32), np.empty(_WIDE, np.float32)
            _load()

    def empty(self) -> Any:
        """An array to be filled: part of one with whole rows of the kernels', or of the kind asked for."""
        if not self._compiled:
            return np.empty(self._shape, dtype=self._kind)
        size = math.prod(self._shape)
        rows = -(-size // (2 * _WIDE)) * 2
        return np.empty((rows, _WIDE), dtype=np.float32).reshape(-1)[:size].reshape(self._shape)

    def fill(self, out: Any) -> None:
        """Fresh numbers in ``out``, made by ``empty``."""
        if self._compiled:
            compiled(_fill, KERNELS)(self._state, self._drawn, self._work, out.base)
        else:
            self._rng.standard_normal(out=out, dtype=self._kind)


KERNELS = (bits, logarithm, log_uniforms, normals, logistics)
"""What a compiled function that calls any of these names as its inner functions."""
