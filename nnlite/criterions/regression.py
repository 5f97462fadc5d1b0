"""Losses for targets that are numbers: MSECriterion."""

import numpy as np

from ..core import check
from ..core.args import given
from ..core.buffers import sized
from ..core.criterion import Criterion

__all__ = ["MSECriterion"]


class MSECriterion(Criterion):
    """Mean squared error ``sum((x - t)^2) / n``, n the number of elements.

    Parameters
    ----------
    sizeAverage : bool, default True
        Whether to divide by n.

    Notes
    -----
    Lua: nn/MSECriterion.lua. Input and target need as many elements, of any shape.
    """

    def __init__(self, sizeAverage: bool | None = None):
        super().__init__()
        self.sizeAverage = given(sizeAverage, True)

    def updateOutput(self, input, target):
        input = check.array(self, input)
        target = check.gradient(self, target, input, name="target")
        difference = (input - target).reshape(-1)
        loss = np.dot(difference, difference)
        self.output = float(loss) / input.size if self.sizeAverage else float(loss)
        return self.output

    def updateGradInput(self, input, target):
        input = check.array(self, input)
        target = check.gradient(self, target, input, name="target")
        self.gradInput = sized(self.gradInput, input.shape, input.dtype)
        np.subtract(input, target, out=self.gradInput)
        self.gradInput *= 2 / input.size if self.sizeAverage else 2
        return self.gradInput
