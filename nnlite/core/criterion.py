"""The base of every loss: Criterion."""

from typing import Any

from . import node
from .base import Base
from .buffers import empty

__all__ = ["Criterion"]


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

    def forward(self, input, target):
        """Return the loss: ``updateOutput``."""
        return self.updateOutput(input, target)

    def backward(self, input, target):
        """Return the gradient of the loss with respect to `input`: ``updateGradInput``."""
        return self.updateGradInput(input, target)

    def updateOutput(self, input, target):
        """Compute, store and return ``output``."""
        return self.output

    def updateGradInput(self, input, target):
        """Compute, store and return ``gradInput``."""
        return self.gradInput

    def clearState(self):
        """Empty the buffers and return self."""
        self.gradInput = empty()
        return self

    def __call__(self, *arguments):
        """Build a graph node when called with nodes (nngraph), else return ``(loss, gradInput)``."""
        if node.are_nodes(arguments):
            return node.Node.of_criterion(self, *arguments)
        input, target = arguments
        self.output = self.forward(input, target)
        self.gradInput = self.backward(input, target)
        return self.output, self.gradInput
