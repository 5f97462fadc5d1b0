"""Losses on distances: HingeEmbeddingCriterion, L1HingeEmbeddingCriterion, CosineEmbeddingCriterion, ..."""

import numpy as np

from ..core import check
from ..core.args import given
from ..core.buffers import empty, sized
from ..core.criterion import Criterion
from ..kernels import losses
from ..modules.table_products import random_signs

__all__ = [
    "CosineEmbeddingCriterion",
    "DistanceRatioCriterion",
    "HingeEmbeddingCriterion",
    "L1HingeEmbeddingCriterion",
]


class HingeEmbeddingCriterion(Criterion):
    """``sum x / n`` over ``y = 1`` and ``sum max(0, margin - x) / n`` over ``y = -1``, for a distance x.

    Parameters
    ----------
    margin : float, default 1

    Notes
    -----
    Lua: nn/HingeEmbeddingCriterion.lua. `y` is a number or an array of the input's size.
    """

    def __init__(self, margin: float | None = None):
        super().__init__()
        self.margin = given(margin, 1)
        self.sizeAverage = True

    def updateOutput(self, input, y):
        input, y = self._pair(input, y)
        far = np.maximum(self.margin - input, 0)
        total = float(input.sum(where=y != -1)) + float(far.sum(where=y != 1))
        self.output = total / input.size if given(self.sizeAverage, True) else total
        return self.output

    def updateGradInput(self, input, y):
        input, y = self._pair(input, y)
        self.gradInput = sized(self.gradInput, input.shape, input.dtype)
        np.multiply(y, ~((y == -1) & (input > self.margin)), out=self.gradInput)
        if given(self.sizeAverage, True):
            self.gradInput *= 1 / input.size
        return self.gradInput

    def _pair(self, input, y):
        input = check.array(self, input)
        if np.ndim(y) == 0 and y is not None:
            y = np.broadcast_to(check.array(self, [y], name="target", dtype=input.dtype), input.shape)
        return input, check.gradient(self, y, input, name="target")


class _PairOfInputs(Criterion):
    """A criterion of an input ``[x1, x2]`` whose gradient is a table too."""

    def __init__(self) -> None:
        super().__init__()
        self.gradInput = [empty(), empty()]

    def _two(self, input):
        first, second = check.table(self, input, 2)
        first = check.array(self, first)
        return first, check.gradient(self, second, first, name="input[2]")

    def _gradients(self, like):
        buffers = self.gradInput if len(self.gradInput) == 2 else (None, None)  # Torch leaves the table empty
        self.gradInput = [sized(buffer, like.shape, like.dtype) for buffer in buffers]
        return self.gradInput


class L1HingeEmbeddingCriterion(_PairOfInputs):
    """``|x1 - x2|_1`` for ``y = 1``, ``max(0, margin - |x1 - x2|_1)`` for ``y = -1``: one pair, a number `y`.

    Parameters
    ----------
    margin : float, default 1

    Notes
    -----
    Lua: nn/L1HingeEmbeddingCriterion.lua. Where the two are equal the sign of the gradient is drawn at random.
    """

    def __init__(self, margin: float | None = None):
        super().__init__()
        self.margin = given(margin, 1)

    def updateOutput(self, input, y):
        first, second = self._two(input)
        distance = float(np.abs(first - second).sum())
        self.output = max(0, self.margin - distance) if self._sign(y) == -1 else distance
        return self.output

    def updateGradInput(self, input, y):
        first, second = self._two(input)
        out, other = self._gradients(first)
        np.subtract(first, second, out=out)
        distance = float(np.abs(out).sum())
        random_signs(out)
        if self._sign(y) == -1:
            out *= 0 if distance > self.margin else -1
        np.negative(out, out=other)
        return self.gradInput

    def _sign(self, y):
        if np.size(y) != 1 or y is None:
            raise check.error(self, "a target of 1 or -1", y)
        return np.reshape(y, ())


class CosineEmbeddingCriterion(_PairOfInputs):
    """``1 - cos(x1, x2)`` for ``y = 1``, ``max(0, cos(x1, x2) - margin)`` for ``y = -1``, averaged over the rows.

    Parameters
    ----------
    margin : float, default 0

    Notes
    -----
    Lua: nn/CosineEmbeddingCriterion.lua. Inputs are two vectors, or two ``(batch, size)`` with `y` of length batch;
    1e-12 is added to the squared norms. The gradient is 0 where the loss is not positive.
    """

    def __init__(self, margin: float | None = None):
        super().__init__()
        self.margin = given(margin, 0)
        self.sizeAverage = True

    def updateOutput(self, input, y):
        _, _, loss, *_, count = self._losses(input, y)
        self.output = float(loss.sum()) / count
        return self.output

    def updateGradInput(self, input, y):
        first, second, loss, y, cosine, inverse, count = self._losses(input, y)
        dots, of_first, of_second = cosine
        factor = inverse * (loss > 0) * np.where(y == 1, -1, 1) / count
        shape = np.shape(input[0])
        for out, x, other, square in (
            (0, first, second, of_first),
            (1, second, first, of_second),
        ):
            gradient = (other - (dots * square)[:, None] * x) * factor[:, None]
            self.gradInput[out] = sized(self.gradInput[out], shape, first.dtype)
            self.gradInput[out][...] = gradient.reshape(shape)
        return self.gradInput

    def _losses(self, input, y):
        """Return both inputs as rows, the loss of each row, y, the parts of the cosine, and what to divide by."""
        first, second = self._two(input)
        if first.ndim > 2:
            raise check.error(self, "inputs with 1 or 2 dimensions", first)
        first, second = np.atleast_2d(first), np.atleast_2d(second)
        y = check.array(self, np.reshape(y, -1) if np.ndim(y) == 0 else y, name="target", dtype=first.dtype)
        if y.size != len(first):
            raise check.error(self, f"a target with {len(first)} elements", y)
        y = y.reshape(-1)
        cosine = losses.cosine(first, second)
        dots, of_first, of_second = cosine
        inverse = np.sqrt(of_first * of_second)
        loss = dots * inverse
        loss = np.where(y == -1, np.maximum(loss - self.margin, 0), np.where(y == 1, 1 - loss, loss))
        return first, second, loss, y, cosine, inverse, len(y) if self.sizeAverage else 1


class DistanceRatioCriterion(_PairOfInputs):
    """``sum x1 + log(exp(-x1) + exp(-x2)) / n`` for distances ``[x1, x2]`` of a similar and a dissimilar pair.

    Parameters
    ----------
    sizeAverage : bool, default True
        Whether to divide by n, the length of x1.

    Notes
    -----
    Lua: nn/DistanceRatioCriterion.lua, which leaves ``output`` and ``gradInput`` unset; here they are set.
    """

    def __init__(self, sizeAverage: bool | None = None):
        super().__init__()
        self.sizeAverage = given(sizeAverage, True)

    def updateOutput(self, input, target=None):
        near, far = self._two(input)
        total = float((near + np.log(np.exp(-near) + np.exp(-far))).sum())
        self.output = total / len(near) if self.sizeAverage else total
        return self.output

    def updateGradInput(self, input, target=None):
        near, far = self._two(input)
        gradient, other = self._gradients(near)
        a, b = np.exp(-near), np.exp(-far)
        count = len(near) if self.sizeAverage else 1
        np.divide(-b, (a + b) * count, out=other)
        np.subtract(1, a / (a + b), out=gradient)
        gradient /= count
        return self.gradInput
