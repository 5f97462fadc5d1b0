"""Losses for targets that are numbers: MSECriterion, AbsCriterion, SmoothL1Criterion, L1Cost, ..."""

import numpy as np

from ..core import check
from ..core.args import given
from ..core.buffers import floats, sized
from ..core.criterion import Criterion, PairCriterion
from ..kernels import losses

__all__ = [
    "AbsCriterion",
    "DistKLDivCriterion",
    "L1Cost",
    "MSECriterion",
    "SmoothL1Criterion",
    "SpatialAutoCropMSECriterion",
    "WeightedMSECriterion",
]


class MSECriterion(PairCriterion):
    """Mean squared error ``sum (x - t)^2 / n``, n the number of elements.

    Parameters
    ----------
    sizeAverage : bool, default True
        Whether to divide by n.

    Notes
    -----
    Lua: nn/MSECriterion.lua. Input and target need as many elements, in any shape.

    Examples
    --------
    >>> nn.MSECriterion().forward(np.array([1.0, 2.0]), np.array([0.0, 4.0]))
    2.5
    """

    def __init__(self, sizeAverage: bool | None = None):
        super().__init__()
        self.sizeAverage = given(sizeAverage, True)

    def _loss(self, input, target):
        return losses.mean_squared(input, target)

    def _slope(self, input, target, norm, out):
        losses.mean_squared_grad(input, target, out, norm)


class AbsCriterion(PairCriterion):
    """Mean absolute error ``sum |x - t| / n``; the gradient where they are equal is 1/n. Lua: nn/AbsCriterion.lua."""

    def __init__(self, sizeAverage: bool | None = None):
        super().__init__()
        self.sizeAverage = given(sizeAverage, True)

    def _loss(self, input, target):
        return losses.absolute(input, target)

    def _slope(self, input, target, norm, out):
        losses.absolute_grad(input, target, out, norm)


class SmoothL1Criterion(PairCriterion):
    """``sum l(x - t) / n``: ``l(z) = z^2 / 2`` for ``|z| < 1``, else ``|z| - 1/2``. Lua: nn/SmoothL1Criterion.lua."""

    def __init__(self, sizeAverage: bool | None = None):
        super().__init__()
        self.sizeAverage = given(sizeAverage, True)

    def _loss(self, input, target):
        return losses.smooth_l1(input, target)

    def _slope(self, input, target, norm, out):
        losses.smooth_l1_grad(input, target, out, norm)


class DistKLDivCriterion(PairCriterion):
    """Kullback-Leibler divergence ``sum t (log t - x) / n`` for log-probabilities x and probabilities t.

    Notes
    -----
    Lua: nn/DistKLDivCriterion.lua. n is the number of elements, not of rows; terms with ``t <= 0`` count nothing.
    """

    def _loss(self, input, target):
        return losses.kl_divergence(input, target)

    def _slope(self, input, target, norm, out):
        losses.kl_divergence_grad(input, target, out, norm)


class L1Cost(Criterion):
    """``sum |x|``, without target and average; the gradient at 0 is 0. Lua: nn/L1Cost.lua."""

    def updateOutput(self, input, target=None):
        input = check.array(self, input)
        self.output = float(np.abs(input).sum(dtype=np.float64))
        return self.output

    def updateGradInput(self, input, target=None):
        input = check.array(self, input)
        self.gradInput = sized(self.gradInput, input.shape, input.dtype)
        np.sign(input, out=self.gradInput)
        return self.gradInput


class WeightedMSECriterion(MSECriterion):
    """``sum (x - w t)^2 / n``: mean squared error against the target times a weight.

    Parameters
    ----------
    w : ndarray
        The weight, of the target's shape or that of one sample of a batch.

    Notes
    -----
    Lua: nn/WeightedMSECriterion.lua. It is the target that is weighted, not the error, as in Torch.
    """

    def __init__(self, w):
        super().__init__()
        self.weight = floats(w).copy()

    def _dtype(self):
        return self.weight.dtype

    def _pair(self, input, target):
        input, target = super()._pair(input, target)
        weight = self.weight
        if input.ndim - 1 != weight.ndim and input.size != weight.size:
            raise check.error(self, f"input of shape {weight.shape}, or a batch of them,", input)
        if input.ndim - 1 == weight.ndim and input.shape[1:] != weight.shape:
            raise check.error(self, f"a batch of inputs of shape {weight.shape}", input)
        return input, target * (weight if input.ndim - 1 == weight.ndim else weight.reshape(input.shape))


class SpatialAutoCropMSECriterion(MSECriterion):
    """As MSECriterion, for images: a target that is larger than the input is cropped to its centre.

    Notes
    -----
    Lua: nn/SpatialAutoCropMSECriterion.lua, whose backward refuses a larger target; here it is cropped as in forward.
    """

    def _pair(self, input, target):
        input = check.array(self, input, ndim=(3, 4))
        target = check.array(self, target, ndim=input.ndim, name="target", dtype=input.dtype)
        (height, width), (rows, columns) = input.shape[-2:], target.shape[-2:]
        if height > rows or width > columns or input.shape[:-2] != target.shape[:-2]:
            raise check.error(self, f"a target of shape {input.shape}, or with larger images,", target)
        top, left = (rows - height) // 2, (columns - width) // 2
        return input, target[..., top : top + height, left : left + width]
