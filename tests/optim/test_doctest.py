"""The examples in the docstrings of optimlite."""

import doctest
import importlib
import pkgutil

import numpy as np
import pytest

import optimlite

MODULES = sorted(module.name for module in pkgutil.iter_modules(optimlite.__path__))


@pytest.mark.parametrize("name", MODULES)
def test_examples(name):
    module = importlib.import_module(f"optimlite.{name}")
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    failed, _ = doctest.testmod(module, extraglobs={"np": np}, optionflags=flags)
    assert failed == 0


def test_every_name_of_optim_is_there():
    assert sorted(optimlite.__all__) == optimlite.__all__
    for name in optimlite.__all__:
        assert getattr(optimlite, name) is not None
