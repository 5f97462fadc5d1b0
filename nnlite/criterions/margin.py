"""Losses that ask for a margin: MarginCriterion, SoftMarginCriterion, MarginRankingCriterion, ..."""

import numpy as np

from ..core import check
from ..core.args import given
from ..core.buffers import empty, sized
from ..core.criterion import Criterion, PairCriterion
from ..kernels import losses
from .classification import WeightedCriterion, class_weights

__all__ = [
    "MarginCriterion",
    "MarginRankingCriterion",
    "MultiLabelMarginCriterion",
    "MultiMarginCriterion",
    "SoftMarginCriterion",
]


class MarginCriterion(PairCriterion):
    """Hinge loss ``sum max(0, margin - x t) / n`` for targets 1 and -1; `margin` is 1. Lua: nn/MarginCriterion.lua."""

    def __init__(self, margin: float | None = None):
        super().__init__()
        self.margin = given(margin, 1)

    def _loss(self, input, target):
        return losses.margin(input, target, least=self.margin)

    def _slope(self, input, target, norm, out):
        losses.margin_grad(input, target, out, norm, self.margin)


class SoftMarginCriterion(PairCriterion):
    """Logistic loss ``sum log(1 + exp(-x t)) / n`` for targets 1 and -1. Lua: nn/SoftMarginCriterion.lua."""

    def _loss(self, input, target):
        return losses.soft_margin(input, target)

    def _slope(self, input, target, norm, out):
        losses.soft_margin_grad(input, target, out, norm)


class MarginRankingCriterion(Criterion):
    """``sum max(0, -y (x1 - x2) + margin) / n`` for an input ``[x1, x2]``: which of two should rank higher.

    Parameters
    ----------
    margin : float, default 1

    Notes
    -----
    Lua: nn/MarginRankingCriterion.lua. `y` is 1 (x1 higher) or -1: a number, or an array of the size of x1; n is the
    length of `y`. With a number only the first elements are compared, and only the first elements of the gradients
    written, which have one element unless a batch came before, as in Torch. The gradient is kept where the violation
    is exactly 0.
    """

    def __init__(self, margin: float | None = None):
        super().__init__()
        self.margin = given(margin, 1)
        self.gradInput = [empty(), empty()]
        self.sizeAverage = True

    def updateOutput(self, input, y):
        violation, _, count = self._violation(input, y)
        self.output = float(np.maximum(violation, 0).sum()) / count
        return self.output

    def updateGradInput(self, input, y):
        violation, signs, count = self._violation(input, y)
        if np.ndim(y) or not self.gradInput[0].size:
            self.gradInput = [sized(buffer, violation.shape, violation.dtype) for buffer in self.gradInput]
        first, second = (buffer.reshape(-1)[: violation.size] for buffer in self.gradInput)
        np.multiply(violation >= 0, signs, out=second.reshape(violation.shape))
        second /= count
        np.negative(second, out=first)
        return self.gradInput

    def _violation(self, input, y):
        """Return ``margin - y (x1 - x2)``, y as an array, and what to divide by."""
        first, second = check.table(self, input, 2)
        first = check.array(self, first)
        second = check.gradient(self, second, first, name="input[2]")
        if np.ndim(y) == 0:
            y = check.array(self, [y], name="target", dtype=first.dtype)
            return self.margin - y * (first.flat[:1] - second.flat[:1]), y, 1
        count = len(y) if self.sizeAverage else 1
        y = check.gradient(self, y, first, name="target")
        return self.margin - y * (first - second), y, count


class MultiMarginCriterion(WeightedCriterion):
    """``sum_d max(0, margin - x[t] + x[d])^p w[t] / classes`` over the classes d other than the label t.

    Parameters
    ----------
    p : int, default 1
        1 or 2.
    weights : ndarray, (classes,), optional
        Weight of each class.
    margin : float, default 1

    Notes
    -----
    Lua: nn/MultiMarginCriterion.lua. Always divided by the number of classes; with ``sizeAverage`` (set) by that of the
    rows as well. Labels count from 1.
    """

    def __init__(self, p: int | None = None, weights=None, margin: float | None = None):
        super().__init__()
        self.p = given(p, 1)
        if self.p not in (1, 2):
            raise ValueError(f"nn.MultiMarginCriterion: p of 1 or 2 expected, got {p!r}")
        self.margin = given(margin, 1.0)
        self.sizeAverage = True
        self.weights = class_weights(self, weights)

    def updateOutput(self, input, target):
        rows, labels, norm = self._rows(input, target)
        self.output = norm * losses.multi_margin(rows, labels, self.weights, self.p, self.margin)
        return self.output

    def updateGradInput(self, input, target):
        rows, labels, norm = self._rows(input, target)
        self.gradInput = sized(self.gradInput, np.shape(input), rows.dtype)
        out = self.gradInput.reshape(rows.shape)
        losses.multi_margin_grad(rows, labels, self.weights, self.p, self.margin, norm, out)
        return self.gradInput

    def _rows(self, input, target):
        rows = np.atleast_2d(check.array(self, input, ndim=(1, 2)))
        count, classes = rows.shape
        if self.weights is not None and len(self.weights) != classes:
            raise check.error(self, f"input with {len(self.weights)} classes, as many as weights,", input)
        return rows, check.labels(self, target, (count,), classes), 1 / (classes * (count if self.sizeAverage else 1))


class MultiLabelMarginCriterion(Criterion):
    """``sum max(0, 1 - x[t] + x[d]) / classes`` over all targets t and all classes d that are none.

    Attributes
    ----------
    isTarget : ndarray
        1 for the targets of the last forward call, 0 elsewhere.

    Notes
    -----
    Lua: nn/MultiLabelMarginCriterion.lua. The target has the input's shape: labels from 1, ended by a 0. Divided by the
    number of classes and, with ``sizeAverage`` (set), of rows.
    """

    def __init__(self) -> None:
        super().__init__()
        self.sizeAverage = True
        self.isTarget = empty()

    def updateOutput(self, input, target):
        rows, targets, norm = self._rows(input, target)
        self.isTarget = sized(self.isTarget, np.shape(input), rows.dtype)
        self.output = norm * losses.multi_label_margin(rows, targets, self.isTarget.reshape(rows.shape))
        return self.output

    def updateGradInput(self, input, target):
        rows, targets, norm = self._rows(input, target)
        if self.isTarget.size != rows.size:
            raise check.error(self, "the input of the last forward call", input)
        self.gradInput = sized(self.gradInput, np.shape(input), rows.dtype)
        marks, out = self.isTarget.reshape(rows.shape), self.gradInput.reshape(rows.shape)
        losses.multi_label_margin_grad(rows, targets, marks, norm, out)
        return self.gradInput

    def _rows(self, input, target):
        input = check.array(self, input, ndim=(1, 2))
        if np.shape(target) != input.shape:
            raise check.error(self, f"target of shape {input.shape}", np.asarray(target))
        targets = check.labels(self, target, input.shape, input.shape[-1], ignored=0)
        rows = np.atleast_2d(input)
        return rows, np.atleast_2d(targets), 1 / (rows.size if self.sizeAverage else rows.shape[1])
