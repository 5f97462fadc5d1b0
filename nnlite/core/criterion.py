"""The base of every loss: Criterion, and PairCriterion for sums over pairs of numbers."""

from typing import Any

import numpy as np

from . import check, node
from .base import Base
from .buffers import empty, sized
from .tables import map_arrays

__all__ = ["Criterion", "PairCriterion"]


class Criterion(Base):
    """A loss: a number for an input and a target, and its gradient with respect to the input.

    A subclass overrides ``updateOutput(input, target)`` and ``updateGradInput(input, target)``.

    Attributes
    ----------
    output : float
        The last loss.
    gradInput : ndarray or table
        The last gradient: a buffer that the next call overwrites.

    Notes
    -----
    Lua: nn/Criterion.lua.
    """

    _state = ("gradInput",)

    def __init__(self) -> None:
        super().__init__()
        self.gradInput: Any = empty()
        self.output: Any = 0.0

    def forward(self, input, target=None):
        """Return the loss: ``updateOutput``."""
        return self.updateOutput(input, target)

    def backward(self, input, target=None):
        """Return the gradient of the loss with respect to `input`: ``updateGradInput``."""
        return self.updateGradInput(input, target)

    def updateOutput(self, input, target=None):
        """Compute, store and return ``output``."""
        return self.output

    def updateGradInput(self, input, target=None):
        """Compute, store and return ``gradInput``."""
        return self.gradInput

    def clearState(self):
        """Empty the buffers and return self."""
        self.gradInput = map_arrays(lambda x: empty(x.dtype) if isinstance(x, np.ndarray) else x, self.gradInput)
        return self

    def __call__(self, *arguments):
        """Build a graph node when called with nodes (nngraph), else return ``(loss, gradInput)``."""
        if node.are_nodes(arguments):
            return node.Node.of_criterion(self, *arguments)
        input, target = arguments
        self.output = self.forward(input, target)
        self.gradInput = self.backward(input, target)
        return self.output, self.gradInput


class PairCriterion(Criterion):
    """A sum of ``l(x_i, t_i)`` over the elements of input and target, which may differ in shape but not in size.

    A subclass overrides ``_loss(input, target)``, the sum, and ``_slope(input, target, norm, out)``, which writes
    `norm` times the derivative.

    Attributes
    ----------
    sizeAverage : bool
        Whether the sum is divided by the number of elements.
    """

    def __init__(self) -> None:
        super().__init__()
        self.sizeAverage = True

    def updateOutput(self, input, target):
        input, target = self._pair(input, target)
        self.output = self._loss(input, target)
        if self.sizeAverage:
            self.output /= input.size
        return self.output

    def updateGradInput(self, input, target):
        input, target = self._pair(input, target)
        self.gradInput = sized(self.gradInput, input.shape, input.dtype)
        self._slope(input, target, 1 / input.size if self.sizeAverage else 1, self.gradInput)
        return self.gradInput

    def _pair(self, input, target):
        input = check.array(self, input)
        return input, check.gradient(self, target, input, name="target")

    def _loss(self, input, target):
        raise NotImplementedError

    def _slope(self, input, target, norm, out):
        raise NotImplementedError
