"""How a gModule runs: Plan, a list of steps that read and write numbered values."""

import numpy as np

from ..core.buffers import sized
from ..core.tables import map_arrays

__all__ = ["Plan"]


class Plan:
    """The nodes of a gModule as steps, in the order of forward and of backward.

    Attributes
    ----------
    steps, backward : list of _Step
        The steps in the order of each direction.
    values : list
        The output of every step of the last forward call.
    start, end : int
        The places in ``values`` of the network's input and output.
    """

    def __init__(self, gmodule):
        nodes = gmodule.forwardnodes
        places = {id(node.data): i for i, node in enumerate(nodes)}
        numbers = {id(module): i for i, module in enumerate(gmodule.modules, 1)}
        self.steps = [_Step(node.data, places, numbers) for node in nodes]
        self.backward = [self.steps[places[id(node.data)]] for node in gmodule.backwardnodes]
        self.values = [None] * len(nodes)
        self.start, self.end = places[id(gmodule.innode.data)], places[id(gmodule.outnode.data)]
        self.steps[self.start].sources = [self.start]

    @property
    def gradient(self):
        """The gradient of the network's input after a backward call."""
        return self.steps[self.start].gradient


class _Step:
    """One node: takes values from its sources and leaves its own.

    Attributes
    ----------
    gradient : ndarray or table
        The gradient of its output in the last backward call, summed over all that use the output.
    """

    def __init__(self, data, places, numbers):
        self.place = places[id(data)]
        self.sources = [places[id(source)] for source in data.mapindex]
        self.module = data.get("module")
        self.number = numbers.get(id(self.module), 0)
        self.select = data.get("selectindex")
        self.parts = data.get("nSplitOutputs")
        self.label = data.get("annotations", {}).get("_debugLabel")
        self.gradient = self.buffer = None

    def input(self, values):
        """Return the input: one value as it is, several as a table."""
        if len(self.sources) == 1:
            return values[self.sources[0]]
        return [values[source] for source in self.sources]

    def forward(self, values):
        """Compute the value of this step."""
        output = self.input(values)
        if self.module is not None:
            output = self.module.updateOutput(output)
        elif self.select is not None:
            output = output[int(self.select) - 1]
        if self.parts is not None and (not isinstance(output, list | tuple) or len(output) != self.parts):
            came = f"{len(output)} outputs" if isinstance(output, list | tuple) else type(output).__name__
            raise ValueError(f"nn.gModule: split({self.parts:g}) at {self.label} cannot split {came}")
        values[self.place] = output

    def backward(self, values, arrived):
        """Sum the gradients that arrived here and hand those of the inputs on."""
        self.gradient = gradient = self._total(arrived[self.place])
        if self.select is not None:
            self._hand_up(gradient, arrived[self.sources[0]])
            return
        if self.module is not None:
            gradient = self.module.updateGradInput(self.input(values), gradient)
        if self.sources == [self.place]:  # the network's input
            return
        if len(self.sources) == 1:
            arrived[self.sources[0]].append(gradient)
        else:
            for i, source in enumerate(self.sources):
                arrived[source].append(None if gradient is None else gradient[i])

    def _hand_up(self, gradient, waiting):
        """Put the gradient of one part of a split into the table of all parts."""
        if not waiting:
            waiting.append([])
        parts, index = waiting[0], int(self.select)
        parts += [None] * (index - len(parts))
        parts[index - 1] = gradient

    def _total(self, gradients):
        gradients = [gradient for gradient in gradients if gradient is not None]
        if len(gradients) < 2:
            return gradients[0] if gradients else None
        self.buffer = map_arrays(_added, gradients[0], gradients[1], self.buffer)
        for gradient in gradients[2:]:
            map_arrays(_added, self.buffer, gradient, self.buffer)
        return self.buffer


def _added(a, b, out):
    out = sized(out, a.shape, a.dtype)
    return np.add(a, b.reshape(a.shape), out=out)
