"""The base of containers whose modules all see the same input: Branching."""

import numpy as np

from ..kernels import arithmetic
from . import check
from .args import given
from .buffers import copied
from .container import Container
from .module import check_forwarded
from .tables import map_arrays

__all__ = ["Branching"]


class Branching(Container):
    """Modules side by side that all see the same input, whose gradients add up; the base of Concat and ConcatTable.

    A subclass overrides ``updateOutput`` and ``_parts(gradOutput)``, which yields for each module its number, itself
    and its part of `gradOutput`.

    Notes
    -----
    Modules that return no gradient (``gradInput = None``) are left out of the sum.
    """

    def updateGradInput(self, input, gradOutput):
        return self._sum(input, gradOutput, lambda module, part: module.updateGradInput(input, part))

    def backward(self, input, gradOutput, scale=None):
        check_forwarded(self, input)
        scale = given(scale, 1)
        return self._sum(input, gradOutput, lambda module, part: module.backward(input, part, scale))

    def accGradParameters(self, input, gradOutput, scale=1):
        with self._position() as at:
            for at.index, module, part in self._parts(gradOutput):
                module.accGradParameters(input, part, scale)

    def accUpdateGradParameters(self, input, gradOutput, lr):
        with self._position() as at:
            for at.index, module, part in self._parts(gradOutput):
                module.accUpdateGradParameters(input, part, lr)

    def _run(self, input):
        """Return the outputs of all modules."""
        outputs = []
        with self._position() as at:
            for at.index, module in enumerate(self.modules, 1):
                outputs.append(module.updateOutput(input))
        return outputs

    def _parts(self, gradOutput):
        raise NotImplementedError

    def _sum(self, input, gradOutput, gradient_of):
        """Set ``gradInput`` to the sum of ``gradient_of(module, part)``, tables item by item, and return it."""
        total = None
        with self._position() as at:
            for at.index, module, part in self._parts(gradOutput):
                gradient = gradient_of(module, part)
                if gradient is None:
                    continue
                self._check_nesting(input, gradient)
                if total is None:
                    total = copied(self.gradInput, gradient)
                else:
                    map_arrays(_accumulate, total, gradient)
        self.gradInput = total
        return total

    def _check_nesting(self, input, gradient):
        if isinstance(input, list | tuple):
            check.table(self, gradient, len(input), name="gradInput of a module")

    def __repr__(self):
        return self._branches()


def _accumulate(total, gradient):
    if isinstance(total, np.ndarray) and isinstance(gradient, np.ndarray):
        arithmetic.accumulate(gradient.reshape(total.shape), total)
