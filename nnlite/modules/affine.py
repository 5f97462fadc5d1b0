"""Sums and products with constants and with learned arrays: AddConstant, MulConstant, Add, Mul, CAdd, CMul."""

from collections.abc import Sequence

import numpy as np

from ..core import check
from ..core.buffers import parameter, sized
from ..core.elementwise import Elementwise
from ..core.generator import draw
from ..core.module import Module
from ..core.tensor_types import storage
from ..kernels import arithmetic

__all__ = ["Add", "AddConstant", "CAdd", "CMul", "Mul", "MulConstant"]


class AddConstant(Elementwise):
    """``x + c``.

    Parameters
    ----------
    constant_scalar : float or ndarray
        ``c``: a number, or one number for each element of the last dimension of a vector or matrix.
    ip : bool, default False
        Whether to write the output over the input. ``updateGradInput`` then restores the input.

    Notes
    -----
    Lua: nn/AddConstant.lua.
    """

    def __init__(self, constant_scalar, ip: bool | None = None):
        super().__init__()
        one = not isinstance(constant_scalar, np.ndarray | list)
        self.constant_scalar = (
            check.number(self, constant_scalar, "constant_scalar") if one else check.array(self, constant_scalar, 1)
        )
        self.inplace = check.flag(self, ip, "ip")

    def updateOutput(self, input):
        if isinstance(self.constant_scalar, np.ndarray):
            check.array(self, input, (1, 2), len(self.constant_scalar))
        return super().updateOutput(input)

    def _dtype(self):
        return getattr(getattr(self, "constant_scalar", None), "dtype", None)

    def _map(self, x, out):
        np.add(x, self.constant_scalar, out=out)

    def _pull_back(self, x, grad_output, out):
        if self.inplace:
            x -= self.constant_scalar
        else:
            arithmetic.copy(grad_output, out)


class MulConstant(Elementwise):
    """``c x``.

    Parameters
    ----------
    constant_scalar : float
        ``c``.
    ip : bool, default False
        Whether to write the output over the input, and the gradient over ``gradOutput``. ``updateGradInput`` then
        divides the input by ``c`` again.

    Notes
    -----
    Lua: nn/MulConstant.lua.
    """

    def __init__(self, constant_scalar: float, ip: bool | None = None):
        super().__init__()
        self.constant_scalar = check.number(self, constant_scalar, "constant_scalar")
        self.inplace = check.flag(self, ip, "ip")

    def updateGradInput(self, input, gradOutput):
        return None if self.gradInput is None else super().updateGradInput(input, gradOutput)

    def _map(self, x, out):
        arithmetic.scale(x, self.constant_scalar, out)

    def _pull_back(self, x, grad_output, out):
        arithmetic.scale(grad_output, self.constant_scalar, out)
        if self.inplace:
            x /= self.constant_scalar


class Mul(Module):
    """``w x`` with one learned number ``w``.

    Attributes
    ----------
    weight, gradWeight : ndarray, (1,)
        ``w``, drawn from U(-1, 1), and its gradient.

    Notes
    -----
    Lua: nn/Mul.lua. Inputs of any shape.
    """

    def __init__(self) -> None:
        super().__init__()
        self.weight, self.gradWeight = parameter(1)
        self.reset()

    def reset(self, stdv=None):
        """Draw the weight from U(-s, s), s = 1 or ``sqrt(3) * stdv``."""
        draw(stdv, 1, self.weight)

    def updateOutput(self, input):
        input = check.array(self, input)
        self.output = sized(self.output, input.shape, input.dtype)
        arithmetic.scale(input, self.weight[0], self.output)
        return self.output

    def updateGradInput(self, input, gradOutput):
        if self.gradInput is None:
            return None
        input = check.array(self, input)
        gradOutput = check.gradient(self, gradOutput, input)
        self.gradInput = sized(self.gradInput, input.shape, input.dtype)
        arithmetic.scale(gradOutput, self.weight[0], self.gradInput)
        return self.gradInput

    def accGradParameters(self, input, gradOutput, scale=1):
        input = check.array(self, input)
        gradOutput = check.gradient(self, gradOutput, input)
        self.gradWeight += scale * np.vdot(input, gradOutput)


class Add(Module):
    """``x + b`` with a learned ``b``.

    Parameters
    ----------
    inputSize : int, storage or list
        Length of ``x`` and ``b``, or their shape.
    scalar : bool, default False
        Whether ``b`` is one number for all elements.

    Attributes
    ----------
    bias, gradBias : ndarray, (inputSize,) or (1,)
        ``b``, drawn from U(-s, s) with s = 1/sqrt(its length), and its gradient.

    Raises
    ------
    ValueError
        If a sample has not inputSize elements.

    Notes
    -----
    Lua: nn/Add.lua. An input of another shape than ``b`` is a batch: its first dimension counts samples.
    """

    def __init__(self, inputSize: int | Sequence[int] | np.ndarray, scalar: bool | None = None):
        super().__init__()
        self.scalar = scalar
        self.bias, self.gradBias = parameter(*((1,) if scalar else np.atleast_1d(inputSize).tolist()))
        self._ones = np.ones(1, self.bias.dtype)
        self.reset()

    def reset(self, stdv=None):
        """Draw the bias from U(-s, s), s = 1/sqrt(length) or ``sqrt(3) * stdv``."""
        draw(stdv, len(self.bias), self.bias)

    def updateOutput(self, input):
        input = check.array(self, input)
        self.output = sized(self.output, input.shape, input.dtype)
        np.add(self._rows(input), self.bias.reshape(-1), out=self._rows(self.output))
        return self.output

    def updateGradInput(self, input, gradOutput):
        if self.gradInput is None:
            return None
        gradOutput = check.gradient(self, gradOutput, check.array(self, input))
        self.gradInput = sized(self.gradInput, gradOutput.shape, gradOutput.dtype)
        arithmetic.copy(gradOutput, self.gradInput)
        return self.gradInput

    def accGradParameters(self, input, gradOutput, scale=1):
        gradOutput = check.gradient(self, gradOutput, check.array(self, input))
        self.gradBias += scale * self._rows(gradOutput).sum(0).reshape(self.gradBias.shape)

    def _rows(self, x):
        """Return `x` with one sample per row."""
        size = self.bias.size
        if not self.scalar and x.shape != self.bias.shape and (x.ndim == 0 or x.size != len(x) * size):
            raise check.error(self, f"input with {size} elements in each sample", x)
        return x.reshape(-1, size)


