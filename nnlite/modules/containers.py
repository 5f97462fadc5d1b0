"""Containers of modules that work on arrays: Sequential."""

from ..core.container import Container
from ..core.module import Module

__all__ = ["Sequential"]


class Sequential(Container):
    """``m_n(... m_2(m_1(x)))``: the output of each module is the input of the next.

    Notes
    -----
    Lua: nn/Sequential.lua. Without modules it is the identity.

    Examples
    --------
    >>> mlp = nn.Sequential().add(nn.Linear(10, 25)).add(nn.Tanh()).add(nn.Linear(25, 1))
    >>> mlp.forward(np.ones((3, 10))).shape
    (3, 1)
    >>> mlp
    nn.Sequential {
      [input -> (1) -> (2) -> (3) -> output]
      (1): nn.Linear(10 -> 25)
      (2): nn.Tanh
      (3): nn.Linear(25 -> 1)
    }
    """

    def add(self, module):
        super().add(module)
        if len(self.modules) == 1:
            self.gradInput = module.gradInput
        self.output = module.output
        return self

    def insert(self, module, index=None):
        """Insert `module` so that it becomes number `index` (default: the last)."""
        count = len(self.modules)
        index = count + 1 if index is None else index
        if not 1 <= index <= count + 1:
            raise IndexError(f"{self.torch_typename}: insert wants a position from 1 to {count + 1}, got {index}")
        if not isinstance(module, Module):
            raise TypeError(f"{self.torch_typename}: insert wants a module, got {type(module).__name__} {module!r}")
        self.modules.insert(index - 1, module)
        self._show_ends()

    def remove(self, index=None):
        """Remove module number `index` (default: the last)."""
        count = len(self.modules)
        index = count if index is None else index
        if not 1 <= index <= count:
            raise IndexError(f"{self.torch_typename}: remove wants a position from 1 to {count}, got {index}")
        del self.modules[index - 1]
        self._show_ends()

    def updateOutput(self, input):
        output = input
        with self._position() as at:
            for at.index, module in enumerate(self.modules, 1):
                output = module.updateOutput(output)
        self.output = output
        return output

    def updateGradInput(self, input, gradOutput):
        with self._position() as at:
            for at.index, module, seen in self._reversed(input):
                gradOutput = module.updateGradInput(seen, gradOutput)
                module.gradInput = gradOutput
        self.gradInput = gradOutput
        return gradOutput

    def accGradParameters(self, input, gradOutput, scale=1):
        with self._position() as at:
            for at.index, module, seen in self._reversed(input):
                module.accGradParameters(seen, gradOutput, scale)
                gradOutput = module.gradInput

    def backward(self, input, gradOutput, scale=None):
        scale = 1 if scale is None else scale
        with self._position() as at:
            for at.index, module, seen in self._reversed(input):
                gradOutput = module.backward(seen, gradOutput, scale)
                module.gradInput = gradOutput
        self.gradInput = gradOutput
        return gradOutput

    def accUpdateGradParameters(self, input, gradOutput, lr):
        with self._position() as at:
            for at.index, module, seen in self._reversed(input):
                module.accUpdateGradParameters(seen, gradOutput, lr)
                gradOutput = module.gradInput

    def _reversed(self, input):
        """Yield ``(number, module, its input)`` from the last module to the first."""
        modules = self.modules
        for i in range(len(modules) - 1, 0, -1):
            yield i + 1, modules[i], modules[i - 1].output
        if modules:
            yield 1, modules[0], input

    def _show_ends(self):
        if self.modules:
            self.gradInput = self.modules[0].gradInput
            self.output = self.modules[-1].output

    def __len__(self):
        return len(self.modules)

    def __repr__(self):
        numbers = "".join(f" -> ({i})" for i in range(1, len(self.modules) + 1))
        lines = ["nn.Sequential {", f"  [input{numbers} -> output]"]
        lines += [f"  ({i}): " + repr(module).replace("\n", "\n  ") for i, module in enumerate(self.modules, 1)]
        return "\n".join([*lines, "}"])
