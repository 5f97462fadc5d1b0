"""Rows of a table by index: LookupTable."""

from typing import Any

import numpy as np

from ..core import check
from ..core.args import given
from ..core.buffers import parameter, sized
from ..core.generator import default_generator
from ..core.module import Module
from ..kernels import gather

__all__ = ["LookupTable"]


class LookupTable(Module):
    """``y_i = W[x_i]``: rows of the weight, picked by the indices ``x`` (an embedding).

    Parameters
    ----------
    nIndex, nOutput : int
        Number of rows and their length.
    paddingValue : int, default 0
        An index whose row gets no gradient (it is looked up like any other).
    maxNorm : float, optional
        Rows that are looked up are first scaled down, in the weight itself, to this norm.
    normType : float, default 2
        Which norm.

    Attributes
    ----------
    weight, gradWeight : ndarray, (nIndex, nOutput)
        The table, drawn from N(0, 1), and its gradient.

    Raises
    ------
    ValueError
        If the input has more than two dimensions, or an index is not in 1..nIndex.

    Notes
    -----
    Lua: nn/LookupTable.lua. ``(n,)`` gives ``(n, nOutput)``, ``(batch, n)`` gives ``(batch, n, nOutput)``, of any
    dtype. Forward, backward and ``accUpdateGradParameters`` cost in proportion to the rows looked up;
    ``zeroGradParameters``, ``updateParameters`` and an optimizer on ``getParameters()`` touch the whole table.

    Examples
    --------
    A step that touches three rows of a million:

    >>> table = nn.LookupTable(1000000, 64).accUpdateOnly()
    >>> words = np.array([7, 500000, 7])
    >>> table.forward(words).shape
    (3, 64)
    >>> table.accUpdateGradParameters(words, np.ones((3, 64)), 0.1)
    """

    shouldScaleGradByFreq: bool | None = None

    def __init__(
        self,
        nIndex: int,
        nOutput: int,
        paddingValue: int | None = None,
        maxNorm: float | None = None,
        normType: float | None = None,
    ):
        super().__init__()
        self.weight, self.gradWeight = parameter(nIndex, nOutput)
        self.paddingValue = given(paddingValue, 0)
        self.maxNorm: Any = maxNorm
        self.normType: Any = normType
        self.reset()

    def accUpdateOnly(self):
        """Drop the gradient of the table, so that only `accUpdateGradParameters` can train it; return self."""
        self.gradWeight = None
        return self

    def setPadding(self, paddingValue):
        """Set the index whose row gets no gradient; return self."""
        self.paddingValue = paddingValue
        return self

    def setMaxNorm(self, maxNorm):
        """Set the largest norm of a row, None for any; return self."""
        self.maxNorm = maxNorm
        return self

    def setNormType(self, normType):
        """Set which norm `maxNorm` bounds; return self."""
        self.normType = normType
        return self

    def scaleGradByFreq(self):
        """Divide the gradient of a row by how often its index occurs in the input; return self."""
        self.shouldScaleGradByFreq = True
        return self

    def reset(self, stdv=None):
        """Draw the table from N(0, stdv), stdv 1 by default."""
        default_generator.fill_normal(self.weight, 0, given(stdv, 1))

    def updateOutput(self, input):
        rows = check.indices(self, input, (1, 2), len(self.weight))
        if self.maxNorm is not None:
            self._renorm(rows)
        self.output = sized(self.output, (*rows.shape, self.weight.shape[1]), self.weight.dtype)
        gather.take_rows(self.weight, rows.reshape(-1), self.output.reshape(-1, self.weight.shape[1]))
        return self.output

    def updateGradInput(self, input, gradOutput):
        input = np.asarray(input)
        self.gradInput = sized(self.gradInput, input.shape, input.dtype)
        self.gradInput.fill(0)
        return self.gradInput

    def accGradParameters(self, input, gradOutput, scale=1):
        rows = check.indices(self, input, (1, 2), len(self.weight)).reshape(-1)
        gradOutput = check.gradient(self, gradOutput, self.output).reshape(len(rows), -1)
        padding = given(self.paddingValue, 0)
        if 1 <= padding <= len(self.weight):
            counted = rows != padding - 1
            if not counted.all():
                rows, gradOutput = rows[counted], gradOutput[counted]
        if self.shouldScaleGradByFreq:
            _, places, counts = np.unique(rows, return_inverse=True, return_counts=True)
            scale = scale / counts[places]
        gather.add_rows(rows, gradOutput, scale, self.gradWeight)

    def sharedAccUpdateGradParameters(self, input, gradOutput, lr):
        self.defaultAccUpdateGradParameters(input, gradOutput, lr)

    def _renorm(self, rows):
        """Scale the rows down whose norm exceeds `maxNorm`."""
        kind = given(self.normType, 2)
        if not kind > 0:
            raise check.error(self, "normType > 0", kind)
        rows = np.unique(rows)
        norms = np.linalg.norm(self.weight[rows], kind, 1)
        large = norms > self.maxNorm
        if large.any():
            self.weight[rows[large]] *= (self.maxNorm / (norms[large] + 1e-7))[:, None]
