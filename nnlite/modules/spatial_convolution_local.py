"""Convolutions of images with weights per place or per plane: SpatialConvolutionLocal, SpatialDepthWiseConvolution."""

from ..core import check
from ..core.buffers import parameter, sized
from ..kernels import convolution_local as kernels
from ..kernels.convolution import conv_grad_bias, conv_size
from .spatial_convolution import SpatialConvolution

__all__ = ["SpatialConvolutionLocal", "SpatialDepthWiseConvolution"]


class SpatialConvolutionLocal(SpatialConvolution):
    """As SpatialConvolution, with kernels of its own for every place of the output, for images of a fixed size.

    Parameters
    ----------
    nInputPlane, nOutputPlane : int
        Number of planes of the input and the output.
    iW, iH : int
        Width and height of the input.
    kW, kH, dW, dH, padW, padH : int
        As for SpatialConvolution.

    Attributes
    ----------
    weight, gradWeight : ndarray, (oH, oW, nOutputPlane, nInputPlane, kH, kW)
        The kernels, drawn from U(-s, s) with s = 1/sqrt(kW * kH * nInputPlane), and their accumulated gradient.
    bias, gradBias : ndarray, (nOutputPlane, oH, oW)
        Added to the output, and its accumulated gradient, from the same distribution.
    oW, oH : int
        Width and height of the output.

    Raises
    ------
    ValueError
        If the output would be empty, or the input is not ``(nInputPlane, iH, iW)`` or a batch of such.

    Notes
    -----
    Lua: nn/SpatialConvolutionLocal.lua.
    """

    _reads_bias = False

    def __init__(
        self,
        nInputPlane: int,
        nOutputPlane: int,
        iW: int,
        iH: int,
        kW: int,
        kH: int,
        dW: int | None = None,
        dH: int | None = None,
        padW: int | None = None,
        padH: int | None = None,
    ):
        self.iW, self.iH = iW, iH
        super().__init__(nInputPlane, nOutputPlane, kW, kH, dW, dH, padW, padH)

    def updateOutput(self, input):
        x = self._checked(input)
        self.output = sized(self.output, self._output_shape(x), self.weight.dtype)
        kernels.local(self._batch(x), self.weight, self.bias, *self._geometry()[:2], self._batch(self.output))
        return self.output

    def updateGradInput(self, input, gradOutput):
        if self.gradInput is None:
            return None
        x = self._checked(input)
        gradient = self._batch(check.gradient(self, gradOutput, self.output))
        self.gradInput = sized(self.gradInput, x.shape, self.weight.dtype)
        kernels.local_grad_input(gradient, self.weight, *self._geometry()[:2], self._batch(self.gradInput))
        return self.gradInput

    def accGradParameters(self, input, gradOutput, scale=1):
        x = self._batch(self._checked(input))
        gradient = self._batch(check.gradient(self, gradOutput, self.output))
        kernels.local_grad_weight(x, gradient, *self._geometry()[:2], scale, self.gradWeight)
        if self.bias is not None:
            self.gradBias += scale * gradient.sum(0)

    def _allocate(self):
        self.oH, self.oW = conv_size((self.iH, self.iW), self._all("k"), *self._geometry())
        if self.oW < 1 or self.oH < 1:
            raise check.refusal(self, "an output of at least one element", f"shape ({self.oH}, {self.oW})")
        planes = self.nOutputPlane
        self.weight, self.gradWeight = parameter(self.oH, self.oW, planes, self.nInputPlane, self.kH, self.kW)
        self.bias, self.gradBias = parameter(planes, self.oH, self.oW)

    def _checked(self, input):
        x = super()._checked(input)
        if x.shape[-2:] != (self.iH, self.iW):
            raise check.error(self, f"input of shape {(self.nInputPlane, self.iH, self.iW)}, or a batch of such,", x)
        return x

    def _text(self):
        return super()._text().replace(", ", f", {self.iW}x{self.iH}, ", 1)


