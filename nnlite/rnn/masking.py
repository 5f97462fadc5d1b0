"""Sequences of different lengths, padded with zeros: MaskZero, TrimZero, LookupTableMaskZero, MaskZeroCriterion."""

from typing import Any

import numpy as np

from ..core import check
from ..core.buffers import copied, sized
from ..core.criterion import Criterion
from ..core.module import Module
from ..core.tables import arrays_in, map_arrays
from ..core.tensor_types import dtype_of
from ..modules.decorators import Decorator
from ..modules.lookup import LookupTable

__all__ = ["LookupTableMaskZero", "MaskZero", "MaskZeroCriterion", "TrimZero", "as_mask", "clear_rows", "zero_rows"]


def zero_rows(owner, input, ndim=None):
    """Return which rows of the first array of a nested table are all zero: bool, one for each sample.

    An array of `ndim` dimensions is a single sample.
    """
    first = next(arrays_in(input), None)
    if first is None or first.ndim == 0:
        raise check.error(owner, "input: an array", input, TypeError)
    if ndim is not None and first.ndim not in (ndim, ndim + 1):
        raise check.error(owner, f"input with {ndim} dimensions, or a batch of such,", first)
    if first.ndim == ndim:
        return np.array(not first.any())
    return ~first.any(axis=tuple(range(1, first.ndim)))


def as_mask(owner, zeroMask, ndim=None):
    """Return a mask given by a user as an array of bool; False, for none, as it is."""
    if zeroMask is False:
        return False
    mask = np.asarray(zeroMask)
    if mask.dtype.kind not in "biuf" or mask.ndim == 0 or (ndim is not None and mask.ndim != ndim):
        raise check.error(owner, "zeroMask: an array of 0 and 1, or False,", zeroMask)
    return mask != 0


def clear_rows(value, mask):
    """Set the rows of all arrays of a nested table to zero, in place, where `mask` is set."""
    if mask.any():
        for array in arrays_in(value):
            array[mask] = 0


class MaskZero(Decorator):
    """``m(x)`` with rows of zeros where the mask is set.

    Parameters
    ----------
    module : Module
        The module.
    v1 : bool or int, default False
        False: the mask comes from `setZeroMask`. True, or the number of dimensions of one sample (nInputDim): rows of
        the first array of the input that are all zero are masked.
    maskinput : bool, default False
        Whether to set rows of the input, in place, and of ``gradInput`` to zero as well.
    maskoutput : bool, default True
        Whether to set rows of the output and of ``gradOutput`` to zero.

    Attributes
    ----------
    zeroMask : ndarray of bool, (batch,), or False
        The mask.

    Notes
    -----
    Lua: rnn/MaskZero.lua of torch/rnn; a number as second argument means what it means in Element-Research's. As in
    both, ``accGradParameters`` gets the gradient unmasked, which matters for biases only.

    Examples
    --------
    >>> nn.MaskZero(nn.Add(2), 1).forward(np.array([[0.0, 0.0], [1.0, 2.0]]))[0]
    array([0., 0.])
    """

    v2: bool | None = None
    nInputDim: int | None = None
    zeroMask: Any = None
    gradOutput: Any = None
    _state = ("output", "gradInput", "gradOutput", "zeroMask")

    def __init__(
        self,
        module: Module,
        v1: bool | int | None = None,
        maskinput: bool | None = None,
        maskoutput: bool | None = None,
    ):
        super().__init__(module)
        by_rank = v1 is not None and not isinstance(v1, bool)
        if by_rank:
            self.nInputDim = check.number(self, v1, "nInputDim")
        self.v2 = not by_rank and not v1
        self.maskinput = check.flag(self, maskinput, "maskinput") and not by_rank
        self.maskoutput = maskoutput is not False

    def setZeroMask(self, zeroMask):
        self.zeroMask = as_mask(self, zeroMask)

    def updateOutput(self, input):
        if not self.v2:
            self.zeroMask = zero_rows(self, input, self.nInputDim)
        elif self.zeroMask is None:
            raise ValueError(f"{self.torch_typename}: a call of setZeroMask (with a mask or False) expected first")
        if self.maskinput and self.zeroMask is not False:
            clear_rows(input, self.zeroMask)
        output = self.modules[0].updateOutput(input)
        self.output = self._masked(self.output, output) if self.maskoutput else output
        return self.output

    def updateGradInput(self, input, gradOutput):
        if self.maskoutput:
            gradOutput = self.gradOutput = self._masked(self.gradOutput, gradOutput)
        self.gradInput = self.modules[0].updateGradInput(input, gradOutput)
        if self.maskinput and self.zeroMask is not False:
            clear_rows(self.gradInput, self.zeroMask)
        return self.gradInput

    def _masked(self, buffer, value):
        if self.zeroMask is False:
            return value
        value = copied(buffer, value)
        clear_rows(value, self.zeroMask)
        return value


