"""Looking at a network at work: NaN, Profile, PrintSize."""

import math

import numpy as np

from ..core.args import given
from ..core.module import Module
from ..core.tables import arrays_in
from ..core.timer import Timer
from .decorators import Decorator

__all__ = ["NaN", "PrintSize", "Profile"]


class NaN(Decorator):
    """``m(x)``, with an error as soon as something is NaN: the way to the module where it happens first.

    Parameters
    ----------
    module : Module
        The module.
    id : int, optional
        Number to tell the module by in the error; counted up by default.

    Raises
    ------
    ValueError
        If the output (then it says whether input or parameters are to blame), ``gradInput`` or a gradient of the
        parameters has a NaN.

    Notes
    -----
    Lua: nn/NaN.lua.

    Examples
    --------
    >>> nn.NaN(nn.Log(), 7).forward(np.array([np.nan]))
    Traceback (most recent call last):
    ValueError: NaN found in input of module :
    nn.NaN(7) @ nn.Log
    """

    _last_id = 0

    def __init__(self, module: Module, id: int | None = None):
        super().__init__(module)
        self.id = NaN.newId() if id is None else id

    @staticmethod
    def newId():
        """Return the next number."""
        NaN._last_id += 1
        return NaN._last_id

    def recursiveIsNaN(self, tensor):
        """Return whether the sum of an array, or of one in a nested table, is NaN."""
        with np.errstate(all="ignore"):
            return any(math.isnan(array.sum()) for array in arrays_in(tensor))

    def updateOutput(self, input):
        super().updateOutput(input)
        if self.recursiveIsNaN(self.output):
            self._refuse("input", input)
            self._refuse("parameters", self.parameters()[0])
            self._refuse("output", self.output)
        return self.output

    def updateGradInput(self, input, gradOutput):
        super().updateGradInput(input, gradOutput)
        if self.recursiveIsNaN(self.gradInput):
            self._refuse("gradOutput", gradOutput)
            self._refuse("gradInput", self.gradInput)
        return self.gradInput

    def accGradParameters(self, input, gradOutput, scale=1):
        super().accGradParameters(input, gradOutput, scale)
        self._refuse("gradParameters", self.parameters()[1])

    def _refuse(self, name, value):
        if self.recursiveIsNaN(value):
            raise ValueError(f"NaN found in {name} of module :\n{self}")

    def __repr__(self):
        return f"{self.torch_typename}({self.id}) @ {self.modules[0]!r}"


class Profile(Decorator):
    """``m(x)``, and prints how long it takes.

    Parameters
    ----------
    module : Module
        The module.
    print_interval : int, default 100
        After how many passes, forward and backward, to print their time.
    name : str, optional
        What to call it; the type of the module by default.

    Notes
    -----
    Lua: nn/Profile.lua. The time of ``accGradParameters`` is not counted.
    """

    def __init__(self, module: Module, print_interval: int | None = None, name: str | None = None):
        super().__init__(module)
        self.print_interval = given(print_interval, 100)
        self.name = given(name, module.torch_typename)
        self.module = module
        self.numFwds = self.numBwds = 0
        self.summedFwdTime = self.summedBwdTime = 0.0
        self.timer = Timer()

    def updateOutput(self, input):
        self.timer.reset()
        super().updateOutput(input)
        self.summedFwdTime += self.timer.time().real
        self.numFwds += 1
        if self.numFwds % self.print_interval == 0:
            self._print(self.summedFwdTime, "forward")
            self.numFwds, self.summedFwdTime = 0, 0.0
        return self.output

    def updateGradInput(self, input, gradOutput):
        self.timer.reset()
        super().updateGradInput(input, gradOutput)
        self.summedBwdTime += self.timer.time().real
        self.numBwds += 1
        if self.numBwds % self.print_interval == 0:
            self._print(self.summedBwdTime, "backward")
            self.numBwds, self.summedBwdTime = 0, 0.0
        return self.gradInput

    def _print(self, seconds, direction):
        print(f"{self.name} took {seconds:.3f} seconds for {self.print_interval} {direction} passes")


class PrintSize(Module):
    """``x`` itself; prints its sizes and those of ``gradOutput``.

    Parameters
    ----------
    prefix : str, default "PrintSize"
        What to print before them.

    Notes
    -----
    Lua: nn/PrintSize.lua. Of a table the sizes of its items are printed, where Lua prints an address.
    """

    def __init__(self, prefix: str | None = None):
        super().__init__()
        self.prefix = given(prefix, "PrintSize")

    def updateOutput(self, input):
        print(f"{self.prefix}:input\n\t{_size(input)}")
        self.output = input
        return input

    def updateGradInput(self, input, gradOutput):
        print(f"{self.prefix}:gradOutput\n\t{_size(gradOutput)}")
        self.gradInput = gradOutput
        return gradOutput


def _size(value) -> str:
    """Return the sizes of an array, as Lua prints a storage, or those of the items of a table."""
    if value is None:
        return "missing size"
    if isinstance(value, list | tuple):
        return "{" + ", ".join(_size(item) for item in value) + "}"
    if not isinstance(value, np.ndarray):
        return repr(value)
    width = len(str(max(value.shape, default=0))) + 1
    lines = "".join(f"{n:{width}d}\n" for n in value.shape)
    return f"{lines}[torch.LongStorage of size {value.ndim}]\n"