class SpatialDepthWiseConvolution(SpatialConvolution):
    """Convolution of each plane of an image with `nOutputPlane` kernels of its own.

    Parameters
    ----------
    nInputPlane : int
        Number of input planes.
    nOutputPlane : int
        Number of kernels for each: the output has ``nInputPlane * nOutputPlane`` planes, those of one input plane in
        succession.
    kW, kH, dW, dH, padW, padH : int
        As for SpatialConvolution.

    Attributes
    ----------
    weight, gradWeight : ndarray, (nOutputPlane, nInputPlane * kH * kW)
        The kernels, drawn from U(-s, s) with s = 1/sqrt(kW * kH * nInputPlane), and their accumulated gradient; as in
        Torch, ``(nOutputPlane, nInputPlane, kH, kW)`` from the first use on.
    bias, gradBias : ndarray, (nOutputPlane, nInputPlane), or None
        Added to the output planes, and its accumulated gradient, from the same distribution.

    Raises
    ------
    ValueError
        If the input is not ``(nInputPlane, H, W)`` or a batch of such, or smaller than the kernel.

    Notes
    -----
    Lua: nn/SpatialDepthWiseConvolution.lua. Torch mixes up height and width, and is right for square images only; here
    all are. With nOutputPlane == nInputPlane every second gradient of the parameters is wrong, as in Torch: kernels
    ``(o, i)`` with o < i get the gradient of ``(i, o)``, and gradBias is transposed.
    """

    _swapped = False

    def updateOutput(self, input):
        x = self._checked(input)
        self.weight = self._four_axes(self.weight)
        shape = self._output_shape(x)
        planes = self.nInputPlane * self.nOutputPlane
        self.output = sized(self.output, (*shape[:-3], planes, *shape[-2:]), self.weight.dtype)
        bias = None if self.bias is None else self.bias.T
        found = self._split(self.output)
        kernels.depthwise(self._batch(x), self._by_plane(self.weight), bias, *self._geometry()[:2], found)
        return self.output

    def updateGradInput(self, input, gradOutput):
        if self.gradInput is None:
            return None
        x = self._checked(input)
        gradient = self._split(check.gradient(self, gradOutput, self.output))
        self.gradInput = sized(self.gradInput, x.shape, self.weight.dtype)
        weight = self._by_plane(self.weight)
        kernels.depthwise_grad_input(gradient, weight, *self._geometry()[:2], self._batch(self.gradInput))
        return self.gradInput

    def accGradParameters(self, input, gradOutput, scale=1):
        x = self._batch(self._checked(input))
        gradient = check.gradient(self, gradOutput, self.output)
        self.gradWeight = self._four_axes(self.gradWeight)
        found = self._by_plane(self.gradWeight)
        kernels.depthwise_grad_weight(x, self._split(gradient), *self._geometry()[:2], scale, found)
        if self.bias is not None:
            total = self.gradBias.T.copy()
            conv_grad_bias(self._batch(gradient), scale, total.reshape(-1))
            self.gradBias[...] = total.T
        if self.nInputPlane == self.nOutputPlane:
            self._mix()

    def _mix(self):
        """Do to the gradients what Torch does in every second call, if there are as many kernels as planes.

        It leaves them with their two plane axes swapped in memory, and goes wrong the next time it swaps them back.
        """
        self._swapped = not self._swapped
        if not self._swapped:
            for p in range(self.nInputPlane):
                self.gradWeight[p, p + 1 :] = self.gradWeight[p + 1 :, p]
            if self.bias is not None:
                self.gradBias[...] = self.gradBias.T.copy()

    def _allocate(self):
        self.weight, self.gradWeight = parameter(self.nOutputPlane, self.nInputPlane * self.kH * self.kW)
        self.bias, self.gradBias = parameter(self.nOutputPlane, self.nInputPlane)

    def _four_axes(self, weight):
        return weight.reshape(self.nOutputPlane, self.nInputPlane, self.kH, self.kW)

    def _by_plane(self, weight):
        return self._four_axes(weight).swapaxes(0, 1)

    def _split(self, array):
        """Return ``(batch, input plane, kernel, H, W)``."""
        array = self._batch(array)
        return array.reshape(len(array), self.nInputPlane, self.nOutputPlane, *array.shape[2:])
