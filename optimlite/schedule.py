"""Learning rates as functions of the step number: step, exponential, cosine.

A schedule goes where the learning rate does, as ``config.learningRate`` of a function or of a group of an `Optimizer`;
it is called with the number of steps made before. Any function of one number will do. Those made here can be pickled.

>>> rate = step(0.5, size=10, gamma=0.5)
>>> rate(0), rate(9), rate(10)
(0.5, 0.5, 0.25)
"""

import functools
import math

__all__ = ["cosine", "exponential", "step"]


def step(learningRate: float, size: int, gamma: float = 0.1):
    """Return the schedule ``learningRate gamma^(k // size)``: a factor `gamma` every `size` steps."""
    if size < 1:
        raise ValueError(f"schedule.step: a size of 1 or more expected, got {size}")
    return functools.partial(_step, learningRate, size, gamma)


def exponential(learningRate: float, gamma: float):
    """Return the schedule ``learningRate gamma^k``."""
    return functools.partial(_exponential, learningRate, gamma)


def cosine(learningRate: float, steps: int, final: float = 0.0):
    """Return half a cosine from `learningRate` to `final` in `steps` steps; `final` from there on."""
    if steps < 1:
        raise ValueError(f"schedule.cosine: 1 step or more expected, got {steps}")
    return functools.partial(_cosine, learningRate, steps, final)


def _step(rate, size, gamma, k):
    return rate * gamma ** (k // size)


def _exponential(rate, gamma, k):
    return rate * gamma**k


def _cosine(rate, steps, final, k):
    return final + (rate - final) * (1 + math.cos(math.pi * min(k, steps) / steps)) / 2
