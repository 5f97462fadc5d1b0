"""The same numbers in another shape: Identity, Reshape, View, Squeeze, Unsqueeze, Collapse."""

import math

import numpy as np

from ..core import check
from ..core.args import given
from ..core.module import Module
from ..core.tensor_types import storage

__all__ = ["Collapse", "Identity", "Reshape", "Squeeze", "Unsqueeze", "View"]


class Identity(Module):
    """``x`` itself, an array or a table, and ``gradOutput`` itself as gradient. Lua: nn/Identity.lua."""

    def updateOutput(self, input):
        self.output = input
        return input

    def updateGradInput(self, input, gradOutput):
        self.gradInput = gradOutput
        return gradOutput


class _Viewing(Module):
    """Shows the numbers of the input in another shape; the gradient in that of the input."""

    def updateOutput(self, input):
        input = check.array(self, input)
        shape = self._shape(input)
        self.output = input.reshape(shape)
        return self.output

    def updateGradInput(self, input, gradOutput):
        input = check.array(self, input)
        self.gradInput = check.gradient(self, gradOutput, input).view()
        return self.gradInput

    def _shape(self, input):
        """Return the shape of the output; raise if the input cannot have it."""
        raise NotImplementedError


class _ViewingSamples(_Viewing):
    """Knows how many dimensions one sample has."""

    numInputDims: int | None = None

    def setNumInputDims(self, numInputDims):
        """Set how many dimensions one sample has (those before are the batch) and return the module."""
        self.numInputDims = numInputDims
        return self


class Reshape(_Viewing):
    """``x`` with new sizes, of one sample or of each sample of a batch.

    Parameters
    ----------
    *sizes : int
        The sizes (or one storage of them), and then, optionally, the batchMode.
    batchMode : bool, optional
        Whether the first dimension of the input is a batch. If not given, it is one unless the input has exactly the
        wanted number of elements and more than one row.

    Attributes
    ----------
    size, batchsize : storage
        The sizes of a sample, and of the last batch.
    nelement : int
        Number of elements of a sample.

    Raises
    ------
    ValueError
        If the input has another number of elements.

    Notes
    -----
    Lua: nn/Reshape.lua. The output shares the memory of a contiguous input.

    Examples
    --------
    >>> nn.Reshape(4, 2).forward(np.ones((3, 8))).shape
    (3, 4, 2)
    >>> nn.Reshape(8, False).forward(np.ones((2, 4))).shape
    (8,)
    """

    batchMode: bool | None = None

    def __init__(self, *sizes):
        super().__init__()
        if sizes and isinstance(sizes[-1], bool):
            self.batchMode = sizes[-1]
            sizes = sizes[:-1]
        self.size = _sizes(sizes)
        self.nelement = math.prod(self.size.tolist())
        self.batchsize = storage(0, *self.size)

    def _shape(self, input):
        size = tuple(self.size.tolist())
        rows = input.shape[0] if input.ndim else 1
        fits = input.size == self.nelement and rows != 1
        alone = fits if self.batchMode is None else not self.batchMode
        if not alone:
            size = (rows, *size)
            self.batchsize[0] = rows
        if not _can_be(input, size):
            raise check.error(self, f"input of {_elements(self.nelement)}" + ("" if alone else " per sample"), input)
        return size

    def __repr__(self):
        return f"{self.torch_typename}({'x'.join(map(str, self.size))})"


class View(_ViewingSamples):
    """``x`` with new sizes, of which one may be -1; what is left of its elements makes a batch.

    Parameters
    ----------
    *sizes : int
        The sizes, or one storage of them.

    Attributes
    ----------
    size : storage
        The sizes.
    numElements : int
        Their product, without the -1.
    numInputDims : int or None
        Dimensions of one sample, see `setNumInputDims`.

    Raises
    ------
    ValueError
        If the input has not a multiple of ``numElements`` elements.

    Notes
    -----
    Lua: nn/View.lua. The output shares the memory of a contiguous input; any other is copied, where Torch refuses it.

    Examples
    --------
    >>> nn.View(-1).setNumInputDims(3).forward(np.ones((5, 2, 3, 4))).shape
    (5, 24)
    """

    def __init__(self, *sizes):
        super().__init__()
        self.resetSize(*sizes)

    def resetSize(self, *sizes):
        """Set the sizes and return the module."""
        self.size = _sizes(sizes)
        known = [n for n in self.size.tolist() if n != -1]
        if len(known) < len(self.size) - 1:
            raise ValueError(f"{self}: only one dimension can be at -1")
        if min(known, default=0) < 0:
            raise ValueError(f"{self}: size should be positive or -1")
        self.numElements = math.prod(known)
        return self

    def _shape(self, input):
        size = tuple(self.size.tolist())
        batch = self._batch(input, size)
        size = size if batch is None else (batch, *size)
        if not _can_be(input, size):
            raise check.error(self, f"input of {_elements(self.numElements)} or a multiple", input)
        return size

    def _batch(self, input, size):
        """Return how many samples there are, or None if the input is a single one."""
        inner = input.ndim if self.numInputDims is None else self.numInputDims
        outer = max(input.ndim - inner, 0)
        samples, rest = divmod(math.prod(input.shape[outer:]), self.numElements) if self.numElements else (0, 1)
        if rest:
            raise check.error(self, f"input of {_elements(self.numElements)} or a multiple", input)
        batch = (1 if -1 in size else samples) * math.prod(input.shape[:outer])
        return None if batch == 1 and (self.numInputDims is None or input.ndim <= self.numInputDims) else batch

    def __repr__(self):
        return f"{self.torch_typename}({', '.join(map(str, self.size))})"


