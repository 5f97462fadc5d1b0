"""The table of contents: what the packages offer."""

import importlib
import pkgutil
import subprocess
import sys

import nnlite as nn
import optimlite as optim
from nnlite import torch


def test_all_is_sorted_and_there():
    for package in (nn, optim):
        assert list(package.__all__) == sorted(package.__all__)
        for name in package.__all__:
            assert hasattr(package, name)


def test_every_module_and_criterion_is_exported():
    classes = set()
    for theme in ("modules", "criterions", "nngraph"):
        package = importlib.import_module(f"nnlite.{theme}")
        for info in pkgutil.iter_modules(package.__path__):
            found = importlib.import_module(f"{package.__name__}.{info.name}")
            classes |= {getattr(found, name) for name in getattr(found, "__all__", ())}
    base = (nn.Module, nn.Criterion)
    classes = {cls for cls in classes if isinstance(cls, type) and issubclass(cls, base)}
    public = {getattr(nn, name) for name in nn.__all__}
    missing = {cls.__name__ for cls in classes if cls.torch_typename.startswith("nn.")} - {
        getattr(cls, "__name__", "") for cls in public
    }
    assert missing == set()


def test_type_names_are_those_of_torch():
    for name in nn.__all__:
        value = getattr(nn, name)
        if isinstance(value, type) and issubclass(value, (nn.Module, nn.Criterion)):
            assert value.torch_typename == f"nn.{name}"


def test_importing_needs_no_extra():
    extras = ("matplotlib", "tqdm", "PIL", "pooch", "numba")
    code = "import sys, nnlite, optimlite, nnlite.image, nnlite.gnuplot, nnlite.xlua\n"
    code += f"print([extra for extra in {extras} if extra in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_missing_extra_is_named():
    code = "import sys; sys.modules['tqdm'] = None\nfrom nnlite import xlua\nxlua.progress(1, 2)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "nnlite[progress]" in done.stderr
