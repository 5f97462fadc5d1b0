"""Modules around one module: Decorator, Bottle, DontCast, GPU."""

import math
from typing import Any

import numpy as np

from ..core import check
from ..core.args import given
from ..core.buffers import sized
from ..core.container import Container
from ..core.module import Module
from ..core.tables import arrays_in, map_arrays
from ..core.tensor_types import default_dtype, dtype_of, name_of

__all__ = ["GPU", "Bottle", "Decorator", "DontCast"]


class Decorator(Container):
    """``m(x)``: hands everything to the one module it holds; the base of classes that add something to a module.

    Parameters
    ----------
    module : Module
        The module, ``modules[0]``.

    Notes
    -----
    Lua: nn/Decorator.lua.

    Examples
    --------
    >>> nn.Decorator(nn.Linear(4, 3))
    nn.Decorator @ nn.Linear(4 -> 3)
    """

    def __init__(self, module: Module):
        super().__init__()
        self.add(module)

    @staticmethod
    def decorate(cls):
        """Give a class, which need not be derived from this one, the methods of a Decorator."""
        names = ("updateOutput", "updateGradInput", "accGradParameters", "accUpdateGradParameters")
        for name in (*names, "sharedAccUpdateGradParameters", "__repr__"):
            setattr(cls, name, vars(Decorator)[name])

    def updateOutput(self, input):
        self.output = self.modules[0].updateOutput(input)
        return self.output

    def updateGradInput(self, input, gradOutput):
        self.gradInput = self.modules[0].updateGradInput(input, gradOutput)
        return self.gradInput

    def accGradParameters(self, input, gradOutput, scale=1):
        self.modules[0].accGradParameters(input, gradOutput, scale)

    def accUpdateGradParameters(self, input, gradOutput, lr):
        self.modules[0].accUpdateGradParameters(input, gradOutput, lr)

    def sharedAccUpdateGradParameters(self, input, gradOutput, lr):
        self.modules[0].sharedAccUpdateGradParameters(input, gradOutput, lr)

    def __repr__(self):
        return f"{self.torch_typename} @ {self.modules[0]!r}"


class Bottle(Decorator):
    """``m(x)`` for an input with more dimensions than m takes: the first ones count as one.

    Parameters
    ----------
    module : Module
        The module.
    nInputDim, nOutputDim : int, default 2 and nInputDim
        Dimensions of its input and output.

    Attributes
    ----------
    dimDelta : int
        ``nInputDim - nOutputDim``.
    inShape, outShape : ndarray
        Sizes that the module last saw and gave.

    Raises
    ------
    ValueError
        If the output of the module has not nOutputDim dimensions.

    Notes
    -----
    Lua: nn/Bottle.lua.

    Examples
    --------
    >>> nn.Bottle(nn.Linear(10, 2)).forward(np.ones((4, 5, 6, 10))).shape
    (4, 5, 6, 2)
    """

    def __init__(self, module: Module, nInputDim: int | None = None, nOutputDim: int | None = None):
        super().__init__(module)
        self.nInputDim = given(nInputDim, 2)
        self.nOutputDim = given(nOutputDim, self.nInputDim)
        self.dimDelta = self.nInputDim - self.nOutputDim
        self.inShape, self.outShape = (np.zeros(n, default_dtype()) for n in (self.nInputDim, self.nOutputDim))

    def updateOutput(self, input):
        input = check.array(self, input)
        if input.ndim <= self.nInputDim:
            return super().updateOutput(input)
        outer = input.ndim - self.nInputDim
        output = self.modules[0].updateOutput(self._fused(input, self.nInputDim))
        if output.ndim != self.nOutputDim:
            raise check.error(self, f"output of the module with {self.nOutputDim} dimensions", output)
        self.inShape[...] = self._fused(input, self.nInputDim).shape
        self.outShape[...] = output.shape
        self.output = output.reshape(*input.shape[:outer], -1, *output.shape[1:])
        return self.output

    def updateGradInput(self, input, gradOutput):
        input = check.array(self, input)
        gradInput = self.modules[0].updateGradInput(*self._inner(input, gradOutput))
        self.gradInput = gradInput if gradInput is None else gradInput.reshape(input.shape)
        return self.gradInput

    def accGradParameters(self, input, gradOutput, scale=1):
        self.modules[0].accGradParameters(*self._inner(check.array(self, input), gradOutput), scale)

    def accUpdateGradParameters(self, input, gradOutput, lr):
        self.modules[0].accUpdateGradParameters(*self._inner(check.array(self, input), gradOutput), lr)

    def sharedAccUpdateGradParameters(self, input, gradOutput, lr):
        self.modules[0].sharedAccUpdateGradParameters(*self._inner(check.array(self, input), gradOutput), lr)

    def _inner(self, input, gradOutput):
        """Return the input and gradOutput of the module."""
        gradOutput = check.gradient(self, gradOutput, self.output)
        if input.ndim <= self.nInputDim:
            return input, gradOutput
        return self._fused(input, self.nInputDim), self._fused(gradOutput, self.nOutputDim)

    def _fused(self, array, ndim):
        """Return `array` with its first dimensions as one, so that there are `ndim`."""
        first = array.ndim - ndim + 1
        return array.reshape(math.prod(array.shape[:first]), *array.shape[first:])


