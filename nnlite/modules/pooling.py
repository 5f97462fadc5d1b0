"""What pooling of images and of volumes shares: Pooling, MaxPooling, AveragePooling."""

from ..core import check
from ..core.buffers import empty, sized
from ..kernels.pooling import axes
from ..kernels.pooling_sum import mean, mean_grad
from .planes import Planes

__all__ = ["AveragePooling", "MaxPooling", "Pooling"]


class Pooling(Planes):
    """Base of modules that look at windows of the planes; sizes are fields such as ``kW``, ``dW`` and ``padW``."""

    padT = padH = padW = 0
    ceil_mode = False

    def ceil(self):
        """Let a last window that is cut off by the border count; return the module."""
        self.ceil_mode = True
        return self

    def floor(self):
        """Let only whole windows count (the default); return the module."""
        self.ceil_mode = False
        return self

    def empty(self):
        """Old name of `clearState`."""
        self.clearState()

    def _dilation(self):
        return (1,) * len(self._axes)

    def _windows(self, sizes):
        """Return the axes of the windows over planes of these sizes."""
        return axes(sizes, self._all("k"), self._all("d"), self._all("pad"), self._dilation(), self.ceil_mode)

    def _resized(self, sizes):
        kernel, stride, pad, dilation = self._all("k"), self._all("d"), self._all("pad"), self._dilation()
        if min(*kernel, *stride, *dilation) < 1:
            raise self._refused("kernel, stride and dilation of at least 1", *kernel, *stride, *dilation)
        if any(p > k // 2 for p, k in zip(pad, kernel, strict=True)):
            raise self._refused("padding of at most half the kernel", *pad)
        counts = [axis.places for axis in self._windows(sizes)]
        if min(counts) < 1:
            raise check.refusal(self, "planes that hold a window", f"shape {tuple(sizes)}")
        return counts

    def _text(self):
        text = f"{self.torch_typename}({self._numbers('k').replace(',', 'x')}, {self._numbers('d')}"
        return text + f", {self._numbers('pad')}" if any(self._all("pad")) else text

    def __repr__(self):
        return self._text() + ")"


class MaxPooling(Pooling):
    """Base of max pooling; a subclass writes its layout of ``indices`` in `_pool` and reads it in `_places`."""

    _state = ("output", "gradInput", "indices")

    def __init__(self) -> None:
        super().__init__()
        self.indices = empty("int64")

    def _run(self, x, out):
        rank = len(self._axes)
        for axis, size in zip(self._axes, x.shape[1:], strict=True):
            setattr(self, {"T": "itime", "H": "iheight", "W": "iwidth"}[axis], size)
        self.indices = sized(self.indices, self.output.shape, "int64")
        self._pool(x, self._windows(x.shape[-rank:]), out, self._in_a_row(self.indices))

    def _run_back(self, x, grad_output, out):
        if self.indices.shape != self.output.shape:
            raise check.error(self, f"indices of shape {self.output.shape} from forward", self.indices)
        self._unpool(grad_output, self._windows(x.shape[1:]), self._in_a_row(self.indices), out)

    def _pool(self, x, windows, out, indices):
        raise NotImplementedError

    def _unpool(self, grad_output, windows, indices, out):
        raise NotImplementedError


class AveragePooling(Pooling):
    """Base of average pooling."""

    count_include_pad = True

    def _run(self, x, out):
        mean(x, self._windows(x.shape[1:]), out, self.count_include_pad)

    def _run_back(self, x, grad_output, out):
        mean_grad(grad_output, self._windows(x.shape[1:]), out, self.count_include_pad)
