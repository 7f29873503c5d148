"""Many rows of several columns: the maximum over some of them is where that over all is sought from."""

from __future__ import annotations

import numpy as np

from symcat.models.hidden import several
from symcat.models.hidden.clouds import Clouds
from symcat.models.hidden.clouds_newton import maximum


def test_the_answer_is_the_maximum_over_all_rows() -> None:
    rng = np.random.default_rng(0)
    n = 2 * several.MIDDLE + 1
    x = rng.normal(size=(n, 2)) * np.array([1.0, 0.5]) + np.where(rng.random(n) < 0.3, 3.0, 0.0)[:, None]
    found = several.searched([(x, np.ones(n))], None, float(n), np.zeros(2), np.ones(2))
    assert not isinstance(found, str)
    assert len(found.clouds) == 2
    truth = Clouds(
        np.array([0.7, 0.3]), np.array([[0.0, 0.0], [3.0, 3.0]]), np.diag([1.0, 0.5])[None].repeat(2, axis=0)
    )
    direct = maximum(truth, [(x, None)], np.full(2, 1e-3))
    assert direct is not None
    np.testing.assert_allclose(found.slope.value, direct[1].value, rtol=1e-12)
    np.testing.assert_allclose(found.clouds.means, direct[0].means, atol=1e-6)
