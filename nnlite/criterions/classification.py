"""Losses for targets that are classes or probabilities: ClassNLLCriterion, CrossEntropyCriterion, BCECriterion, ..."""

import math
import warnings
from weakref import WeakSet

import numpy as np

from ..core import check
from ..core.args import given
from ..core.buffers import floats, sized
from ..core.criterion import Criterion, PairCriterion
from ..core.tensor_types import default_dtype
from ..kernels import losses
from ..modules.softmax import LogSoftMax
from ..modules.squashing import Sigmoid
from .regression import MSECriterion

__all__ = [
    "BCECriterion",
    "ClassNLLCriterion",
    "ClassSimplexCriterion",
    "CrossEntropyCriterion",
    "MultiLabelSoftMarginCriterion",
    "SpatialClassNLLCriterion",
]

_warned: WeakSet = WeakSet()  # criterions that have said that they were given probabilities


def class_weights(criterion, weights):
    """Return the weights of the classes as a vector, or None."""
    if weights is None:
        return None
    weights = floats(weights)
    if weights.ndim != 1:
        raise check.error(criterion, "weights with 1 dimension", weights)
    return weights


class WeightedCriterion(Criterion):
    """A criterion whose ``weights`` name its dtype."""

    weights = None

    def _dtype(self):
        return None if self.weights is None else self.weights.dtype


class ClassNLLCriterion(WeightedCriterion):
    """Negative log-likelihood ``-sum w[t] x[t] / sum w[t]`` for log-probabilities x and class labels t.

    Parameters
    ----------
    weights : ndarray, (classes,), optional
        Weight of each class, 1 by default.
    sizeAverage : bool, default True
        Whether to divide by the sum of the weights of the targets.
    ignoreIndex : int, default -100
        A label that counts nothing.

    Attributes
    ----------
    output_tensor, total_weight_tensor : ndarray, (1,)
        The last loss and the sum of weights it was divided by.

    Raises
    ------
    ValueError
        If the input is not ``(classes,)`` or ``(batch, classes)``, or a label is not in 1 to ``classes``.

    Notes
    -----
    Lua: nn/ClassNLLCriterion.lua. Labels count from 1: a number for one sample, as many as rows for a batch. In Lua
    forward returns the sum of weights as a second value; here it stands in ``total_weight_tensor``. The gradient of a
    single sample is -1 where ``sizeAverage`` is set, whatever the weight.

    Examples
    --------
    >>> criterion = nn.ClassNLLCriterion()
    >>> criterion.forward(np.log([[0.5, 0.5], [0.25, 0.75]]), [1, 1])
    1.0397207708399179
    """

    ignoreIndex: int | None = -100

    def __init__(self, weights=None, sizeAverage: bool | None = None, ignoreIndex: int | None = None):
        super().__init__()
        self.sizeAverage = given(sizeAverage, True)
        self.ignoreIndex = given(ignoreIndex, -100)
        self.weights = class_weights(self, weights)
        self.output_tensor = np.zeros(1, default_dtype())
        self.total_weight_tensor = np.ones(1, default_dtype())
        self.target = np.zeros(1, np.int64)

    def updateOutput(self, input, target):
        rows, labels = self._rows(input, target)
        loss, total = losses.class_nll(rows, labels, self.weights, self._ignored())
        if loss < 0:
            self._suspect(rows)
        self.output = loss / total if self.sizeAverage and total != 0 else loss
        self.output_tensor[0], self.total_weight_tensor[0] = self.output, total
        return self.output

    def updateGradInput(self, input, target):
        rows, labels = self._rows(input, target)
        self.gradInput = sized(self.gradInput, np.shape(input), rows.dtype)
        out = self.gradInput.reshape(rows.shape)
        losses.class_nll_grad(rows, labels, self.weights, self._ignored(), self.sizeAverage, out)
        return self.gradInput

    def _rows(self, input, target):
        """Return the input as ``(rows, classes)`` and the labels, counted from 0."""
        input = check.array(self, input, ndim=(1, 2))
        rows = input if input.ndim == 2 else input[None]
        return rows, self._labels(target, (len(rows),), rows.shape[1])

    def _labels(self, target, shape, classes):
        """Check target and weights and return the labels, counted from 0."""
        if self.weights is not None and len(self.weights) != classes:
            raise check.refusal(
                self, f"input with {len(self.weights)} classes, as many as weights,", f"classes {classes}"
            )
        return check.labels(self, target, shape, classes, self.ignoreIndex)

    def _ignored(self):
        return given(self.ignoreIndex, 0) - 1

    def _suspect(self, rows):
        """Warn, once, if rows lie in [0, 1] and sum to 1: probabilities where their logarithms are due."""
        if self not in _warned and rows.min() >= 0 and rows.max() <= 1 and np.allclose(rows.sum(1), 1, atol=1e-3):
            _warned.add(self)
            message = f"{check.describe(self)}: the input looks like probabilities; log-probabilities are expected"
            warnings.warn(f"{message} (nn.LogSoftMax in place of nn.SoftMax)", stacklevel=4)