class TrimZero(MaskZero):
    """As MaskZero with nInputDim, but m computes only the rows that are kept.

    Parameters
    ----------
    module : Module
        The module.
    nInputDim : int
        Dimensions of one sample.
    silent : bool, optional
        Not used.

    Notes
    -----
    Lua: rnn/TrimZero.lua of Element-Research. Where every row is masked, m sees one row of zeros. The gradient of the
    parameters is that of the kept rows (Lua's passes the whole gradOutput there, with rows that do not fit).
    """

    def __init__(self, module: Module, nInputDim: int, silent: bool | None = None):
        super().__init__(module, nInputDim)

    def updateOutput(self, input):
        self.zeroMask = zero_rows(self, input, self.nInputDim)
        output = self.modules[0].updateOutput(self._trimmed(input))
        self.output = self._spread(self.output, output)
        return self.output

    def updateGradInput(self, input, gradOutput):
        gradient = self.modules[0].updateGradInput(self._trimmed(input), self._trimmed(gradOutput))
        self.gradInput = self._spread(self.gradInput, gradient)
        return self.gradInput

    def accGradParameters(self, input, gradOutput, scale=1):
        if not self.zeroMask.all():
            self.modules[0].accGradParameters(self._trimmed(input), self._trimmed(gradOutput), scale)

    def _trimmed(self, value):
        """Return the rows that are kept."""
        mask = self.zeroMask
        if mask.all():
            return map_arrays(lambda array: np.zeros_like(array[:1] if mask.ndim else array), value)
        return map_arrays(lambda array: array[~mask] if mask.ndim else array, value)

    def _spread(self, buffer, value):
        """Return the rows in their places, zeros elsewhere."""
        mask = self.zeroMask

        def spread(array, room):
            room = sized(room, (len(mask), *array.shape[1:]) if mask.ndim else array.shape, array.dtype)
            room.fill(0)
            if not mask.all():
                room[~mask if mask.ndim else ...] = array
            return room

        return map_arrays(spread, value, buffer)


class LookupTableMaskZero(LookupTable):
    """As LookupTable, where index 0 stands for a row of zeros.

    Parameters
    ----------
    nIndex, nOutput : int
        Number of rows besides that of zeros, and their length.

    Attributes
    ----------
    weight, gradWeight : ndarray, (nIndex + 1, nOutput)
        The table; its first row is set to zero in each forward pass.

    Notes
    -----
    Lua: rnn/LookupTableMaskZero.lua of both packages.

    Examples
    --------
    >>> nn.LookupTableMaskZero(5, 2).forward(np.array([0, 3]))[0]
    array([0., 0.])
    """

    def __init__(self, nIndex: int, nOutput: int):
        super().__init__(nIndex + 1, nOutput)

    def updateOutput(self, input):
        raised = self._raised(input)
        check.indices(self, raised, (1, 2), len(self.weight))  # before the weight is touched
        self.weight[0].fill(0)
        return super().updateOutput(raised)

    def accGradParameters(self, input, gradOutput, scale=1):
        super().accGradParameters(self._raised(input), gradOutput, scale)

    def _raised(self, input):
        """Return indices from 1."""
        try:
            return np.asarray(input) + 1
        except (TypeError, ValueError):
            raise check.error(self, "input: an array of indices", input, TypeError) from None


