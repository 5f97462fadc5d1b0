"""Losses of sequences: AbstractSequencerCriterion, SequencerCriterion, RepeaterCriterion."""

from typing import Any

import numpy as np

from ..core import check
from ..core.args import given
from ..core.criterion import Criterion
from ..core.tables import Table, arrays_in
from ..criterions.composite import ModuleCriterion
from .sequencer import sequence, stacked

__all__ = ["AbstractSequencerCriterion", "RepeaterCriterion", "SequencerCriterion"]


class AbstractSequencerCriterion(Criterion):
    """A criterion applied to every step of a sequence; the base of SequencerCriterion and RepeaterCriterion.

    A subclass overrides ``_targets(input, target)``, which returns the target of each step.

    Parameters
    ----------
    criterion : Criterion
        The criterion; each step gets a copy.
    sizeAverage : bool, default False
        Whether to divide by the number of steps.

    Attributes
    ----------
    clones : Table
        The criterion of each step.

    Notes
    -----
    Lua: rnn/AbstractSequencerCriterion.lua of torch/rnn.
    """

    sizeAverage: bool | None = None
    criterion: Any = None  # where Element-Research keeps it

    def __init__(self, criterion: Criterion, sizeAverage: bool | None = None):
        super().__init__()
        if isinstance(criterion, ModuleCriterion):
            raise TypeError(
                f"{self.torch_typename}: no ModuleCriterion expected; instead put this criterion inside one, with its "
                "modules in Sequencers"
            )
        if not isinstance(criterion, Criterion):
            raise check.error(self, "a criterion", criterion, TypeError)
        self.sizeAverage = check.flag(self, sizeAverage, "sizeAverage")
        self.clones = Table({1: criterion})

    def getStepCriterion(self, step):
        """Return the criterion of a step, which is made when it is needed."""
        if step not in self.clones:
            self.clones[step] = (self.clones[1] if self.criterion is None else self.criterion).clone()
        return self.clones[step]

    def setZeroMask(self, zeroMask):
        """Set the mask, ``(time, batch)``, of criterions that take one; False for none."""
        for step in range(1, len(self.clones if zeroMask is False else zeroMask) + 1):
            self.getStepCriterion(step).setZeroMask(False if zeroMask is False else zeroMask[step - 1])

    def updateOutput(self, input, target):
        total = 0.0
        for criterion, x, t in self._pairs(input, target):
            total = total + criterion.forward(x, t)
        self.output = total / len(input) if self.sizeAverage else total
        return self.output

    def updateGradInput(self, input, target):
        gradients = [criterion.backward(x, t) for criterion, x, t in self._pairs(input, target)]
        if self.sizeAverage:
            for array in arrays_in(gradients):
                array /= len(input)
        self.gradInput = stacked(self, self.gradInput, gradients) if isinstance(input, np.ndarray) else gradients
        return self.gradInput

    def clearState(self):
        for criterion in self.clones.values():
            criterion.clearState()
        return super().clearState()

    def __t7_fields__(self):
        return dict(vars(self), criterion=given(self.criterion, self.clones[1]))

    def _pairs(self, input, target):
        input = sequence(self, input)
        targets = self._targets(input, target)
        return [(self.getStepCriterion(t), x, targets[t - 1]) for t, x in enumerate(input, 1)]

    def _targets(self, input, target):
        raise NotImplementedError


class SequencerCriterion(AbstractSequencerCriterion):
    """``sum_t l(x_t, target_t)``.

    Parameters
    ----------
    criterion : Criterion
        ``l``.
    sizeAverage : bool, default False
        Whether to divide by the number of steps.

    Notes
    -----
    Lua: rnn/SequencerCriterion.lua of both packages. Input and target are tables, or arrays whose first axis is time.

    Examples
    --------
    >>> nn.SequencerCriterion(nn.MSECriterion()).forward(np.ones((3, 2)), np.zeros((3, 2)))
    3.0
    """

    def _targets(self, input, target):
        if isinstance(target, list | tuple | np.ndarray):
            return sequence(self, target, len(input), "target")
        raise check.error(self, "target: a sequence", target, TypeError)


class RepeaterCriterion(AbstractSequencerCriterion):
    """``sum_t l(x_t, target)``: as SequencerCriterion, with one target for all steps.

    Lua: rnn/RepeaterCriterion.lua of both packages.
    """

    def _targets(self, input, target):
        return [target] * len(input)
