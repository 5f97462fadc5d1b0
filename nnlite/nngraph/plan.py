"""How a gModule runs: Plan, the steps that hand values forward and gradients backward."""

import copy

import numpy as np

from ..core.buffers import sized
from ..core.module import Module
from ..core.tables import map_arrays

__all__ = ["Plan", "Step"]


class Plan:
    """The nodes of a gModule as steps, in the order of forward and of backward.

    Attributes
    ----------
    forward, backward : list of Step
        All steps in the order of each direction.
    parametric : list of Step
        Those of ``backward`` whose modules have gradients to accumulate.
    start, end : Step
        What the network's input runs into, and what returns its output.
    """

    _has_gradients = False

    def __init__(self, gmodule):
        numbers = {id(module): i for i, module in enumerate(gmodule.modules, 1)}
        uses = [id(node.data.get("module")) for node in gmodule.forwardnodes]
        steps: dict[int, Step] = {}
        for node in gmodule.forwardnodes:
            data, module = node.data, node.data.get("module")
            if data.get("selectindex") is not None:
                kind = _Select
            elif module is None:
                kind = Step
            else:
                kind = _Run if uses.count(id(module)) == 1 else _Turn
            steps[id(data)] = kind(data, [steps[id(source)] for source in data.mapindex], numbers.get(id(module), 0))
        self.forward = list(steps.values())
        self.backward = [steps[id(node.data)] for node in gmodule.backwardnodes]
        for step in self.backward:
            step.take_slots()
        self.parametric = [step for step in self.backward if _accumulates(step.module)]
        self.start, self.end = steps[id(gmodule.innode.data)], steps[id(gmodule.outnode.data)]
        self.start.source = Step(gmodule.innode.data, [], 0)
        self.end.arrived.append(None)

    def expect(self, gradOutput):
        """Start a backward call."""
        self.end.arrived[0] = gradOutput
        if not self._has_gradients:
            self._has_gradients = True
            for step in self.backward:
                step.data["gradOutput"] = step.arrived


class Step:
    """One node. Without a module, as here, it hands its input on.

    Attributes
    ----------
    value : ndarray or table
        Its output in the last forward call.
    source, sources : Step, list of Step
        Where its input comes from; `source` is None where there are several.
    inputs : list
        The values of the sources, which the node's data hold as ``input``.
    arrived : list
        The gradients of ``value``, a slot for each use in the order of backward; ``gradOutput`` in the node's data.
    gradient : ndarray or table
        Their sum.
    number : int
        The place of its module in ``modules``, or 0.
    """

    def __init__(self, data, sources, number):
        self.data, self.sources, self.number = data, sources, number
        self.module = data.get("module")
        self.source = sources[0] if len(sources) == 1 else None
        self.parts = data.get("nSplitOutputs")
        self.value = self.gradient = None
        self.slots: list[int] = []
        self.inputs = data["input"] = [None]
        self.arrived: list = []

    def take_slots(self):
        """Reserve a place among the gradients that will arrive at each source; called in the order of backward."""
        for source in self.sources:
            self.slots.append(len(source.arrived))
            source.arrived.append(None)

    def forward(self):
        """Compute the value from those of the sources."""
        value = self.value = self._input()
        if self.parts is not None and (not isinstance(value, list | tuple) or len(value) != self.parts):
            came = f"{len(value)} outputs" if isinstance(value, list | tuple) else type(value).__name__
            raise ValueError(f"nn.gModule: split({self.parts:g}) cannot split {came}")

    def backward(self):
        """Sum the gradients that arrived here and hand those of the inputs to the sources."""
        self._hand_on(self._total())

    def _input(self):
        """Return the input: one value as it is, several as a table."""
        if self.source is not None:
            value = self.inputs[0] = self.source.value
            return value
        self.inputs = self.data["input"] = [source.value for source in self.sources]
        return self.inputs

    def _total(self):
        if len(self.arrived) == 1:
            self.gradient = self.arrived[0]
            return self.gradient
        gradients = [gradient for gradient in self.arrived if gradient is not None]
        if len(gradients) < 2:
            self.gradient = gradients[0] if gradients else None
            return self.gradient
        buffer = map_arrays(_added, gradients[0], gradients[1], self.data.get("gradOutputBuffer"))
        for gradient in gradients[2:]:
            map_arrays(_added, buffer, gradient, buffer)
        self.gradient = self.data["gradOutputBuffer"] = buffer
        return buffer

    def _hand_on(self, gradient):
        slots = self.slots
        if len(slots) == 1:
            self.source.arrived[slots[0]] = gradient
            return
        for i, (source, slot) in enumerate(zip(self.sources, slots, strict=True)):
            source.arrived[slot] = None if gradient is None else gradient[i]


class _Select(Step):
    """One item of the table that the source holds."""

    def __init__(self, data, sources, number):
        super().__init__(data, sources, number)
        self.index = int(data["selectindex"]) - 1

    def take_slots(self):
        """All parts of a split share one slot, a table."""
        if not self.source.arrived:
            self.source.arrived.append([None] * int(self.source.parts))

    def forward(self):
        table = self.inputs[0] = self.source.value
        self.value = table[self.index]

    def backward(self):
        self.source.arrived[0][self.index] = self._total()


class _Run(Step):
    """A module."""

    def forward(self):
        self.value = self.module.updateOutput(self._input())

    def backward(self):
        self._hand_on(self.module.updateGradInput(self._seen(), self._total()))

    def accumulate(self, scale):
        """Accumulate the gradients of the module's parameters."""
        self.module.accGradParameters(self._seen(), self.gradient, scale)

    def accumulate_update(self, lr):
        """Update the module's parameters."""
        self.module.accUpdateGradParameters(self._seen(), self.gradient, lr)

    def _seen(self):
        """Return the input of the last forward call."""
        return self.inputs if self.source is None else self.inputs[0]


class _Turn(_Run):
    """A module at one of several nodes: it runs in buffers of its own here, which the other nodes do not overwrite."""

    def __init__(self, data, sources, number):
        super().__init__(data, sources, number)
        modules: list[Module] = []
        self.module.apply(modules.append)  # with the copies that recurrent modules make for their steps
        self.held = [
            (module, {name: copy.deepcopy(vars(module)[name]) for name in module._state if name in vars(module)})
            for module in modules
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


def _accumulates(module):
    return module is not None and type(module).accGradParameters is not Module.accGradParameters


def _added(a, b, out):
    out = sized(out, a.shape, a.dtype)
    return np.add(a, b.reshape(a.shape), out=out)