class _Componentwise(Module):
    """The base of CAdd and CMul: a learned array that is broadcast against the input in Torch's way."""

    def __init__(self, *size):
        super().__init__()
        if len(size) == 1 and not isinstance(size[0], int):
            size = tuple(int(n) for n in size[0])
        self.size = storage(*size)

    def _pair(self, array, x):
        """Return `array` and `x` with shapes that broadcast: alike, of one rank, or flat samples."""
        if x.size == array.size:
            return array.reshape(1, -1), x.reshape(1, -1)
        if x.ndim == array.ndim:
            if all(n in (1, m) for n, m in zip(array.shape, x.shape, strict=True)):
                return array, x
        elif x.ndim and x.size == len(x) * array.size:
            return array.reshape(1, -1), x.reshape(len(x), -1)
        raise check.error(self, f"input or sample of the shape {array.shape}, with 1 for any size,", x)

    @staticmethod
    def _accumulate(total, x, scale):
        """Add to `total` the sums of `x` over the axes along which `total` has size 1."""
        axes = tuple(i for i, (n, m) in enumerate(zip(total.shape, x.shape, strict=True)) if n != m)
        total += scale * x.sum(axes, keepdims=True)


class CAdd(_Componentwise):
    """``x + b`` with a learned array ``b``, which repeats along dimensions of size 1.

    Parameters
    ----------
    *size : int
        Shape of ``b`` (or one LongStorage).

    Attributes
    ----------
    bias, gradBias : ndarray, size
        ``b``, drawn from U(-s, s) with s = 1/sqrt(number of its elements), and its gradient.

    Raises
    ------
    ValueError
        If neither the input nor a sample of it fits ``b``.

    Notes
    -----
    Lua: nn/CAdd.lua. An input with as many elements as ``b``, with as many dimensions, or a batch of samples that have
    as many elements.
    """

    def __init__(self, *size):
        super().__init__(*size)
        self.bias, self.gradBias = parameter(*self.size.tolist())
        self.reset()

    def reset(self, stdv=None):
        """Draw the bias from U(-s, s), s = 1/sqrt(number of elements) or ``sqrt(3) * stdv``."""
        draw(stdv, self.bias.size, self.bias)

    def updateOutput(self, input):
        input = check.array(self, input)
        bias, x = self._pair(self.bias, input)
        self.output = sized(self.output, input.shape, input.dtype)
        np.add(x, bias, out=self.output.reshape(x.shape))
        return self.output

    def updateGradInput(self, input, gradOutput):
        if self.gradInput is None:
            return None
        gradOutput = check.gradient(self, gradOutput, check.array(self, input))
        self.gradInput = sized(self.gradInput, gradOutput.shape, gradOutput.dtype)
        arithmetic.copy(gradOutput, self.gradInput)
        return self.gradInput

    def accGradParameters(self, input, gradOutput, scale=1):
        gradOutput = check.gradient(self, gradOutput, check.array(self, input))
        self._accumulate(*self._pair(self.gradBias, gradOutput), scale)


class CMul(_Componentwise):
    """``w x``, elementwise with a learned array ``w``, which repeats along dimensions of size 1.

    Parameters
    ----------
    *size : int
        Shape of ``w`` (or one LongStorage).

    Attributes
    ----------
    weight, gradWeight : ndarray, size
        ``w``, drawn from U(-s, s) with s = 1/sqrt(number of its elements), and its gradient.

    Raises
    ------
    ValueError
        If neither the input nor a sample of it fits ``w``.

    Notes
    -----
    Lua: nn/CMul.lua. Shapes as CAdd.
    """

    def __init__(self, *size):
        super().__init__(*size)
        self.weight, self.gradWeight = parameter(*self.size.tolist())
        self.reset()

    def reset(self, stdv=None):
        """Draw the weight from U(-s, s), s = 1/sqrt(number of elements) or ``sqrt(3) * stdv``."""
        draw(stdv, self.weight.size, self.weight)

    def updateOutput(self, input):
        input = check.array(self, input)
        weight, x = self._pair(self.weight, input)
        self.output = sized(self.output, input.shape, input.dtype)
        np.multiply(x, weight, out=self.output.reshape(x.shape))
        return self.output

    def updateGradInput(self, input, gradOutput):
        if self.gradInput is None:
            return None
        gradOutput = check.gradient(self, gradOutput, check.array(self, input))
        weight, gradient = self._pair(self.weight, gradOutput)
        self.gradInput = sized(self.gradInput, gradOutput.shape, gradOutput.dtype)
        np.multiply(gradient, weight, out=self.gradInput.reshape(gradient.shape))
        return self.gradInput

    def accGradParameters(self, input, gradOutput, scale=1):
        input = check.array(self, input)
        gradOutput = check.gradient(self, gradOutput, input)
        self._accumulate(*self._pair(self.gradWeight, input * gradOutput), scale)