class MaskZeroCriterion(Criterion):
    """``l`` of the rows that are not masked; no gradient for the others.

    Parameters
    ----------
    criterion : Criterion
        ``l``.
    v1 : bool or int, default False
        False: the mask comes from `setZeroMask`. True, or the number of dimensions of one sample (nInputDim): rows of
        the input that are all zero are masked.

    Notes
    -----
    Lua: rnn/MaskZeroCriterion.lua of torch/rnn; a number as second argument means what it means in Element-Research's.
    The loss is 0 where every row is masked.

    Examples
    --------
    >>> nn.MaskZeroCriterion(nn.MSECriterion(), 1).forward(np.array([[0.0], [3.0]]), np.array([[9.0], [1.0]]))
    4.0
    """

    v2: bool | None = None
    nInputDim: int | None = None
    zeroMask: Any = None

    def __init__(self, criterion: Criterion, v1: bool | int | None = None):
        super().__init__()
        if not isinstance(criterion, Criterion):
            raise check.error(self, "a criterion", criterion, TypeError)
        self.criterion = criterion
        by_rank = v1 is not None and not isinstance(v1, bool)
        if by_rank:
            self.nInputDim = check.number(self, v1, "nInputDim")
        self.v2 = not by_rank and not v1

    def setZeroMask(self, zeroMask):
        """Set the mask, ``(batch,)``, 1 where a row does not count; False for none."""
        self.zeroMask = as_mask(self, zeroMask, 1)

    def updateOutput(self, input, target):
        kept = self._kept(input)
        if kept is None:
            self.output = self.criterion.forward(input, target)
        else:
            chosen = self._chosen(kept, input, target)
            self.output = self.criterion.forward(*chosen) if kept.any() else 0.0
        return self.output

    def updateGradInput(self, input, target):
        kept = self._kept(input)
        if kept is None:
            self.gradInput = self.criterion.backward(input, target)
            return self.gradInput
        gradients = self.criterion.backward(*self._chosen(kept, input, target)) if kept.any() else None

        def spread(array, room, gradient):
            room = sized(room, array.shape, array.dtype if array.dtype.kind == "f" else dtype_of(self._type))
            room.fill(0)
            if gradient is not None:
                room[kept] = gradient
            return room

        self.gradInput = map_arrays(spread, input, self.gradInput, gradients)
        return self.gradInput

    def clearState(self):
        self.zeroMask = None
        self.criterion.clearState()
        return super().clearState()

    def __t7_fields__(self):
        """Return the fields to write: a mask that was computed is a table of indices in Element-Research's."""
        return {name: value for name, value in vars(self).items() if self.v2 or name != "zeroMask"}

    def _kept(self, input):
        """Return which rows count, None for all."""
        if not self.v2:
            self.zeroMask = zero_rows(self, input, self.nInputDim)
        if self.zeroMask is None:
            raise ValueError(f"{self.torch_typename}: a call of setZeroMask (with a mask or False) expected first")
        if self.zeroMask is False:
            return None
        rows = len(next(arrays_in(input)))
        if self.zeroMask.shape != (rows,):
            raise check.error(self, f"zeroMask of shape ({rows},)", self.zeroMask)
        return ~self.zeroMask

    def _chosen(self, kept, *values):
        """Return the rows that count of input and target."""

        def choose(array):
            array = np.asarray(array)
            if array.ndim == 0 or len(array) != len(kept):
                raise check.error(self, f"input and target with {len(kept)} rows", array)
            return array[kept]

        return [map_arrays(choose, value) for value in values]
