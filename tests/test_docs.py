"""Every example of the docstrings, of the README and of docs/ runs and prints what it says."""

import doctest
import importlib
import pkgutil
import re
from pathlib import Path

import numpy as np
import pytest

import nnlite as nn
import optimlite as optim
from nnlite import image, nngraph, torch, xlua

ROOT = Path(__file__).parent.parent
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def names():
    """Return what examples may use without importing it."""
    return {"nn": nn, "np": np, "torch": torch, "optim": optim, "nngraph": nngraph, "image": image, "xlua": xlua}


def modules():
    for package in (nn, optim):
        yield package.__name__
        for info in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
            if not info.name.endswith("__main__"):
                yield info.name


def failures_of(tests):
    runner = doctest.DocTestRunner(optionflags=FLAGS, verbose=False)
    report: list[str] = []
    for test in tests:
        torch.manualSeed(1)
        runner.run(test, out=report.append)
    return "".join(report)


@pytest.mark.parametrize("name", list(modules()))
def test_docstrings(name):
    module = importlib.import_module(name)
    tests = doctest.DocTestFinder(exclude_empty=True).find(module, extraglobs=names())
    assert failures_of(tests) == ""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_pages(page, tmp_path, monkeypatch):
    """The python blocks of a page run one after another; those with prompts are compared."""
    monkeypatch.chdir(tmp_path)
    space = names()
    parser = doctest.DocTestParser()
    for number, block in enumerate(re.findall(r"^```python\n(.*?)^```", page.read_text(), re.M | re.S), 1):
        if block.lstrip().startswith(">>>"):
            test = parser.get_doctest(block, space, f"block {number}", str(page), 0)
            test.globs = space  # what a block defines the next one may use
            report: list[str] = []
            doctest.DocTestRunner(optionflags=FLAGS).run(test, out=report.append, clear_globs=False)
            assert "".join(report) == ""
        else:
            exec(compile(block, f"{page.name}, block {number}", "exec"), space)


def test_every_public_name_has_a_page():
    """The pages of docs/api name the modules of all that nnlite, optimlite and their packages offer."""
    pages = "".join(page.read_text() for page in sorted((ROOT / "docs" / "api").glob("*.md")))
    named = re.findall(r"^\.\. theme:: (.*)$", pages, re.M)
    shown = {name for line in named for module in line.split() for name in importlib.import_module(module).__all__}
    for package in (nn, optim, image, nngraph, importlib.import_module("nnlite.gnuplot"), xlua):
        offered = {name for name in package.__all__ if callable(getattr(package, name))}
        assert offered - shown <= {"fista"}  # the other name of FistaLS


def test_pictures_are_small_and_used():
    pages = "".join(page.read_text() for page in PAGES)
    for picture in (ROOT / "docs" / "pictures").iterdir():
        assert f"pictures/{picture.name}" in pages
        assert picture.stat().st_size < 60_000
