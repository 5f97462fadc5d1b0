"""The table of calls in docs/torch-functions.md is complete and says what the docstrings say."""

import importlib.util
import inspect
import re
from pathlib import Path

import pytest

from nnlite import torch

SCRIPT = Path(__file__).parents[1] / "docs" / "torch_functions.py"


@pytest.fixture(scope="module")
def functions():
    spec = importlib.util.spec_from_file_location("torch_functions", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_page_is_up_to_date(functions):
    assert functions.PAGE.read_text() == functions.page(), "run python docs/torch_functions.py"


def test_page_lists_every_public_name(functions):
    listed = re.findall(r"^\| `(\w+)", functions.PAGE.read_text(), re.MULTILINE)
    assert sorted(listed) == sorted(torch.__all__)
    assert len(set(listed)) == len(listed)


@pytest.mark.parametrize("name", torch.__all__)
def test_every_name_has_a_docstring_that_fits_a_line(name):
    first = inspect.getdoc(getattr(torch, name)).split("\n")[0]
    assert first
    assert len(first) <= 120