class SpatialClassNLLCriterion(ClassNLLCriterion):
    """As ClassNLLCriterion, for images: input ``(batch, classes, height, width)``, target ``(batch, height, width)``.

    Notes
    -----
    Lua: nn/SpatialClassNLLCriterion.lua. There is no label to ignore.
    """

    ignoreIndex = None

    def __init__(self, weights=None, sizeAverage: bool | None = None):
        super().__init__(weights, sizeAverage)
        del self.ignoreIndex

    def _rows(self, input, target):
        input = check.array(self, input, ndim=4)
        batch, classes, height, width = input.shape
        if np.shape(target) != (batch, height, width):
            raise check.refusal(self, f"target of shape {(batch, height, width)}", f"shape {np.shape(target)}")
        rows = input.reshape(batch, classes, height * width)
        return rows, self._labels(target, (batch, height * width), classes)


class CrossEntropyCriterion(WeightedCriterion):
    """``ClassNLLCriterion(LogSoftMax(x), t)``: cross entropy of unnormalised scores x and class labels t.

    Parameters
    ----------
    weights, sizeAverage
        As in ClassNLLCriterion.

    Attributes
    ----------
    lsm, nll : LogSoftMax, ClassNLLCriterion
        What it is made of; ``nll.ignoreIndex`` may be set.

    Notes
    -----
    Lua: nn/CrossEntropyCriterion.lua. Axes of length 1 are dropped from input and target first, the batch too: a batch
    of one is a single sample.
    """

    def __init__(self, weights=None, sizeAverage: bool | None = None):
        super().__init__()
        self.lsm = LogSoftMax()
        self.nll = ClassNLLCriterion(weights, sizeAverage)
        self.sizeAverage = self.oldSizeAverage = self.nll.sizeAverage

    def updateOutput(self, input, target):
        scores, target = self._squeezed(input, target)
        self._propagate()
        self.output = self.nll.updateOutput(self.lsm.updateOutput(scores), target)
        return self.output

    def updateGradInput(self, input, target):
        scores, target = self._squeezed(input, target)
        self._propagate()
        gradient = self.lsm.updateGradInput(scores, self.nll.updateGradInput(self.lsm.output, target))
        self.gradInput = gradient.reshape(np.shape(input))
        return self.gradInput

    def _dtype(self):
        return self.nll._dtype()

    def _squeezed(self, input, target):
        scores = check.array(self, input).squeeze()
        if scores.ndim > 2:
            raise check.error(self, "input with 1 or 2 dimensions longer than 1", input)
        scores = scores if scores.ndim else scores.reshape(1)
        return scores, np.squeeze(target) if isinstance(target, np.ndarray) else target

    def _propagate(self):
        """Hand ``sizeAverage`` on when it was changed here, so that a change of ``nll.sizeAverage`` is kept too."""
        if self.sizeAverage != self.oldSizeAverage:
            self.nll.sizeAverage = self.sizeAverage
        self.oldSizeAverage = self.sizeAverage


