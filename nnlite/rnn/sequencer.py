"""A whole sequence in one call, step by step: AbstractSequencer, Sequencer, Repeater; Remembering."""

from typing import Any

import numpy as np

from ..core import check
from ..core.args import given
from ..core.buffers import copied, empty, sized
from ..core.container import Container
from ..core.module import Module
from ..core.tables import map_arrays
from .recurrent import AbstractRecurrent, Recursor

__all__ = ["AbstractSequencer", "Remembering", "Repeater", "Sequencer", "sequence", "stacked"]


def sequence(owner, value, length=None, name="input"):
    """Return `value`, a sequence (a table, or an array whose first axis is time) of `length`, or raise an error."""
    if isinstance(value, np.ndarray):
        if value.ndim == 0 or len(value) == 0 or value.dtype.kind not in "iufb":
            raise check.error(owner, f"{name}: a sequence with at least one step", value)
    elif not check.table(owner, value, name=name):
        raise check.error(owner, f"{name}: a sequence with at least one step", value)
    if length is not None and len(value) != length:
        raise check.error(owner, f"{name} with {length} steps", value)
    return value


def stacked(owner, buffer, items):
    """Return arrays of one shape as one array, in `buffer` where it fits."""
    first = items[0]
    if not all(isinstance(item, np.ndarray) and item.shape == first.shape for item in items):
        raise check.error(owner, "arrays of one shape in all steps (or a table as input)", items[-1])
    buffer = sized(buffer, (len(items), *first.shape), first.dtype)
    for into, item in zip(buffer, items, strict=True):
        into[...] = item
    return buffer


class Remembering:
    """Keeps its state from one sequence to the next where `remember` says so; mixed into modules."""

    train: Any
    torch_typename: str
    _remember = "neither"

    def remember(self, remember=None):
        """Keep the state in ``'both'`` (default), in ``'train'``, ``'eval'`` or ``'neither'``; return self."""
        remember = given(remember, "both")
        if remember not in ("both", "eval", "train", "neither"):
            raise ValueError(f"{self.torch_typename}: both, eval, train or neither expected, got {remember!r}")
        self._remember = remember
        return self

    def hasMemory(self):
        """Return whether the state is kept in the present mode."""
        return self._remember in ("both", "eval" if self.train is False else "train")


class AbstractSequencer(Remembering, Container):
    """The base of containers that take a whole sequence. Lua: rnn/AbstractSequencer.lua of both packages."""

    def maxBPTTstep(self, seqlen):
        """Do nothing: the length of the sequence counts."""

    def sharedClone(self, shareParams=None, shareGradParams=None, stepClone=None):
        return super().sharedClone(shareParams, shareGradParams, False)

    def accUpdateGradParameters(self, input, gradOutput, lr):
        raise ValueError(f"{self.torch_typename}: backward and updateParameters expected, not accUpdateGradParameters")

    def training(self):
        if self.train is False:
            self.forget()
        super().training()

    def evaluate(self):
        if self.train is not False:
            self.forget()
        super().evaluate()


def _recurrent(owner, module):
    if not isinstance(module, Module):
        raise TypeError(f"{owner.torch_typename}: a module expected, got {module!r:.80}")
    return module if isinstance(module, AbstractRecurrent) else Recursor(module)


