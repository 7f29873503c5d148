"""The toy class is one of symcat's in the tests of answers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.toy import registered


@pytest.fixture
def toy() -> Iterator[None]:
    with registered():
        yield