class Squeeze(_ViewingSamples):
    """``x`` without its dimensions of size 1, or without one of them.

    Parameters
    ----------
    dim : int, optional
        The only dimension to leave out, counted from 1, if its size is 1.
    numInputDims : int, optional
        Dimensions of one sample: an input with one more is a batch, whose dimension is not counted and not left out.

    Notes
    -----
    Lua: nn/Squeeze.lua. An input of one element keeps one dimension.

    Examples
    --------
    >>> nn.Squeeze().forward(np.ones((2, 1, 3, 1))).shape
    (2, 3)
    """

    dim: int | None = None

    def __init__(self, dim: int | None = None, numInputDims: int | None = None):
        super().__init__()
        self.dim = dim
        self.setNumInputDims(numInputDims)

    def _shape(self, input):
        shape = input.shape
        if self.dim is not None:
            axis = check.axis(self, self.dim, input, self.numInputDims)
            kept = shape if shape[axis] != 1 else shape[:axis] + shape[axis + 1 :]
        else:
            kept = tuple(n for n in shape if n != 1)
        if not kept:
            kept = (1,)
        one_sample = self.dim is None and input.ndim - 1 == self.numInputDims and shape[0] == 1
        return (1, *kept) if one_sample else kept


class Unsqueeze(_ViewingSamples):
    """``x`` with a further dimension of size 1.

    Parameters
    ----------
    pos : int
        Where the dimension goes, counted from 1.
    numInputDims : int, optional
        Dimensions of one sample; those before it are not counted. Taken from the first input if not given.

    Raises
    ------
    ValueError
        If the input has fewer dimensions than a sample, or the position is not in it.

    Notes
    -----
    Lua: nn/Unsqueeze.lua.

    Examples
    --------
    >>> nn.Unsqueeze(2, 2).forward(np.ones((5, 3, 4))).shape
    (5, 3, 1, 4)
    """

    def __init__(self, pos: int, numInputDims: int | None = None):
        super().__init__()
        self.pos = check.number(self, pos, "pos")
        self.setNumInputDims(numInputDims)

    def _shape(self, input):
        self.numInputDims = given(self.numInputDims, input.ndim)
        axis = self.pos - 1 + input.ndim - self.numInputDims
        if input.ndim < self.numInputDims:
            raise check.error(self, f"input with at least {self.numInputDims} dimensions", input)
        if not 0 <= axis <= input.ndim:
            raise check.error(self, f"input with a position {self.pos} for a new dimension", input)
        return (*input.shape[:axis], 1, *input.shape[axis:])

    def __repr__(self):
        return f"{self.torch_typename}(dim {self.pos})"


class Collapse(_Viewing):
    """``x`` as a vector, or the samples of a batch as rows.

    Parameters
    ----------
    nInputDim : int
        Dimensions of one sample; an input with more is a batch.

    Notes
    -----
    Lua: nn/Collapse.lua.
    """

    def __init__(self, nInputDim: int):
        super().__init__()
        self.nInputDim = nInputDim

    def _shape(self, input):
        return (input.shape[0], -1) if input.ndim > self.nInputDim else (-1,)


def _sizes(sizes):
    """Return the sizes a constructor was given, numbers or one storage (or list) of them, as a storage."""
    return storage(*(sizes[0] if len(sizes) == 1 and np.ndim(sizes[0]) == 1 else sizes))


def _can_be(array, shape):
    """Return whether `array` can be viewed in this shape, in which one size may be -1."""
    known = math.prod(n for n in shape if n != -1)
    return array.size == known if -1 not in shape else known > 0 and array.size % known == 0


def _elements(number):
    return f"{number} element" + ("" if number == 1 else "s")
