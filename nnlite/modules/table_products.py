"""Products and distances of two items of a table: DotProduct, CosineDistance, PairwiseDistance, MM, MV."""

import numpy as np

from ..core import check
from ..core.args import given
from ..core.buffers import empty, sized, sized_like
from ..core.generator import default_generator
from ..core.module import Module
from ..kernels import arithmetic, losses

__all__ = ["MM", "MV", "CosineDistance", "DotProduct", "PairwiseDistance", "random_signs"]


class _RowByRow(Module):
    """A number for each pair of rows of two matrices, or for two vectors."""

    def __init__(self) -> None:
        super().__init__()
        self.gradInput = [empty(), empty()]

    def updateOutput(self, input):
        a, b = self._rows(input)
        self.output = sized(self.output, (len(a),), a.dtype)
        self._compare(a, b, self.output)
        return self.output

    def updateGradInput(self, input, gradOutput):
        a, b = self._rows(input)
        gradOutput = check.gradient(self, gradOutput, self.output)
        self.gradInput = sized_like(self.gradInput, check.arrays(self, input, 2))
        self._pull_back(a, b, gradOutput[:, None], *(gradient.reshape(a.shape) for gradient in self.gradInput))
        return self.gradInput

    def _compare(self, a, b, out):
        raise NotImplementedError

    def _pull_back(self, a, b, grad_output, out_a, out_b):
        raise NotImplementedError

    def _rows(self, input):
        """Return the two items as matrices."""
        a, b = check.arrays(self, input, 2)
        if a.ndim not in (1, 2):
            raise check.error(self, "input[1] with 1 or 2 dimensions", a)
        if b.shape != a.shape:
            raise check.error(self, f"input[2] of shape {a.shape}", b)
        return np.atleast_2d(a), np.atleast_2d(b)


class DotProduct(_RowByRow):
    """``x1 . x2``, of two vectors or of the rows of two matrices. Lua: nn/DotProduct.lua."""

    def _compare(self, a, b, out):
        np.einsum("ij,ij->i", a, b, out=out)

    def _pull_back(self, a, b, grad_output, out_a, out_b):
        np.multiply(b, grad_output, out=out_a)
        np.multiply(a, grad_output, out=out_b)


class CosineDistance(_RowByRow):
    """``x1 . x2 / sqrt((|x1|^2 + 1e-12) (|x2|^2 + 1e-12))``, of two vectors or of the rows of two matrices.

    Notes
    -----
    Lua: nn/CosineDistance.lua. It is the cosine of the angle, which is 1 for equal directions.

    Examples
    --------
    >>> nn.CosineDistance().forward([np.array([1.0, 2.0, 3.0]), np.array([2.0, 4.0, 6.0])])
    array([1.])
    """

    def _compare(self, a, b, out):
        product, inverse_a, inverse_b = losses.cosine(a, b)
        np.multiply(product, np.sqrt(inverse_a * inverse_b), out=out)

    def _pull_back(self, a, b, grad_output, out_a, out_b):
        product, inverse_a, inverse_b = (term[:, None] for term in losses.cosine(a, b))
        weight = np.sqrt(inverse_a * inverse_b) * grad_output
        np.multiply(b - product * inverse_a * a, weight, out=out_a)
        np.multiply(a - product * inverse_b * b, weight, out=out_b)


class PairwiseDistance(_RowByRow):
    """``|x1 - x2|``, the distance in the p-norm of two vectors or of the rows of two matrices.

    Parameters
    ----------
    p : float, default 2
        The norm.

    Attributes
    ----------
    norm : float
        ``p``.

    Notes
    -----
    Lua: nn/PairwiseDistance.lua. The gradient divides by the distance plus 1e-6. For p = 1 the sign of a difference
    that is zero is drawn at random. For p < 2 other than 1 the gradient is Torch's, which is that of no norm.

    Examples
    --------
    >>> nn.PairwiseDistance(1).forward([np.array([1.0, 2.0]), np.array([3.0, 5.0])])
    array([5.])
    """

    _state = ("output", "gradInput", "diff")

    def __init__(self, p: float | None = None):
        super().__init__()
        self.gradInput = []
        self.diff = empty()
        self.norm = check.number(self, given(p, 2), "p")

    def _compare(self, a, b, out):
        self.diff = sized(self.diff, a.shape, a.dtype)
        np.subtract(a, b, out=self.diff)
        if self.norm == 2:
            np.sqrt(np.einsum("ij,ij->i", self.diff, self.diff), out=out)
        else:
            np.abs(self.diff, out=self.diff)
            np.power((self.diff**self.norm).sum(1), 1 / self.norm, out=out)

    def _pull_back(self, a, b, grad_output, out_a, out_b):
        np.subtract(a, b, out=out_a)
        if self.norm == 1:
            random_signs(out_a)
        else:
            if self.norm > 2:
                out_a *= np.abs(out_a) ** (self.norm - 2)
            out_a *= (self.output[:, None] + 1e-6) ** (1 - self.norm)
        out_a *= grad_output
        np.negative(out_a, out=out_b)


