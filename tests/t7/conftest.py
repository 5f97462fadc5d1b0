"""Classes that some other test registered are unknown here."""

import pytest

from nnlite.t7 import registry


@pytest.fixture(autouse=True)
def nothing_registered(monkeypatch):
    monkeypatch.setattr(registry, "_registered", {})
