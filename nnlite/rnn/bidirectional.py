"""Sequences in both directions: BiSequencer, BiSequencerLM, SeqBLSTM, SeqBGRU, SeqBRNN, and modules that reverse."""

from typing import Any

import numpy as np

from ..core import check
from ..core.args import given
from ..core.buffers import alias, copied, sized, zeroed
from ..core.module import Module
from ..core.tables import map_arrays
from ..modules.containers import Sequential
from ..modules.decorators import Decorator
from ..modules.layout import Transpose
from ..modules.table_arithmetic import CAddTable
from ..modules.table_containers import ConcatTable
from ..modules.tables import JoinTable, ZipTable
from .masking import as_mask
from .recurrent import AbstractRecurrent
from .sequence import SeqGRU, SeqLSTM, Sequence
from .sequencer import AbstractSequencer, Sequencer, sequence

__all__ = [
    "BiSequencer",
    "BiSequencerLM",
    "ReverseSequence",
    "ReverseTable",
    "ReverseUnreverse",
    "SeqBGRU",
    "SeqBLSTM",
    "SeqBRNN",
    "SeqReverseSequence",
]


class ReverseSequence(Module):
    """``[x_T, ..., x_1]``: the steps of a sequence, a table or an array, in reverse. Lua: rnn/ReverseSequence.lua."""

    def updateOutput(self, input):
        self.output = self._reversed(self.output, sequence(self, input))
        return self.output

    def updateGradInput(self, input, gradOutput):
        gradOutput = sequence(self, gradOutput, len(sequence(self, input)), "gradOutput")
        self.gradInput = self._reversed(self.gradInput, gradOutput)
        return self.gradInput

    @staticmethod
    def _reversed(buffer, value):
        if not isinstance(value, np.ndarray):
            return alias(list(value[::-1]))
        buffer = sized(buffer, value.shape, value.dtype)
        buffer[...] = value[::-1]
        return buffer


class ReverseTable(Module):
    """``[x_n, ..., x_1]``: the items of a table in reverse. Lua: ReverseTable.lua of dpnn."""

    def __init__(self) -> None:
        super().__init__()
        self.output, self.gradInput = [], []

    def updateOutput(self, input):
        self.output = alias(list(check.table(self, input)[::-1]))
        return self.output

    def updateGradInput(self, input, gradOutput):
        self.gradInput = alias(list(check.table(self, gradOutput, len(input), "gradOutput")[::-1]))
        return self.gradInput


class SeqReverseSequence(Module):
    """``x`` with a dimension in reverse.

    Parameters
    ----------
    dim : int
        The dimension, counted from 1, at most 3.

    Notes
    -----
    Lua: rnn/SeqReverseSequence.lua of both packages.
    """

    def __init__(self, dim: int):
        super().__init__()
        if not 1 <= check.number(self, dim, "dim") <= 3:
            raise check.error(self, "dim from 1 to 3", dim)
        self.dim = dim

    def updateOutput(self, input):
        self.output = self._reversed(self.output, check.array(self, input))
        return self.output

    def updateGradInput(self, input, gradOutput):
        self.gradInput = self._reversed(self.gradInput, check.gradient(self, gradOutput, self.output))
        return self.gradInput

    def _reversed(self, buffer, array):
        axis = check.axis(self, self.dim, array)
        buffer = sized(buffer, array.shape, array.dtype)
        buffer[...] = np.flip(array, axis)
        return buffer


def is_sequencer(module):
    """Return whether a module takes whole sequences."""
    return isinstance(module, AbstractSequencer | Sequence)


class ReverseUnreverse(Decorator):
    """``reverse(m(reverse(x)))`` for a module of sequences.

    Parameters
    ----------
    sequencer : Module
        The module.

    Notes
    -----
    Lua: rnn/ReverseUnreverse.lua of torch/rnn. A mask is reversed as well.
    """

    def __init__(self, sequencer: Module):
        if not is_sequencer(sequencer):
            name = getattr(sequencer, "torch_typename", type(sequencer).__name__)
            raise TypeError(f"{self.torch_typename}: a Sequencer, SeqLSTM or SeqGRU expected, got {name}")
        super().__init__(Sequential().add(ReverseSequence()).add(sequencer).add(ReverseSequence()))

    def getModule(self):
        """Return the module inside."""
        return self.modules[0].get(2)

    def setZeroMask(self, zeroMask):
        mask = as_mask(self, zeroMask)
        self.modules[0].setZeroMask(mask if mask is False else mask[::-1])


