"""Other data formats and types: Convert, Copy."""

from typing import Any

import numpy as np

from ..core import check
from ..core.args import given
from ..core.buffers import empty, sized
from ..core.container import Container
from ..core.module import Module
from ..core.tensor_types import default_dtype, dtype_of, name_of
from .containers import Sequential
from .layout import Transpose
from .select import Select
from .shape import Identity, Reshape

__all__ = ["Convert", "Copy"]


class Convert(Container):
    """``x`` in another data format, such as ``bchw`` as ``bf``, and in the type of the module.

    Parameters
    ----------
    inputShape, outputShape : str, default ``b*`` and inputShape
        The dimensions by letter: b batch, c channel, h height, w width, f feature, t class or time, ...; the letters of
        the input in another order, or one of ``bf``, ``b``, ``bt``. A missing b is put in front.

    Attributes
    ----------
    inputBatchDim, outputBatchDim : int
        Positions of b, counted from 1.
    converter : Module
        The module that does it, made for the first input.

    Raises
    ------
    ValueError
        If there is no way from one format to the other.

    Notes
    -----
    Lua: nn/Convert.lua. An input without its batch dimension gives an output without one. ``gradInput`` has the type
    of the module.

    Examples
    --------
    >>> nn.Convert("bchw", "bf").forward(np.ones((2, 3, 4, 5))).shape
    (2, 60)
    >>> nn.Convert("chw", "hwc").forward(np.ones((3, 4, 5))).shape
    (4, 5, 3)
    """

    converter: Any = None
    transposition: bool | None = None
    _input: Any = None
    _state = ("output", "gradInput", "_input")

    def __init__(self, inputShape: str | None = None, outputShape: str | None = None):
        super().__init__()
        if inputShape is None and outputShape is not None:
            raise ValueError(f"{self.torch_typename}: outputShape needs an inputShape")
        inputShape = given(inputShape, "b*")
        outputShape = given(outputShape, inputShape)
        self.inputShape = inputShape if "b" in inputShape else f"b{inputShape}"
        self.outputShape = outputShape if "b" in outputShape else f"b{outputShape}"
        self.inputBatchDim = self.findAxis("b")
        self.outputBatchDim = self.findAxis("b", self.outputShape)
        if "b*" in (self.inputShape, self.outputShape):
            if self.inputShape != self.outputShape:
                raise ValueError(f"{self.torch_typename}: both or neither shapes must be b*")
            self.nInputDim = self.nOutputDim = -1
            self.transposition = True
        else:
            self.nInputDim, self.nOutputDim = len(self.inputShape), len(self.outputShape)
            if self.nInputDim == self.nOutputDim:
                self.transposition = set(self.inputShape) <= set(self.outputShape)

    def findAxis(self, axis_char, shape=None, silent=None):
        """Return the position of a letter, counted from 1."""
        shape = given(shape, self.inputShape)
        if axis_char in shape:
            return shape.index(axis_char) + 1
        if silent:
            return None
        raise ValueError(f"{self.torch_typename}: the shape {shape!r} has no axis {axis_char!r}")

    def buildConverter(self, input):
        """Make the module that converts inputs like this one."""
        makers = {"bf": self.bf, "b": self.b, "bt": self.bt}
        if self.transposition:
            self.converter = self.transpose(self.outputShape)
        elif self.outputShape in makers:
            self.converter = makers[self.outputShape](input)
        else:
            raise self._no_way()
        self.converter.type(self._type)
        self.modules[:] = [self.converter]

    def bf(self, input):
        """Return a module that gives one row of features per sample."""
        batch, dims = self.findAxis("b"), len(self.inputShape)
        if self.inputShape == "bt":
            raise self._no_way()
        if dims == 1:
            return Reshape(1)
        turned = None if batch == 1 else Transpose([1, batch])
        if dims <= 2:
            return given(turned, Identity())
        rows = Reshape(input.size // input.shape[batch - 1])
        return rows if turned is None else Sequential().add(turned).add(rows)

    def b(self, input):
        """Return a module that gives one number per sample."""
        if self.inputShape in ("bt", "tb"):
            return Select(self.findAxis("t"), 1)
        if self.inputShape not in ("bf", "fb") or input.shape[self.findAxis("f") - 1] > 1:
            raise self._no_way()
        return Select(self.findAxis("f"), 1)

    def bt(self, input=None):
        """Return a module that makes a column of a vector."""
        if self.inputShape != "b":
            raise self._no_way()
        return Reshape(1)

    def transpose(self, newShape):
        """Return a module that puts the dimensions in the order of `newShape`."""
        if newShape == self.inputShape:
            return Identity()
        letters, swaps = list(self.inputShape), []
        for i, letter in enumerate(newShape):
            j = letters.index(letter)
            if i != j:
                letters[i], letters[j] = letters[j], letters[i]
                swaps.append([j + 1, i + 1])
        return Transpose(*swaps)

    def updateOutput(self, input):
        input = self._converted(input)
        self.batchMode = input.ndim >= self.nInputDim
        inner = self._inner(input)
        if self.converter is None:
            self.buildConverter(inner)
        output = self.converter.updateOutput(inner)
        self.output = output if self.batchMode else output.squeeze(self.outputBatchDim - 1)
        return self.output

    def updateGradInput(self, input, gradOutput):
        input = self._converted(input)
        gradOutput = check.gradient(self, gradOutput, self.output).reshape(self.converter.output.shape)
        self.gradInput = self.converter.updateGradInput(self._inner(input), gradOutput).reshape(input.shape)
        return self.gradInput

    def _converted(self, input):
        """Return the input in the type of the module."""
        input = check.array(self, input, dtype=getattr(input, "dtype", None))
        if input.dtype != dtype_of(self._type):
            self._input = sized(self._input, input.shape, dtype_of(self._type))
            np.copyto(self._input, input, casting="unsafe")
            return self._input
        return input

    def _inner(self, input):
        """Return the input with its batch dimension."""
        if input.ndim >= self.nInputDim:
            return input
        if input.ndim < self.nInputDim - 1:
            raise check.error(self, f"input of {self.nInputDim - 1} or {self.nInputDim} dimensions", input)
        return np.expand_dims(input, self.inputBatchDim - 1)

    def _no_way(self):
        return ValueError(f"{self.torch_typename}: cannot convert shape {self.inputShape} to shape {self.outputShape}")


class Copy(Module):
    """``x`` in another tensor type, and the gradient in the type of ``x``.

    Parameters
    ----------
    intype, outtype : str, optional
        Tensor types of input and output; the default type if not given.
    forceCopy : bool, default False
        Whether to copy where the types are equal; else the output is the input itself.
    dontCast : bool, default False
        Whether ``type``, ``float``, ... leave the two types as they are.

    Notes
    -----
    Lua: nn/Copy.lua. The types are those of ``gradInput`` and ``output``.

    Examples
    --------
    >>> nn.Copy("torch.DoubleTensor", "torch.FloatTensor").forward(np.ones(3)).dtype
    dtype('float32')
    """

    forceCopy: bool | None = None
    dontCast: bool | None = None

    def __init__(
        self,
        intype: str | None = None,
        outtype: str | None = None,
        forceCopy: bool | None = None,
        dontCast: bool | None = None,
    ):
        super().__init__()
        default = name_of(default_dtype())
        self.gradInput = empty(dtype_of(given(intype, default)))
        self.output = empty(dtype_of(given(outtype, default)))
        self.forceCopy = forceCopy
        self.dontCast = dontCast

    def type(self, type=None, tensorCache=None):
        return self if type is not None and self.dontCast else super().type(type, tensorCache)

    def updateOutput(self, input):
        input = check.array(self, input, dtype=getattr(input, "dtype", None))
        self.output = self._copied(self.output, input)
        return self.output

    def updateGradInput(self, input, gradOutput):
        gradOutput = check.array(self, gradOutput, name="gradOutput", dtype=getattr(gradOutput, "dtype", None))
        self.gradInput = self._copied(self.gradInput, gradOutput)
        return self.gradInput

    def _copied(self, buffer, array):
        if array.dtype == buffer.dtype and not self.forceCopy:
            return array.view()
        buffer = sized(buffer, array.shape, buffer.dtype)
        np.copyto(buffer, array, casting="unsafe")
        return buffer
