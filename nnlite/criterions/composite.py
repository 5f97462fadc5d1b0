"""Criterions made of others: MultiCriterion, ParallelCriterion, ModuleCriterion."""

import warnings

import numpy as np

from ..core import check
from ..core.args import given
from ..core.buffers import zeroed
from ..core.criterion import Criterion
from ..core.tables import arrays_in
from ..core.tensor_types import Storage
from ..kernels import arithmetic

__all__ = ["ModuleCriterion", "MultiCriterion", "ParallelCriterion"]


class _Weighted(Criterion):
    """A sum of criterions with weights."""

    def __init__(self) -> None:
        super().__init__()
        self.criterions: list[Criterion] = []

    def add(self, criterion, weight=None):
        """Append `criterion` with `weight` (default 1) and return self."""
        if not isinstance(criterion, Criterion):
            raise check.error(self, "a criterion", criterion, TypeError)
        self.criterions.append(criterion)
        self._add_weight(given(weight, 1))
        return self

    def _add_weight(self, weight):
        raise NotImplementedError


def _add_scaled(into, scale, gradient):
    for out, g in zip(arrays_in(into), arrays_in(gradient), strict=True):
        arithmetic.add_scaled(g.reshape(out.shape), float(scale), out)


class MultiCriterion(_Weighted):
    """``sum_i w_i c_i(x, t)``: several criterions on the same input and target, added with `add(criterion, weight)`.

    Notes
    -----
    Lua: nn/MultiCriterion.lua. The weights are a DoubleStorage.
    """

    def __init__(self) -> None:
        super().__init__()
        self.weights = np.zeros(0).view(Storage)

    def updateOutput(self, input, target):
        pairs = zip(self.weights, self.criterions, strict=True)
        self.output = sum(float(weight) * criterion.updateOutput(input, target) for weight, criterion in pairs)
        return self.output

    def updateGradInput(self, input, target):
        self.gradInput = zeroed(self.gradInput, input)
        for weight, criterion in zip(self.weights, self.criterions, strict=True):
            _add_scaled(self.gradInput, weight, criterion.updateGradInput(input, target))
        return self.gradInput

    def _add_weight(self, weight):
        self.weights = np.append(self.weights, float(weight)).view(Storage)


class ParallelCriterion(_Weighted):
    """``sum_i w_i c_i(x[i], t[i])``: one criterion per item of the input, added with `add(criterion, weight)`.

    Parameters
    ----------
    repeatTarget : bool, default False
        Whether all criterions get the same target.

    Notes
    -----
    Lua: nn/ParallelCriterion.lua.
    """

    def __init__(self, repeatTarget: bool | None = None):
        super().__init__()
        self.weights: list = []
        self.gradInput = []
        self.repeatTarget = given(repeatTarget, False)

    def updateOutput(self, input, target):
        total = 0.0
        for i, criterion in enumerate(self.criterions):
            total += self.weights[i] * criterion.updateOutput(*self._item(input, target, i))
        self.output = total
        return total

    def updateGradInput(self, input, target):
        self.gradInput = zeroed(self.gradInput, check.table(self, input))
        for i, criterion in enumerate(self.criterions):
            _add_scaled(self.gradInput[i], self.weights[i], criterion.updateGradInput(*self._item(input, target, i)))
        return self.gradInput

    def clearState(self):
        self.gradInput = []
        return self

    def _add_weight(self, weight):
        self.weights.append(weight)

    def _item(self, input, target, i):
        count = len(self.criterions)
        if len(check.table(self, input)) < count:
            raise check.error(self, f"input: a table of {count}", input)
        if self.repeatTarget:
            return input[i], target
        if not isinstance(target, list | tuple | np.ndarray) or len(target) < count:
            raise check.error(self, f"target: a table of {count}", target)
        return input[i], target[i]


class ModuleCriterion(Criterion):
    """``criterion(inputModule(x), targetModule(t))``; either module may be None.

    Parameters
    ----------
    criterion : Criterion
    inputModule, targetModule : Module, optional
    castTarget : bool, default True
        Kept in the field of this name; type conversions reach ``targetModule`` in any case, as in Lua.

    Notes
    -----
    Lua: nn/ModuleCriterion.lua. Parameters of ``inputModule`` are not updated (a warning says so).
    """

    inputModule = targetModule = None

    def __init__(self, criterion, inputModule=None, targetModule=None, castTarget: bool | None = None):
        super().__init__()
        self.criterion = criterion
        self.inputModule = inputModule
        self.targetModule = targetModule
        self.castTarget = given(castTarget, True)
        both = None if inputModule is None else inputModule.parameters()
        if both is not None and both[0]:
            warnings.warn("nn.ModuleCriterion does not update the parameters of its inputModule", stacklevel=2)

    def updateOutput(self, input, target):
        self.output = self.criterion.forward(*self._mapped(input, target))
        return self.output

    def updateGradInput(self, input, target):
        x = input if self.inputModule is None else self.inputModule.output
        t = target if self.targetModule is None else self.targetModule.output
        self.gradInput = self.criterion.backward(x, t)
        if self.inputModule is not None:
            self.gradInput = self.inputModule.backward(input, self.gradInput)
        return self.gradInput

    def _mapped(self, input, target):
        x = input if self.inputModule is None else self.inputModule.forward(input)
        return x, target if self.targetModule is None else self.targetModule.forward(target)
