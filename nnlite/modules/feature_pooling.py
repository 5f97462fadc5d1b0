"""Pooling over features: FeatureLPPooling."""

from ..core import check
from ..core.args import given
from ..core.buffers import sized
from ..core.module import Module
from ..kernels.pooling import axes
from ..kernels.pooling_sum import lp_pool, lp_pool_grad

__all__ = ["FeatureLPPooling"]


class FeatureLPPooling(Module):
    """``(sum of x^power)^(1/power)`` over `width` neighbouring features, without an absolute value.

    Parameters
    ----------
    width : int
        Features in a window, 2 to 16.
    stride : int
        Step between windows, 1 to 4.
    power : float
        The power.
    batch_mode : bool, default False
        Whether an axis of samples stands before that of the features.

    Notes
    -----
    Lua: nn/FeatureLPPooling.lua. The features are axis 1, with `batch_mode` axis 2; up to two axes may follow. Windows
    whose result is 0 have no gradient. Torch raises when it prints the module.

    Examples
    --------
    >>> nn.FeatureLPPooling(2, 2, 2).forward(np.array([3.0, 4, 6, 8]))
    array([ 5., 10.])
    """

    def __init__(self, width: int, stride: int, power: float, batch_mode: bool | None = None):
        super().__init__()
        if not 2 <= width <= 16:
            raise ValueError(f"{self.torch_typename}: width must be within 2 to 16, got {width}")
        if not 1 <= stride <= 4:
            raise ValueError(f"{self.torch_typename}: stride must be within 1 to 4, got {stride}")
        self.width, self.stride, self.power = width, stride, power
        self.batch_mode = given(batch_mode, False)

    def updateOutput(self, input):
        input, axis = self._checked(input)
        self.output = sized(self.output, self._shape(input, axis), input.dtype)
        lp_pool(self._rows(input), axis, self.power, self._rows(self.output))
        return self.output

    def updateGradInput(self, input, gradOutput):
        input, axis = self._checked(input)
        if self.output.shape != self._shape(input, axis):
            raise check.error(self, "the input of the last forward", input)
        gradOutput = check.gradient(self, gradOutput, self.output)
        self.gradInput = sized(self.gradInput, input.shape, input.dtype)
        arrays = (self._rows(array) for array in (input, self.output, gradOutput))
        lp_pool_grad(*arrays, axis, self.power, self._rows(self.gradInput))
        return self.gradInput

    def _checked(self, input):
        input = check.array(self, input, ndim=(2, 3, 4) if self.batch_mode else (1, 2, 3))
        features = input.shape[1 if self.batch_mode else 0]
        if features < self.width:
            raise check.error(self, f"input with at least {self.width} features", input)
        return input, axes((features,), (self.width,), (self.stride,))[0]

    def _shape(self, input, axis):
        before = 1 if self.batch_mode else 0
        return *input.shape[:before], axis.places, *input.shape[before + 1 :]

    def _rows(self, array):
        """Return an array as (samples, features, rest)."""
        array = array if self.batch_mode else array[None]
        return array.reshape(*array.shape[:2], -1)

    def __repr__(self):
        numbers = f"w{self.width} s{self.stride} power {self.power:g} batch {self.batch_mode:d}"
        return f"{self.torch_typename}({numbers})"
