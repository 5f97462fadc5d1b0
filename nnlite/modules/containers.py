"""Containers of modules that work on arrays: Sequential, Concat, DepthConcat, Parallel."""

from ..core import check
from ..core.args import given
from ..core.branching import Branching
from ..core.buffers import sized
from ..core.container import Container
from ..core.module import Module, check_forwarded
from ..core.tensor_types import storage
from ..kernels import arithmetic

__all__ = ["Concat", "DepthConcat", "Parallel", "Sequential"]


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
        def run(module, seen, gradient):
            module.gradInput = module.updateGradInput(seen, gradient)

        self.gradInput = self._run_back(run, input, gradOutput)
        return self.gradInput

    def accGradParameters(self, input, gradOutput, scale=1):
        self._run_back(
            lambda module, seen, gradient: module.accGradParameters(seen, gradient, scale), input, gradOutput
        )

    def backward(self, input, gradOutput, scale=None):
        check_forwarded(self, input)
        scale = given(scale, 1)

        def run(module, seen, gradient):
            module.gradInput = module.backward(seen, gradient, scale)

        self.gradInput = self._run_back(run, input, gradOutput)
        return self.gradInput

    def accUpdateGradParameters(self, input, gradOutput, lr):
        self._run_back(
            lambda module, seen, gradient: module.accUpdateGradParameters(seen, gradient, lr), input, gradOutput
        )

    def _run_back(self, run, input, gradOutput):
        """Call ``run(module, its input, gradient of its output)`` for all modules, the last one first.

        Return the gradient of the input. A module that computes no gradInput ends it, if no module before it has
        parameters.
        """
        modules = self.modules
        with self._position() as at:
            for at.index in range(len(modules), 0, -1):
                module = modules[at.index - 1]
                skipped = gradOutput is None and at.index < len(modules)
                if skipped and not any(map(_has_parameters, modules[: at.index])):
                    break
                run(module, modules[at.index - 2].output if at.index > 1 else input, gradOutput)
                gradOutput = module.gradInput
        return gradOutput

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


def _has_parameters(module):
    both = module.parameters()
    return both is not None and len(both[0]) > 0


class Concat(Branching):
    """``join(m_1(x), ..., m_n(x))``: the outputs of all modules for one input, joined along a dimension.

    Parameters
    ----------
    dimension : int
        Dimension of the outputs, counted from 1 (the one of a batch counts) or from the end.

    Attributes
    ----------
    outputSize : storage
        Sizes of the last output.

    Raises
    ------
    ValueError
        If the outputs differ in another dimension.

    Notes
    -----
    Lua: nn/Concat.lua. The input may be a table if all modules take one. ``gradInput`` is the sum of the modules'
    gradients; a module that returns none (``gradInput = None``) is left out.

    Examples
    --------
    >>> nn.Concat(2).add(nn.Linear(5, 3)).add(nn.Linear(5, 7)).forward(np.ones((4, 5))).shape
    (4, 10)
    """

    def __init__(self, dimension: int):
        super().__init__()
        self.outputSize = storage()
        self.dimension = dimension

    def updateOutput(self, input):
        outputs = check.arrays(self, self._run(input), name="output of the modules")
        axis = check.axis(self, self.dimension, outputs[0], name="output")
        shape = check.joined(self, outputs, axis, name="output of the modules")
        before = self.output
        self.output = sized(before, shape, outputs[0].dtype)
        if self.output is not before:
            self.outputSize = storage(*shape)
        arithmetic.join(outputs, axis, self.output)
        return self.output

    def _parts(self, gradOutput):
        gradOutput = check.gradient(self, gradOutput, self.output)
        axis = check.axis(self, self.dimension, self.output, name="output")
        start = 0
        for i, module in enumerate(self.modules, 1):
            stop = start + module.output.shape[axis]
            yield i, module, self._window(gradOutput, module.output, axis, start, stop)
            start = stop

    def _window(self, array, output, axis, start, stop):
        """Return the view of `array` that belongs to one module's `output`."""
        return arithmetic.along(array, axis, slice(start, stop))