def random_signs(x):
    """Replace numbers by their signs; the signs of zeros are drawn."""
    ties = x == 0
    np.sign(x, out=x)
    count = np.count_nonzero(ties)
    if count:
        x[ties] = 2 * default_generator.fill_random(np.empty(count), 2) - 3


class MM(Module):
    """``A B``, the product of two matrices, or of each pair of two batches of matrices.

    Parameters
    ----------
    transA, transB : bool, default False
        Whether to transpose A, and B, first.

    Raises
    ------
    ValueError
        If the sizes do not match.

    Notes
    -----
    Lua: nn/MM.lua.

    Examples
    --------
    >>> nn.MM(False, True).forward([np.ones((7, 2, 3)), np.ones((7, 4, 3))]).shape
    (7, 2, 4)
    """

    def __init__(self, transA: bool | None = None, transB: bool | None = None):
        super().__init__()
        self.transA = check.flag(self, transA, "transA")
        self.transB = check.flag(self, transB, "transB")
        self.gradInput = [empty(), empty()]

    def updateOutput(self, input):
        a, b = self._factors(input)
        self.output = sized(self.output, (*a.shape[:-1], b.shape[-1]), a.dtype)
        arithmetic.matmul(a, b, self.output)
        return self.output

    def updateGradInput(self, input, gradOutput):
        a, b = self._factors(input)
        gradOutput = check.gradient(self, gradOutput, self.output)
        self.gradInput = sized_like(self.gradInput, check.arrays(self, input, 2))
        if self.transA:
            arithmetic.matmul(b, gradOutput.swapaxes(-1, -2), self.gradInput[0])
        else:
            arithmetic.matmul(gradOutput, b.swapaxes(-1, -2), self.gradInput[0])
        if self.transB:
            arithmetic.matmul(gradOutput.swapaxes(-1, -2), a, self.gradInput[1])
        else:
            arithmetic.matmul(a.swapaxes(-1, -2), gradOutput, self.gradInput[1])
        return self.gradInput

    def _factors(self, input):
        """Return the two factors, transposed as asked."""
        a, b = check.arrays(self, input, 2)
        if a.ndim not in (2, 3):
            raise check.error(self, "input[1] with 2 or 3 dimensions", a)
        inner = a.shape[-2 if self.transA else -1]
        shape = (*a.shape[:-2], None, inner) if self.transB else (*a.shape[:-2], inner, None)
        b = check.array(self, b, shape=shape, name="input[2]", dtype=a.dtype)
        return a.swapaxes(-1, -2) if self.transA else a, b.swapaxes(-1, -2) if self.transB else b


class MV(Module):
    """``M v``, the product of a matrix and a vector, or of each pair of two batches of them.

    Parameters
    ----------
    trans : bool, default False
        Whether to transpose M first.

    Raises
    ------
    ValueError
        If the sizes do not match.

    Notes
    -----
    Lua: nn/MV.lua.

    Examples
    --------
    >>> nn.MV().forward([np.ones((7, 2, 3)), np.ones((7, 3))]).shape
    (7, 2)
    """

    def __init__(self, trans: bool | None = None):
        super().__init__()
        self.trans = check.flag(self, trans, "trans")
        self.gradInput = [empty(), empty()]

    def updateOutput(self, input):
        m, v = self._factors(input)
        self.output = sized(self.output, m.shape[:-1], m.dtype)
        arithmetic.matmul(m, v[..., None], self.output[..., None])
        return self.output

    def updateGradInput(self, input, gradOutput):
        m, v = self._factors(input)
        gradOutput = check.gradient(self, gradOutput, self.output)
        self.gradInput = sized_like(self.gradInput, check.arrays(self, input, 2))
        left, right = (v, gradOutput) if self.trans else (gradOutput, v)
        np.multiply(left[..., None], right[..., None, :], out=self.gradInput[0])
        arithmetic.matmul(m.swapaxes(-1, -2), gradOutput[..., None], self.gradInput[1][..., None])
        return self.gradInput

    def _factors(self, input):
        """Return the matrix, transposed as asked, and the vector."""
        m, v = check.arrays(self, input, 2)
        if m.ndim not in (2, 3):
            raise check.error(self, "input[1] with 2 or 3 dimensions", m)
        m = m.swapaxes(-1, -2) if self.trans else m
        return m, check.array(self, v, shape=(*m.shape[:-2], m.shape[-1]), name="input[2]", dtype=m.dtype)