class BiSequencer(AbstractSequencer):
    """``merge([forward(x), backward(x)])`` step by step; the second sees the sequence in reverse.

    Parameters
    ----------
    forward : Module
        Recurrent, or a module of sequences.
    backward : Module, optional
        Likewise; by default a copy of the first with new parameters.
    merge : Module or int, optional
        What joins the two sequences, CAddTable by default. A number means what it does in Element-Research's package:
        tables as sequences, the outputs of a step joined along dimension 1 of samples with so many dimensions.

    Notes
    -----
    Lua: rnn/BiSequencer.lua of torch/rnn; Element-Research's puts `merge` into a Sequencer, which takes
    ``[forward, backward]`` of a step: files of both are loaded.

    Examples
    --------
    >>> nn.BiSequencer(nn.RecLSTM(3, 2)).forward(np.ones((5, 4, 3))).shape
    (5, 4, 2)
    >>> nn.BiSequencer(nn.FastLSTM(3, 2), None, 1).forward([np.ones((4, 3)), np.ones((4, 3))])[0].shape
    (4, 4)
    """

    module: Any = None

    def __init__(self, forward: Module, backward: Module | None = None, merge: Module | int | None = None):
        super().__init__()
        backward = _twin(self, forward, backward)
        if isinstance(merge, int):
            self._build_tables(forward, backward, JoinTable(1, merge))
            return
        forward, backward = (m if is_sequencer(m) else Sequencer(m) for m in (forward, backward))
        both = ConcatTable().add(forward).add(ReverseUnreverse(backward))
        self.modules = [Sequential().add(both).add(CAddTable() if merge is None else merge)]

    def getForward(self):
        """Return the module that sees the sequence as it is."""
        return self.modules[0].get(1).get(1)

    def getBackward(self):
        """Return the module that sees it in reverse."""
        return self._reversing().get(2)

    def remember(self, remember=None):
        if self.module is not None:  # Element-Research's sequencers inside do not hear of it
            return super().remember(remember)
        self.getForward().remember(remember)
        self.getBackward().remember("neither")
        return self

    updateOutput = Decorator.updateOutput
    updateGradInput = Decorator.updateGradInput
    accGradParameters = Decorator.accGradParameters

    def _build_tables(self, forward, backward, merge):
        """Build Element-Research's modules, for tables as sequences, and keep them in its fields."""
        self.forwardModule, self.backwardModule, self.mergeModule = forward, backward, merge
        forward, backward = (m if is_sequencer(m) else Sequencer(m) for m in (forward, backward))
        self.fwdSeq, self.bwdSeq, self.mergeSeq = forward, backward, Sequencer(merge)
        reversing = Sequential().add(ReverseTable()).add(backward).add(ReverseTable())
        both = ConcatTable().add(forward).add(reversing)
        self.module = Sequential().add(both).add(ZipTable()).add(self.mergeSeq)
        self.modules = [self.module]
        self.output, self.gradInput = [], []

    def _reversing(self):
        """Return the chain of reversal, module, reversal."""
        backward = self.modules[0].get(1).get(2)
        return backward.get(1) if isinstance(backward, ReverseUnreverse) else backward

    def __repr__(self):
        if self.module is not None:  # as Element-Research prints it
            return f"{self.torch_typename} @ {self.modules[0]!r}"
        parts = (("forward: ", self.getForward()), ("backward:", self.getBackward()), ("merge:   ", self._merge()))
        lines = [f"  {name} " + repr(module).replace("\n", "\n    |    ") for name, module in parts]
        return "\n".join([f"{self.torch_typename} {{", *lines, "}"])

    def _merge(self):
        return self.modules[0].get(2)


def _twin(owner, forward, backward):
    """Return the backward module: `backward`, or a copy of `forward` with new parameters."""
    for module in (forward, backward):
        if not isinstance(module, Module) and (module is not None or module is forward):
            raise TypeError(f"{owner.torch_typename}: a module expected, got {module!r:.80}")
    if backward is None:
        backward = forward.clone()
        backward.reset()
    return backward


class SeqBLSTM(BiSequencer):
    """As BiSequencer of two SeqLSTM.

    Parameters
    ----------
    inputsize, hiddensize : int
        As in `SeqLSTM`.
    outputsize : int or Module, optional
        As in `SeqLSTM`, or `merge`.
    merge : Module, default CAddTable
        What joins the two outputs.

    Notes
    -----
    Lua: rnn/SeqBLSTM.lua of torch/rnn.
    """

    def __init__(
        self,
        inputsize: int,
        hiddensize: int,
        outputsize: int | Module | None = None,
        merge: Module | None = None,
    ):
        if isinstance(outputsize, Module):
            merge, outputsize = outputsize, None
        super().__init__(SeqLSTM(inputsize, hiddensize, outputsize), None, merge)


class SeqBGRU(BiSequencer):
    """As BiSequencer of two SeqGRU; the arguments as in `SeqBLSTM`. Lua: rnn/SeqBGRU.lua of torch/rnn."""

    def __init__(self, inputsize: int, outputsize: int, merge: Module | None = None):
        super().__init__(SeqGRU(inputsize, outputsize), None, merge)