class DepthConcat(Concat):
    """As Concat, for maps of different sizes: the smaller ones stand in the middle of zeros.

    Notes
    -----
    Lua: nn/DepthConcat.lua. A size that does not divide evenly leaves the larger margin behind. As in Torch,
    ``backward`` forgets its ``scale``; ``updateGradInput`` and ``accGradParameters`` do not.

    Examples
    --------
    >>> wide, narrow = nn.SpatialConvolution(3, 16, 1, 1), nn.SpatialConvolution(3, 8, 3, 3)
    >>> nn.DepthConcat(1).add(wide).add(narrow).forward(np.ones((3, 10, 12))).shape
    (24, 10, 12)
    """

    def updateOutput(self, input):
        outputs = check.arrays(self, self._run(input), name="output of the modules")
        axis = check.axis(self, self.dimension, outputs[0], name="output")
        for output in outputs[1:]:
            if output.ndim != outputs[0].ndim:
                raise check.error(self, f"output of {outputs[0].ndim} dimensions from every module", output)
        shape = [max(sizes) for sizes in zip(*(output.shape for output in outputs), strict=True)]
        shape[axis] = sum(output.shape[axis] for output in outputs)
        self.output = sized(self.output, tuple(shape), outputs[0].dtype)
        self.outputSize = storage(*shape)
        self.output.fill(0)
        start = 0
        for output in outputs:
            stop = start + output.shape[axis]
            arithmetic.copy(output, self._window(self.output, output, axis, start, stop))
            start = stop
        return self.output

    def backward(self, input, gradOutput, scale=None):
        return super().backward(input, gradOutput)

    def _window(self, array, output, axis, start, stop):
        index = [slice((n - k) // 2, (n - k) // 2 + k) for n, k in zip(array.shape, output.shape, strict=True)]
        index[axis] = slice(start, stop)
        return array[tuple(index)]


class Parallel(Container):
    """``join(m_1(x[1]), ..., m_n(x[n]))``: module i works on slice i of the input, the outputs are joined.

    Parameters
    ----------
    inputDimension, outputDimension : int
        Dimension of the input that is taken apart, and dimension of the outputs along which they are joined.

    Attributes
    ----------
    totalOutputSize : storage
        Sizes of the last output.

    Raises
    ------
    ValueError
        If there are fewer modules than slices.

    Notes
    -----
    Lua: nn/Parallel.lua. The slices have no inputDimension any more.

    Examples
    --------
    >>> mlp = nn.Parallel(2, 1).add(nn.Linear(10, 3)).add(nn.Linear(10, 2))
    >>> mlp.forward(np.ones((10, 2))).shape
    (5,)
    """

    def __init__(self, inputDimension: int, outputDimension: int):
        super().__init__()
        self.inputDimension = inputDimension
        self.outputDimension = outputDimension
        self.totalOutputSize = storage()

    def updateOutput(self, input):
        input = check.array(self, input)
        outputs = []
        with self._position() as at:
            for at.index, module, part in self._slices(input):
                outputs.append(module.updateOutput(part))
        outputs = check.arrays(self, outputs, name="output of the modules")
        axis = check.axis(self, self.outputDimension, outputs[0], name="output")
        shape = check.joined(self, outputs, axis, name="output of the modules")
        before = self.output
        self.output = sized(before, shape, outputs[0].dtype)
        if self.output is not before:
            self.totalOutputSize = storage(*shape)
        arithmetic.join(outputs, axis, self.output)
        return self.output

    def updateGradInput(self, input, gradOutput):
        input = check.array(self, input)
        self.gradInput = sized(self.gradInput, input.shape, input.dtype)
        targets = (part for _, _, part in self._slices(self.gradInput))
        with self._position() as at:
            for (at.index, module, part, gradient), target in zip(self._parts(input, gradOutput), targets, strict=True):
                arithmetic.copy(module.updateGradInput(part, gradient), target)
        return self.gradInput

    def accGradParameters(self, input, gradOutput, scale=1):
        with self._position() as at:
            for at.index, module, part, gradient in self._parts(check.array(self, input), gradOutput):
                module.accGradParameters(part, gradient, scale)

    def accUpdateGradParameters(self, input, gradOutput, lr):
        with self._position() as at:
            for at.index, module, part, gradient in self._parts(check.array(self, input), gradOutput):
                module.accUpdateGradParameters(part, gradient, lr)

    def _slices(self, array):
        """Yield ``(number, module, its slice of the array)``."""
        axis = check.axis(self, self.inputDimension, array)
        if array.shape[axis] > len(self.modules):
            raise check.error(self, f"input.shape[{axis}] <= {len(self.modules)}, the number of modules,", array)
        for i in range(array.shape[axis]):
            yield i + 1, self.modules[i], arithmetic.along(array, axis, i)

    def _parts(self, input, gradOutput):
        """Yield ``(number, module, its slice of the input, its part of gradOutput)``."""
        gradOutput = check.gradient(self, gradOutput, self.output)
        axis = check.axis(self, self.outputDimension, self.output, name="output")
        start = 0
        for i, module, part in self._slices(input):
            stop = start + module.output.shape[axis]
            yield i, module, part, arithmetic.along(gradOutput, axis, slice(start, stop))
            start = stop

    def __repr__(self):
        return self._branches()
