"""Modules made of modules: Container, and how they are printed."""

from .args import given
from .module import Module

__all__ = ["Container"]


class _Position:
    """Adds ``in module i of <container>`` to an error raised inside its block."""

    __slots__ = ("container", "index")

    def __init__(self, container):
        self.container = container
        self.index = 0

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if error is not None:
            error.add_note(f"in module {self.index} of {self.container.torch_typename}")


class Container(Module):
    """A module made of the modules in ``modules``; the base of Sequential, Concat, ParallelTable, ...

    Attributes
    ----------
    modules : list of Module
        ``modules[0]`` is ``get(1)``.

    Notes
    -----
    Lua: nn/Container.lua. An error inside a child carries a note that names its position.
    """

    def __init__(self) -> None:
        super().__init__()
        self.modules: list[Module] = []

    def add(self, module):
        """Append `module` and return the container."""
        if not isinstance(module, Module):
            raise TypeError(f"{self.torch_typename}: add wants a module, got {type(module).__name__} {module!r}")
        if "_type" not in vars(module):
            raise TypeError(f"{module.torch_typename}: its __init__ has to begin with super().__init__()")
        self.modules.append(module)
        return self

    def get(self, index):
        """Return module number `index`, counted from 1."""
        if not 1 <= index <= len(self.modules):
            raise IndexError(f"{self.torch_typename}: get wants a position from 1 to {len(self.modules)}, got {index}")
        return self.modules[index - 1]

    def size(self):
        """Return the number of modules."""
        return len(self.modules)

    def applyToModules(self, callback):
        """Call ``callback(module)`` for the direct children."""
        for module in self.modules:
            callback(module)

    def zeroGradParameters(self):
        self.applyToModules(lambda module: module.zeroGradParameters())

    def updateParameters(self, learningRate):
        self.applyToModules(lambda module: module.updateParameters(learningRate))

    def training(self):
        self.applyToModules(lambda module: module.training())
        super().training()

    def evaluate(self):
        self.applyToModules(lambda module: module.evaluate())
        super().evaluate()

    def share(self, mlp, *names):
        for module, other in zip(self.modules, mlp.modules, strict=True):
            module.share(other, *names)
        return self

    def reset(self, stdv=None):
        self.applyToModules(lambda module: module.reset(stdv))

    def parameters(self):
        parameters, gradients = [], []
        for module in self.modules:
            both = module.parameters()
            if both is not None:
                parameters += both[0]
                gradients += both[1]
        return parameters, gradients

    def clearState(self):
        super().clearState()
        self.applyToModules(lambda module: module.clearState())
        return self

    def _position(self):
        """Return a context whose ``index`` names the child at work, for the note on an error."""
        return _Position(self)

    def _branches(self, name=None) -> str:
        """Return the print of children that stand side by side."""
        lines = [f"{given(name, self.torch_typename)} {{", "  input"]
        for i, module in enumerate(self.modules, 1):
            corner, bar = ("|`", "  |") if i < len(self.modules) else (" `", "   ")
            lines.append(f"    {corner}-> ({i}): " + repr(module).replace("\n", f"\n  {bar}    "))
        return "\n".join([*lines, "     ... -> output", "}"])
