"""How a gModule runs: Plan, a list of steps that hand values forward and gradients backward."""

import copy

import numpy as np

from ..core.buffers import sized
from ..core.module import Module
from ..core.tables import map_arrays
from ..kernels import parallel
from ..modules.linear import Linear
from ..modules.shape import Identity

__all__ = ["Plan", "Step", "Together"]

_THREADED = 1 << 20  # multiplications of a product that pays for a thread's hand-off


class Plan:
    """The nodes of a gModule as steps, in the order of forward and of backward.

    Attributes
    ----------
    steps : list of Step
        All of them, in the order of ``forwardnodes``.
    forward, backward : list of Step or Together
        What to do in each direction.
    parametric : list of Step
        Those of ``backward`` whose modules have gradients to accumulate.
    start, end : Step
        Where the network's input comes in, and what its output is the input of.
    """

    def __init__(self, gmodule):
        numbers = {id(module): i for i, module in enumerate(gmodule.modules, 1)}
        uses = [id(node.data.get("module")) for node in gmodule.forwardnodes]
        steps: dict[int, Step] = {}
        for node in gmodule.forwardnodes:
            data, module = node.data, node.data.get("module")
            kind = _kind(data, uses.count(id(module)) > 1)
            steps[id(data)] = kind(data, [steps[id(source)] for source in data.mapindex], numbers.get(id(module), 0))
        backward = [steps[id(node.data)] for node in gmodule.backwardnodes]
        self.start, self.end = steps[id(gmodule.innode.data)], steps[id(gmodule.outnode.data)]
        self.steps = list(steps.values())
        self.parametric = [step for step in backward if _accumulates(step.module)]
        self.forward = _forward_in_groups(self.steps)
        self.backward = _backward_in_groups(backward)
        self._products = [step for step in self.parametric if isinstance(step, _Product)]

    def accumulate(self, scale, at):
        """Accumulate the gradients of all parameters; `at` hears which step is at work."""
        products = self._products
        if len(products) == len(self.parametric) and sum(s.is_long(s.input) for s in products) > 1:
            gradients = [step.module.gradWeight for step in products]
            if not any(np.may_share_memory(a, b) for i, a in enumerate(gradients) for b in gradients[:i]):
                parallel.each(lambda step: step.accumulate(scale), products)
                return
        for at.step in self.parametric:
            at.step.accumulate(scale)


class Step:
    """One node. Without a module, as here, it hands its input on.

    Attributes
    ----------
    value : ndarray or table
        Its output in the last forward call.
    input : ndarray or table
        The values of its sources: that of one source as it is, those of several as a table.
    gradient : ndarray or table
        The gradient of ``value`` in the last backward call, summed over all that use it.
    arrived : list
        The gradients to be summed, which the node's data hold as ``gradOutput``.
    number : int
        The place of its module in ``modules``, or 0.
    """

    @property
    def step(self):
        """The step at work: itself."""
        return self

    def __init__(self, data, sources, number):
        self.data, self.sources, self.number = data, sources, number
        self.module = data.get("module")
        self.source = sources[0] if len(sources) == 1 else None
        self.parts = data.get("nSplitOutputs")
        self.value = self.input = self.gradient = None
        self.inputs: list = []
        self.arrived = data["gradOutput"] = []

    def forward(self):
        """Compute the value from those of the sources."""
        value = self.value = self._fetched()
        if self.parts is not None and (not isinstance(value, list | tuple) or len(value) != self.parts):
            came = f"{len(value)} outputs" if isinstance(value, list | tuple) else type(value).__name__
            raise ValueError(f"nn.gModule: split({self.parts:g}) cannot split {came}")

    def backward(self):
        """Sum the gradients that arrived here and hand those of the inputs to the sources."""
        self._hand_on(self._total())

    def _fetched(self):
        """Return the input, which the node's data hold as a list of one value or several."""
        source = self.source
        if source is not None:
            value = self.input = source.value
            self.data["input"] = [value]
        elif self.sources:
            value = self.input = self.data["input"] = [source.value for source in self.sources]
        else:
            value = self.input
            self.data["input"] = [value]
        return value

    def _total(self):
        gradients = self.arrived
        if len(gradients) == 1:
            self.gradient = gradients[0]
            return self.gradient
        gradients = [gradient for gradient in gradients if gradient is not None]
        if len(gradients) < 2:
            self.gradient = gradients[0] if gradients else None
            return self.gradient
        buffer = map_arrays(_added, gradients[0], gradients[1], self.data.get("gradOutputBuffer"))
        for gradient in gradients[2:]:
            map_arrays(_added, buffer, gradient, buffer)
        self.gradient = self.data["gradOutputBuffer"] = buffer
        return buffer

    def _hand_on(self, gradient):
        source = self.source
        if source is not None:
            source.arrived.append(gradient)
        else:
            for i, source in enumerate(self.sources):
                source.arrived.append(None if gradient is None else gradient[i])


