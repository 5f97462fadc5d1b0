"""The table of cases: one line per configuration, every property of the suite is checked on every line.

A theme file has a list ``CASES`` of `case(...)` and `criterion(...)` lines; see those for what a line may say.
"""

import importlib
import math
import pkgutil
from dataclasses import dataclass, field
from typing import Any

import numpy as np

import nnlite as nn
from nnlite import torch

__all__ = ["CRITERIONS", "MODULES", "Case", "arrays", "case", "criterion", "distinct", "ints", "positive", "unit"]

KINKS = (-1, -0.5, 0, 0.5, 1)


def distinct(shape, rng):
    """Return numbers in (-2, 2), pairwise different, that stay away from the usual kinks."""
    size = math.prod(shape)
    x = np.linspace(-1.9, 1.9, size) if size > 1 else np.array([0.7])
    x += rng.uniform(-0.2, 0.2, size) * 3.8 / size
    for kink in KINKS:
        x[np.abs(x - kink) < 2e-3] += 4e-3
    return rng.permutation(x).reshape(shape)


def ints(shape, high):
    """Return the spec of 1-based integers up to `high`."""
    return lambda rng: rng.integers(1, high + 1, shape)


def positive(shape):
    """Return the spec of different numbers in (0.2, 2)."""
    return lambda rng: 0.2 + 0.45 * (distinct(shape, rng) + 2)


def unit(shape):
    """Return the spec of different numbers in (0.05, 0.95)."""
    return lambda rng: 0.05 + 0.9 * (distinct(shape, rng) + 2) / 4


def arrays(spec, seed=0):
    """Return what a spec describes: a shape, a list of specs, a number, or a callable taking a NumPy generator."""
    rng = np.random.default_rng(seed)

    def made(spec):
        if isinstance(spec, list):
            return [made(item) for item in spec]
        if isinstance(spec, tuple):
            return distinct(spec, rng)
        return spec(rng) if callable(spec) else spec

    return made(spec)


def evaluated(text):
    """Return the value of the last line of a snippet, built with seed 1."""
    names: dict[str, Any] = {"nn": nn, "torch": torch, "np": np, "math": math}
    *head, last = text.split("\n")
    torch.manualSeed(1)
    exec("\n".join(head), names)
    return eval(last, names)


@dataclass
class Case:
    """One configuration: an expression, what it is fed, and the properties it lacks by design, each with the reason."""

    text: str
    input: Any
    target: Any = None
    batch: bool = False
    inplace: str | None = None
    without: dict[str, str] = field(default_factory=dict)

    @property
    def id(self):
        return self.text.split("\n")[-1].replace("nn.", "")

    def make(self):
        """Return a new module or criterion."""
        return evaluated(self.text)

    def arrays(self, seed=0):
        """Return a new input."""
        return arrays(self.input, seed)


def case(text, input, *, batch=False, inplace=None, without=None):
    """Return the line of a module.

    Parameters
    ----------
    text : str
        The expression that makes it (names: nn, torch, np, math); statements may stand on lines before it.
    input : tuple, list or callable
        The spec of its input, see `arrays`.
    batch : bool
        Whether the first axis of the input is a batch, so that the output equals the stacked single outputs.
    inplace : str, optional
        The expression of the in-place twin.
    without : dict, optional
        Properties (functions of test_modules.py) that are false by design, with the reason.
    """
    return Case(text, input, batch=batch, inplace=inplace, without={} if without is None else without)


def criterion(text, input, target, *, without=None):
    """Return the line of a criterion; `target` is a spec as well."""
    return Case(text, input, target, without={} if without is None else without)


def _collected():
    lines = []
    for module in pkgutil.iter_modules(__path__):
        lines += importlib.import_module(f"{__name__}.{module.name}").CASES
    return lines


_lines = _collected()
MODULES = [line for line in _lines if line.target is None]
CRITERIONS = [line for line in _lines if line.target is not None]