class Sequencer(AbstractSequencer):
    """``[m(x_1), ..., m(x_T)]``: a module, recurrent or not, applied to each step of a sequence.

    Parameters
    ----------
    module : Module
        The module; one that is not recurrent is put into a `Recursor`.

    Notes
    -----
    Lua: rnn/Sequencer.lua of both packages. A table gives a table; an array, whose first axis is time, gives an array.
    Each sequence begins with a forgotten past unless `remember` was called.

    Examples
    --------
    >>> net = nn.Sequencer(nn.Sequential().add(nn.FastLSTM(3, 4)).add(nn.Linear(4, 2)).add(nn.LogSoftMax()))
    >>> net.forward(np.ones((5, 8, 3))).shape
    (5, 8, 2)
    """

    _state = ("output", "gradInput", "tableoutput", "tablegradinput", "_output")
    tablegradinput: Any = None
    tableoutput: Any = None

    def __init__(self, module: Module):
        super().__init__()
        self.modules = [_recurrent(self, module)]
        self.output, self.tableoutput = [], []
        self.tablegradInput: Any = []
        self._output: Any = []
        self._remember = "neither"

    def updateOutput(self, input):
        input = sequence(self, input)
        module = self.modules[0]
        module.maxBPTTstep(len(input))
        if not self.hasMemory():
            module.forget()
        if self.train is False:  # one module takes all steps and re-uses its output
            kept = self.tableoutput if isinstance(self.tableoutput, list) else []
            kept = [*kept, *[None] * (len(input) - len(kept))]
            self.tableoutput = [copied(kept[t], module.updateOutput(x)) for t, x in enumerate(input)]
        else:
            self.tableoutput = [module.updateOutput(x) for x in input]
        self.output = self._like(input, self.output, self.tableoutput)
        return self.output

    def updateGradInput(self, input, gradOutput):
        gradients = self._backward(input, gradOutput, self.modules[0].updateGradInput)
        self.tablegradinput = gradients[::-1]
        self.gradInput = self._like(input, self.gradInput, self.tablegradinput)
        return self.gradInput

    def accGradParameters(self, input, gradOutput, scale=1):
        self._backward(input, gradOutput, lambda x, g: self.modules[0].accGradParameters(x, g, scale))

    def clearState(self):
        super().clearState()
        self.output, self.tableoutput = [], []
        return self

    def training(self):
        if self.train is False:
            self.tableoutput = []  # these arrays were the sequencer's own
        super().training()

    def evaluate(self):
        if self.train is not False:
            self.tableoutput = []
        super().evaluate()

    def __t7_fields__(self):
        return dict(vars(self), module=self.modules[0])

    def _like(self, input, buffer, items):
        """Return the results of all steps as the input is: one array, or a table."""
        if not isinstance(input, np.ndarray) or items[0] is None:
            return items
        return stacked(self, buffer, items)

    def _backward(self, input, gradOutput, call):
        input = sequence(self, input)
        gradOutput = sequence(self, gradOutput, len(input), "gradOutput")
        return [call(input[t], gradOutput[t]) for t in range(len(input) - 1, -1, -1)]

    def __repr__(self):
        return f"{self.torch_typename} @ {self.modules[0]!r}"


class Repeater(AbstractSequencer):
    """``[m(x), ..., m(x)]``: a recurrent module that sees the same input again and again.

    Parameters
    ----------
    module : Module
        The module.
    seqlen : int
        How often.

    Notes
    -----
    Lua: rnn/Repeater.lua of both packages (rho in Element-Research's). ``gradInput`` is the sum over the steps.
    """

    def __init__(self, module: Module, seqlen: int):
        super().__init__()
        self.seqlen = check.number(self, seqlen, "seqlen")
        self.module = _recurrent(self, module)
        self.module.maxBPTTstep(seqlen)
        self.modules = [self.module]
        self.output = []

    def maxBPTTstep(self, seqlen):
        self.seqlen = seqlen
        if "rho" in vars(self):
            self.rho = seqlen
        self.modules[0].maxBPTTstep(seqlen)

    def updateOutput(self, input):
        module, kept = self.modules[0], [*self.output, *[None] * int(self.seqlen)]
        module.forget()
        self.output = [copied(kept[t], module.updateOutput(input)) for t in range(int(self.seqlen))]
        return self.output

    def updateGradInput(self, input, gradOutput):
        check.table(self, gradOutput, int(self.seqlen), "gradOutput")
        total = None
        for gradient in reversed(gradOutput):
            part = self.modules[0].updateGradInput(input, gradient)
            if total is None:
                total = copied(self.gradInput, part)
            else:
                map_arrays(lambda a, b: np.add(a, b, out=a), total, part)
        self.gradInput = total
        return self.gradInput

    def accGradParameters(self, input, gradOutput, scale=1):
        for gradient in reversed(check.table(self, gradOutput, int(self.seqlen), "gradOutput")):
            self.modules[0].accGradParameters(input, gradient, scale)

    def clearState(self):
        gradient = self.gradInput
        super().clearState()
        self.output, self.gradInput = [], empty(getattr(gradient, "dtype", None))
        return self

    def __t7_fields__(self):
        return dict(vars(self), rho=self.seqlen, module=self.modules[0])

    def __repr__(self):
        inner = repr(self.modules[0]).replace("\n", "\n  ")
        return (
            f"{self.torch_typename} {{\n  [  input,    input,  ...,  input  ]\n       V         V             V     \n"
            f"  {inner}\n       V         V             V     \n"
            f"  [output(1),output(2),...,output({self.seqlen:.0f})]\n}}"
        )