class DontCast(Decorator):
    """``m(x)``, where ``type``, ``float``, ... leave m as it is.

    Parameters
    ----------
    module : Module
        The module.
    castin : bool, default False
        Whether to convert inputs to the type of the module, and ``gradInput`` back.
    castout : bool, default castin
        Whether to convert the output to the type of the network around, and ``gradOutput`` back.
    moduleType : str, optional
        Tensor type of the module; found in its output or parameters if not given.

    Notes
    -----
    Lua: nn/DontCast.lua. The type of the network around is the one this module was last converted to.

    Examples
    --------
    >>> mlp = nn.DontCast(nn.Linear(4, 3).float(), True)
    >>> mlp.forward(np.ones(4)).dtype, mlp.get(1).output.dtype
    (dtype('float64'), dtype('float32'))
    """

    castin: bool | None = None
    castout: bool | None = None
    moduleType: str | None = None
    _input: Any = None
    _gradOutput: Any = None
    _state = ("output", "gradInput", "_input", "_gradOutput")

    def __init__(
        self,
        module: Module,
        castin: bool | None = None,
        castout: bool | None = None,
        moduleType: str | None = None,
    ):
        super().__init__(module)
        self.castin = check.flag(self, castin, "castin")
        self.castout = check.flag(self, given(castout, castin), "castout")
        self.moduleType = moduleType
        if (self.castin or self.castout) and moduleType is None:
            self.moduleType = given(_type_of(module.output), _type_of(module.parameters()))
            if self.moduleType is None:
                raise ValueError(f"{self}: the type of the module is unknown: pass moduleType")

    def type(self, type=None, tensorCache=None):
        if type is None:
            return self._type
        if self.castout:
            self.output = _cast(None, self.output, type)
        if self.castin:
            self.gradInput = _cast(None, self.gradInput, type)
        self._type = type
        return self

    def updateOutput(self, input):
        output = self.modules[0].updateOutput(self._inner_input(input))
        self.output = _cast(self.output, output, given(_type_of(self.output), self._type)) if self.castout else output
        return self.output

    def updateGradInput(self, input, gradOutput):
        gradInput = self.modules[0].updateGradInput(*self._inner(input, gradOutput))
        if self.castin:
            gradInput = _cast(self.gradInput, gradInput, given(_type_of(self.gradInput), self._type))
        self.gradInput = gradInput
        return self.gradInput

    def accGradParameters(self, input, gradOutput, scale=1):
        self.modules[0].accGradParameters(*self._inner(input, gradOutput), scale)

    def accUpdateGradParameters(self, input, gradOutput, lr):
        self.modules[0].accUpdateGradParameters(*self._inner(input, gradOutput), lr)

    def sharedAccUpdateGradParameters(self, input, gradOutput, lr):
        self.modules[0].sharedAccUpdateGradParameters(*self._inner(input, gradOutput), lr)

    def _inner(self, input, gradOutput):
        """Return the input and gradOutput of the module."""
        if self.castout and _type_of(gradOutput) != self.moduleType:
            gradOutput = self._gradOutput = _cast(self._gradOutput, gradOutput, self.moduleType)
        return self._inner_input(input), gradOutput

    def _inner_input(self, input):
        if self.castin and _type_of(input) != self.moduleType:
            input = self._input = _cast(self._input, input, self.moduleType)
        return input


def _type_of(value):
    """Return the tensor type of the first array in a nested table, None if there is none."""
    array = next(arrays_in(value), None)
    return None if array is None else name_of(array.dtype)


def _cast(buffer, value, type):
    """Return a copy of a nested table with arrays of another type, in `buffer` where it fits."""
    dtype = dtype_of(type)

    def cast(x, b):
        if not isinstance(x, np.ndarray):
            return x
        b = sized(b, x.shape, dtype)
        np.copyto(b, x, casting="unsafe")
        return b

    return map_arrays(cast, value, buffer)


class GPU(Decorator):
    """``m(x)``: notes on which device a module once ran; here it runs on the CPU.

    Parameters
    ----------
    module : Module
        The module.
    device, outdevice : int
        Number of the device, and of that of the output (the same by default).

    Notes
    -----
    Lua: nn/GPU.lua.
    """

    def __init__(self, module: Module, device: int, outdevice: int | None = None):
        super().__init__(module)
        self.device = check.number(self, device, "device")
        self.outdevice = given(outdevice, device)

    def setDevice(self, device=None):
        """Set the device and return the module."""
        self.device = given(device, self.device)
        return self

    def __repr__(self):
        return f"{self.torch_typename}({self.device}) @ {self.modules[0]!r}"
