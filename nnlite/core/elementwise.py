"""The base of modules that map every number by itself: Elementwise."""

from . import check
from .buffers import sized
from .module import Module

__all__ = ["Elementwise"]


class Elementwise(Module):
    """A function of one number, applied to every element of an input of any shape.

    A subclass overrides ``_map(x, out)`` and ``_pull_back(x, grad_output, out)``, which may use ``self.output``. With
    ``inplace`` set, ``out is x`` and ``out is grad_output``, and ``x`` holds the output by the time of the second.
    """

    _ndim: tuple[int, ...] | None = None  # the ranks it accepts, None for all
    inplace: bool | None = None

    def updateOutput(self, input):
        input = check.array(self, input, self._ndim)
        if self.inplace:
            self.output = input.view()
        else:
            self.output = sized(self.output, input.shape, input.dtype)
        self._map(input, self.output)
        return self.output

    def updateGradInput(self, input, gradOutput):
        input = check.array(self, input, self._ndim)
        if self.output.shape != input.shape:
            raise check.error(self, f"the input of the last forward pass, of shape {self.output.shape},", input)
        gradOutput = check.gradient(self, gradOutput, input)
        if self.inplace:
            self.gradInput = gradOutput.view()
        else:
            self.gradInput = sized(self.gradInput, input.shape, input.dtype)
        self._pull_back(input, gradOutput, self.gradInput)
        return self.gradInput

    def _map(self, x, out):
        raise NotImplementedError

    def _pull_back(self, x, grad_output, out):
        raise NotImplementedError
