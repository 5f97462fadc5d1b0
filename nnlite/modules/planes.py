"""What modules that treat each plane by itself share: Planes."""

from ..core import check
from ..core.buffers import sized
from ..core.module import Module

__all__ = ["Planes"]


class Planes(Module):
    """Base of modules that change the size of planes: ``(planes, *sizes)``, or ``(batch, planes, *sizes)``.

    A subclass says what becomes of the sizes, ``_resized(sizes)``, and computes with all planes in a row,
    ``_run(x, out)`` and ``_run_back(x, grad_output, out)``.

    Attributes
    ----------
    _axes : str
        The axes of a plane in the order of memory, each the last letter of its fields (``kW``, ``dW``, ...).
    _order : str
        The same letters in the order in which Torch passes and prints them.
    """

    _axes = "HW"
    _order = "WH"

    def updateOutput(self, input):
        input = self._checked(input)
        rank = len(self._axes)
        shape = *input.shape[:-rank], *self._resized(input.shape[-rank:])
        self.output = sized(self.output, shape, input.dtype)
        self._run(self._in_a_row(input), self._in_a_row(self.output))
        return self.output

    def updateGradInput(self, input, gradOutput):
        if self.gradInput is None:
            return None
        input = self._checked(input)
        rank = len(self._axes)
        if self.output.shape != (*input.shape[:-rank], *self._resized(input.shape[-rank:])):
            raise check.error(self, "the input of the last forward", input)
        gradOutput = check.gradient(self, gradOutput, self.output)
        self.gradInput = sized(self.gradInput, input.shape, input.dtype)
        self._run_back(self._in_a_row(input), self._in_a_row(gradOutput), self._in_a_row(self.gradInput))
        return self.gradInput

    def _checked(self, input):
        rank = len(self._axes) + 1
        return check.array(self, input, ndim=(rank, rank + 1))

    def _resized(self, sizes):
        raise NotImplementedError

    def _run(self, x, out):
        raise NotImplementedError

    def _run_back(self, x, grad_output, out):
        raise NotImplementedError

    def _in_a_row(self, array):
        return array.reshape(-1, *array.shape[-len(self._axes) :])

    def _refused(self, need, *numbers):
        """Return the error ``<module>: <need> expected, got <numbers>``."""
        return ValueError(f"{check.describe(self)}: {need} expected, got {', '.join(map(str, numbers))}")

    def _all(self, name):
        """Return the fields ``name + axis`` in the order of memory."""
        return tuple(getattr(self, name + axis) for axis in self._axes)

    def _numbers(self, name):
        """Return the same fields as Torch prints them."""
        return ",".join(f"{getattr(self, name + axis):d}" for axis in self._order)
