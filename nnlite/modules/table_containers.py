"""Containers of modules that work on tables: ConcatTable, ParallelTable, MapTable."""

from ..core import check
from ..core.args import given
from ..core.branching import Branching
from ..core.container import Container
from ..core.module import Module

__all__ = ["ConcatTable", "MapTable", "ParallelTable"]


class ConcatTable(Branching):
    """``[m_1(x), ..., m_n(x)]``: a table of the outputs of all modules for one input.

    Notes
    -----
    Lua: nn/ConcatTable.lua. The input may be a table if all modules take one. ``gradInput`` is the sum of the modules'
    gradients, tables item by item; a module that returns none (``gradInput = None``) is left out.

    Examples
    --------
    >>> mlp = nn.ConcatTable().add(nn.Linear(5, 2)).add(nn.Identity())
    >>> [output.shape for output in mlp.forward(np.ones((3, 5)))]
    [(3, 2), (3, 5)]
    """

    def __init__(self) -> None:
        super().__init__()
        self.output = []

    def updateOutput(self, input):
        self.output = self._run(input)
        return self.output

    def _parts(self, gradOutput):
        check.table(self, gradOutput, len(self.modules), name="gradOutput")
        for i, module in enumerate(self.modules):
            yield i + 1, module, gradOutput[i]


class _ItemByItem(Container):
    """Module i works on item i of a table; the base of ParallelTable and MapTable."""

    def __init__(self) -> None:
        super().__init__()
        self.output = []
        self.gradInput = []

    def updateOutput(self, input):
        output = []
        with self._position() as at:
            for at.index, module, item in self._items(input):
                output.append(module.updateOutput(item))
        self.output = output
        return output

    def updateGradInput(self, input, gradOutput):
        gradInput = []
        with self._position() as at:
            for at.index, module, item, gradient in self._pairs(input, gradOutput):
                gradInput.append(module.updateGradInput(item, gradient))
        self.gradInput = gradInput
        return gradInput

    def accGradParameters(self, input, gradOutput, scale=1):
        with self._position() as at:
            for at.index, module, item, gradient in self._pairs(input, gradOutput):
                module.accGradParameters(item, gradient, scale)

    def accUpdateGradParameters(self, input, gradOutput, lr):
        with self._position() as at:
            for at.index, module, item, gradient in self._pairs(input, gradOutput):
                module.accUpdateGradParameters(item, gradient, lr)

    def _items(self, input):
        """Yield ``(number, module, its input)``."""
        raise NotImplementedError

    def _pairs(self, input, gradOutput):
        """Yield ``(number, module, its input, its gradOutput)``."""
        check.table(self, gradOutput, len(input), name="gradOutput")
        for i, module, item in self._items(input):
            yield i, module, item, gradOutput[i - 1]


class ParallelTable(_ItemByItem):
    """``[m_1(x1), ..., m_n(xn)]``: module i works on item i of a table.

    Raises
    ------
    ValueError
        If the input has not as many items as there are modules.

    Notes
    -----
    Lua: nn/ParallelTable.lua.

    Examples
    --------
    >>> mlp = nn.ParallelTable().add(nn.Linear(10, 2)).add(nn.Linear(5, 3))
    >>> [output.shape for output in mlp.forward([np.ones(10), np.ones(5)])]
    [(2,), (3,)]
    """

    def _items(self, input):
        check.table(self, input, len(self.modules))
        for i, module in enumerate(self.modules):
            yield i + 1, module, input[i]

    def __repr__(self):
        return self._branches()


class MapTable(_ItemByItem):
    """``[m(x1), ..., m(xn)]``: copies of one module work on all items of a table.

    Parameters
    ----------
    module : Module, optional
        The module; it can also be given to `add`.
    shared : bool, default True
        Whether the copies share the parameters ``sharedparams`` of the module.

    Attributes
    ----------
    module : Module or None
        The module, which is also ``modules[0]``.
    sharedparams : list of str
        Names of the shared arrays: weight, bias, gradWeight, gradBias.

    Notes
    -----
    Lua: nn/MapTable.lua. The copies are made when a longer table comes; they draw no random numbers.

    Examples
    --------
    >>> mlp = nn.MapTable(nn.Linear(10, 3))
    >>> [output.shape for output in mlp.forward([np.ones(10), np.ones((4, 10))])]
    [(3,), (4, 3)]
    """

    def __init__(self, module: Module | None = None, shared: bool | None = None):
        super().__init__()
        self.shared = given(shared, True)
        self.sharedparams = ["weight", "bias", "gradWeight", "gradBias"]
        self.module: Module | None = None
        if module is not None:
            self.add(module)

    def add(self, module):
        """Set the module, of which there is only one, and return the container."""
        if self.module is not None:
            raise ValueError(f"{self.torch_typename}: single module required, got another {check.describe(module)}")
        super().add(module)
        self.module = module
        return self

    def resize(self, n):
        """Hold exactly `n` copies."""
        self._extend(n)
        del self.modules[n:]

    def zeroGradParameters(self):
        for module in self._owners():
            module.zeroGradParameters()

    def updateParameters(self, learningRate):
        for module in self._owners():
            module.updateParameters(learningRate)

    def clearState(self):
        del self.modules[1:]
        return super().clearState()

    def _owners(self):
        """Return the modules that have parameters of their own."""
        return self.modules[:1] if self.shared else self.modules

    def _extend(self, n):
        if self.module is None:
            raise ValueError(f"{self.torch_typename}: a module expected, got none yet: call add")
        self.modules[:1] = [self.module]
        names = given(self.sharedparams, ["weight", "bias", "gradWeight", "gradBias"]) if self.shared else []
        while len(self.modules) < n:
            self.modules.append(self.module.clone(*names))

    def _items(self, input):
        check.table(self, input)
        self._extend(len(input))
        for i, item in enumerate(input):
            yield i + 1, self.modules[i], item

    def __repr__(self):
        if self.module is None:
            return f"{self.torch_typename} {{ }}"
        return f"{self.torch_typename} {{\n  " + repr(self.module).replace("\n", "\n        ") + "\n}"