class _Select(Step):
    """One item of the table that the source holds."""

    def __init__(self, data, sources, number):
        super().__init__(data, sources, number)
        self.index = int(data["selectindex"]) - 1

    def forward(self):
        self.value = self._fetched()[self.index]

    def backward(self):
        waiting = self.source.arrived
        if not waiting:
            waiting.append([None] * int(self.source.parts))
        waiting[0][self.index] = self._total()


class _Run(Step):
    """A module."""

    def forward(self):
        self.value = self.module.updateOutput(self._fetched())

    def backward(self):
        self._hand_on(self.module.updateGradInput(self.input, self._total()))

    def accumulate(self, scale):
        """Accumulate the gradients of the module's parameters."""
        self.module.accGradParameters(self.input, self.gradient, scale)

    def accumulate_update(self, lr):
        """Update the module's parameters."""
        self.module.accUpdateGradParameters(self.input, self.gradient, lr)


class _Product(_Run):
    """A product with a matrix, which can be computed side by side with others."""

    is_early = False  # whether a Together computes its gradient before its turn

    def backward(self):
        if not self.is_early:
            self.pull()
        self._hand_on(self.module.gradInput)

    def pull(self):
        """Compute the gradient of the input."""
        self.module.updateGradInput(self.input, self._total())

    def is_long(self, x):
        """Return whether the product with `x`, which it fits, is worth a thread."""
        weight = self.module.weight
        if type(x) is not np.ndarray or x.dtype != weight.dtype or x.shape[-1] != weight.shape[1]:
            return False
        return x.size * len(weight) > _THREADED


class _Turn(_Run):
    """A module at one of several nodes: it runs in buffers of its own here, which the other nodes do not overwrite."""

    def __init__(self, data, sources, number):
        super().__init__(data, sources, number)
        self.held = [
            (module, {name: copy.deepcopy(vars(module)[name]) for name in module._state if name in vars(module)})
            for module in self.module.listModules()
        ]

    def forward(self):
        self._in_turn(super().forward)

    def backward(self):
        self._in_turn(super().backward)

    def accumulate(self, scale):
        self._in_turn(super().accumulate, scale)

    def accumulate_update(self, lr):
        self._in_turn(super().accumulate_update, lr)

    def _in_turn(self, function, *arguments):
        for module, buffers in self.held:
            fields = vars(module)
            fields.update((name, buffer) for name, buffer in buffers.items() if fields[name] is not None)
        function(*arguments)
        for module, buffers in self.held:
            buffers.update((name, vars(module)[name]) for name in buffers)


class Together:
    """Products that do not depend on each other, side by side on nnlite's threads where each is long enough."""

    def __init__(self, steps):
        self.steps = steps
        self.step = steps[0]  # the one at work, for the note on an error

    def forward(self):
        """Compute the values."""
        self._each(_Product.forward, [step.source.value for step in self.steps])

    def backward(self):
        """Compute the gradients; each step hands its own on when its turn comes."""
        self._each(_Product.pull, [step.input for step in self.steps])

    def _each(self, function, inputs):
        if all(step.is_long(x) for step, x in zip(self.steps, inputs, strict=True)):
            parallel.each(function, self.steps)
            return
        for step in self.steps:
            self.step = step
            function(step)


def _forward_in_groups(steps):
    """Return the steps with products that can be computed together put together.

    Products, and nodes that hand their input on, may come earlier than in the graph. All else keeps its order, since it
    may draw random numbers.
    """
    order: list = []
    done: set[int] = set()
    for i, step in enumerate(steps):
        if id(step) in done:
            continue
        group = []
        for later in steps[i:] if isinstance(step, _Product) else ():
            if id(later) not in done and all(id(source) in done for source in later.sources):
                if isinstance(later, _Product):
                    group.append(later)
                elif later.module is None or type(later.module) is Identity:
                    order.append(later)
                    done.add(id(later))
        done.update(map(id, group), [id(step)])
        order.append(Together(group) if len(group) > 1 else step)
    return order


def _backward_in_groups(steps):
    """Return the steps with a Together before the first of products whose gradients can be computed together.

    They are handed on in the order of the steps, since sums depend on it.
    """
    users: dict[int, set[int]] = {id(step): set() for step in steps}
    for step in steps:
        for source in step.sources:
            users[id(source)].add(id(step))
    order: list = []
    done: set[int] = set()
    for i, step in enumerate(steps):
        if isinstance(step, _Product) and not step.is_early:
            group = [later for later in steps[i:] if isinstance(later, _Product) and users[id(later)] <= done]
            group = [later for later in group if not later.is_early]
            if len(group) > 1:
                order.append(Together(group))
                for later in group:
                    later.is_early = True
        order.append(step)
        done.add(id(step))
    return order


def _kind(data, is_repeated):
    module = data.get("module")
    if data.get("selectindex") is not None:
        return _Select
    if module is None:
        return Step
    if is_repeated:
        return _Turn
    return _Product if type(module) is Linear else _Run


def _accumulates(module):
    return module is not None and type(module).accGradParameters is not Module.accGradParameters


def _added(a, b, out):
    out = sized(out, a.shape, a.dtype)
    return np.add(a, b.reshape(a.shape), out=out)