class SeqBRNN(Decorator):
    """As SeqBLSTM, with the batch as first axis if wanted.

    Parameters
    ----------
    inputDim, hiddenDim : int
        Lengths of a step of input and output.
    batchFirst : bool, default False
        Whether the first axis is the batch, the second time.
    merge : Module, default CAddTable
        What joins the two outputs.

    Notes
    -----
    Lua: rnn/SeqBRNN.lua of Element-Research.
    """

    def __init__(
        self,
        inputDim: int,
        hiddenDim: int,
        batchFirst: bool | None = None,
        merge: Module | None = None,
    ):
        self.forwardModule, self.backwardModule = SeqLSTM(inputDim, hiddenDim), SeqLSTM(inputDim, hiddenDim)
        self.forwardModule.v2 = self.backwardModule.v2 = None  # they are Element-Research's
        self.merge, self.dim = CAddTable() if merge is None else merge, 1
        backward = Sequential().add(SeqReverseSequence(1)).add(self.backwardModule).add(SeqReverseSequence(1))
        self.module = Sequential().add(ConcatTable().add(self.forwardModule).add(backward)).add(self.merge)
        if batchFirst:
            self.module.insert(Transpose([1, 2]), 1)
            self.module.add(Transpose([1, 2]))
        super().__init__(self.module)


class BiSequencerLM(AbstractSequencer):
    """``merge`` of what comes before each step and what comes after it: for models of language in both directions.

    The forward module sees all steps but the last, the backward one all but the first, in reverse; step t gets
    ``merge([forward output of t - 1, backward output of t + 1])``, with zeros at the ends.

    Parameters
    ----------
    forward : Module
        Recurrent, or a module of sequences.
    backward : Module, optional
        Likewise; by default a copy of the first with new parameters.
    merge : Module or int, default 1
        What joins the two outputs of a step; a number means a JoinTable for samples with so many dimensions.

    Notes
    -----
    Lua: rnn/BiSequencerLM.lua of both packages. Sequences are tables of at least two steps.
    """

    def __init__(self, forward: Module, backward: Module | None = None, merge: Module | int | None = None):
        super().__init__()
        self.forwardModule, self.backwardModule = forward, _twin(self, forward, backward)
        merge = given(merge, 1)
        self.mergeModule = JoinTable(1, merge) if isinstance(merge, int) else merge
        self.fwdSeq, self.bwdSeq = (
            Sequencer(m) if isinstance(m, AbstractRecurrent) else m for m in (self.forwardModule, self.backwardModule)
        )
        self.mergeSeq = Sequencer(self.mergeModule)
        self._fwd, self._bwd = self.fwdSeq, ReverseUnreverse(self.bwdSeq)
        self._merge = Sequential().add(ZipTable()).add(self.mergeSeq)
        self.modules = [self._fwd, self._bwd, self._merge]
        self.output, self.gradInput = [], []

    def setZeroMask(self, zeroMask):
        raise ValueError(f"{self.torch_typename}: no masks for models that look one step ahead")

    def updateOutput(self, input):
        self.output = self.modules[2].updateOutput(self._halves(input))
        return self.output

    def updateGradInput(self, input, gradOutput):
        forward, backward = self._merged_gradients(input, gradOutput)
        first = self.modules[0].updateGradInput(input[:-1], forward)
        second = self.modules[1].updateGradInput(input[1:], backward)
        kept = self.gradInput if len(self.gradInput) == len(input) else [None] * len(input)
        gradients = [copied(kept[t], part) for t, part in enumerate(first)]
        for t, part in enumerate(second[:-1], 1):
            map_arrays(lambda a, b: np.add(a, b, out=a), gradients[t], part)
        self.gradInput = [*gradients, copied(kept[-1], second[-1])]
        return self.gradInput

    def accGradParameters(self, input, gradOutput, scale=1):
        halves = self._mergeInput
        forward, backward = self._mergeGradInput
        self.modules[2].accGradParameters(halves, gradOutput, scale)
        self.modules[0].accGradParameters(input[:-1], forward[1:], scale)
        self.modules[1].accGradParameters(input[1:], backward[:-1], scale)

    def _halves(self, input):
        """Return the outputs of both directions, each with zeros where a direction has seen nothing."""
        if len(check.table(self, input)) < 2:
            raise check.error(self, "input: a table of at least 2 steps", input)
        forward = self.modules[0].updateOutput(input[:-1])
        backward = self.modules[1].updateOutput(input[1:])
        nothing = [zeroed(None, end) for end in (forward[0], backward[-1])]
        self._mergeInput = [[nothing[0], *forward], [*backward, nothing[1]]]
        return self._mergeInput

    def _merged_gradients(self, input, gradOutput):
        check.table(self, gradOutput, len(input), "gradOutput")
        self._mergeGradInput = self.modules[2].updateGradInput(self._mergeInput, gradOutput)
        return self._mergeGradInput[0][1:], self._mergeGradInput[1][:-1]

    def __repr__(self):
        names = ("(  fwd  )", "(  bwd  )", "( merge )")
        pairs = zip(names, self.modules, strict=True)
        lines = [f"  {name}: " + repr(module).replace("\n", "\n    |    ") for name, module in pairs]
        return "\n".join([f"{self.torch_typename} {{", *lines, "}"])