class BCECriterion(WeightedCriterion, PairCriterion):
    """Binary cross entropy ``-sum w (t log(x + e) + (1 - t) log(1 - x + e)) / n``, e = 1e-12.

    Parameters
    ----------
    weights : ndarray, (features,), optional
        Weight of each column.
    sizeAverage : bool, default True
        Whether to divide by n, the number of elements.

    Raises
    ------
    ValueError
        If an element of the input is not in [0, 1].

    Notes
    -----
    Lua: nn/BCECriterion.lua.
    """

    def __init__(self, weights=None, sizeAverage: bool | None = None):
        super().__init__()
        self.sizeAverage = given(sizeAverage, True)
        self.weights = class_weights(self, weights)

    def _pair(self, input, target):
        input, target = super()._pair(input, target)
        low, high = input.min(), input.max()
        if not (low >= 0 and high <= 1):
            raise check.refusal(self, "input between 0 and 1", f"values from {low} to {high}")
        return input, target

    def _loss(self, input, target):
        return losses.binary_cross_entropy(input, target, *spread_weights(self, target))

    def _slope(self, input, target, norm, out):
        losses.binary_cross_entropy_grad(input, target, out, norm)
        for weight in spread_weights(self, target):
            out *= weight


class MultiLabelSoftMarginCriterion(WeightedCriterion, PairCriterion):
    """``-sum w (t log s(x) + (1 - t) log(1 - s(x))) / n`` for scores x, s the sigmoid: one yes or no per label.

    Parameters
    ----------
    weights, sizeAverage
        As in BCECriterion.

    Notes
    -----
    Lua: nn/MultiLabelSoftMarginCriterion.lua. The gradient uses ``sigmoid.output`` of the last forward call.
    """

    def __init__(self, weights=None, sizeAverage: bool | None = None):
        super().__init__()
        self.sizeAverage = given(sizeAverage, True)
        self.weights = class_weights(self, weights)
        self.sigmoid = Sigmoid()

    def _loss(self, input, target):
        self.sigmoid.updateOutput(input)
        return losses.logistic_cross_entropy(input, target, *spread_weights(self, target))

    def _slope(self, input, target, norm, out):
        np.subtract(self.sigmoid.output.reshape(input.shape), target, out=out)
        for weight in spread_weights(self, target):
            out *= weight
        out *= norm


def spread_weights(criterion, target):
    """Return ``(weights,)`` stretched to the shape of `target`, or () where the criterion has none."""
    weights = criterion.weights
    if weights is None:
        return ()
    if target.ndim > 2 or target.shape[-1] != len(weights):
        raise check.error(criterion, f"target with {len(weights)} columns, as many as weights,", target)
    return (np.broadcast_to(weights, target.shape),)


class ClassSimplexCriterion(MSECriterion):
    """Mean squared distance to the corner of a regular simplex that stands for the class.

    Parameters
    ----------
    nClasses : int
        Number of classes, more than 1.

    Attributes
    ----------
    simplex : ndarray, (nClasses, nClasses)
        The corners, one per row.

    Notes
    -----
    Lua: nn/ClassSimplexCriterion.lua; Mroueh et al., Multiclass Learning with Simplex Coding.
    """

    def __init__(self, nClasses: int):
        super().__init__()
        if not (isinstance(nClasses, int | float) and nClasses > 1 and nClasses == int(nClasses)):
            raise ValueError(f"nn.ClassSimplexCriterion: a whole number of classes above 1 expected, got {nClasses!r}")
        self.nClasses = int(nClasses)
        self.simplex = np.zeros((self.nClasses, self.nClasses), default_dtype())
        self.simplex[:, :-1] = _regular_simplex(self.nClasses - 1)
        self._target = np.zeros(self.nClasses, default_dtype())

    def getPredictions(self, input):
        """Return the product of each row of `input` with each corner: ``(batch, nClasses)``."""
        return np.atleast_2d(input) @ self.simplex.T

    def getTopPrediction(self, input):
        """Return the class, counted from 1, of the nearest corner for each row of `input`."""
        return self.getPredictions(input).argmax(-1) + 1

    def _dtype(self):
        return self.simplex.dtype

    def _pair(self, input, target):
        input = check.array(self, input, ndim=(1, 2), last=self.nClasses)
        labels = check.labels(self, target, (input.size // self.nClasses,), self.nClasses)
        self._target = self.simplex[labels].reshape(input.shape)
        return input, self._target


def _regular_simplex(n):
    """Return the n + 1 corners, of norm 1, of a regular simplex in n dimensions."""
    corners = np.zeros((n + 1, n))
    for k in range(n):
        corners[k, k] = math.sqrt(1 - np.dot(corners[k, :k], corners[k, :k]))
        corners[k + 1 :, k] = (corners[k, k] ** 2 - 1 - 1 / n) / corners[k, k]
    return corners
