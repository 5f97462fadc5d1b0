"""A network from a graph of nodes: gModule. Lua: nngraph/gmodule.lua."""

from typing import Any

from ..core import check
from ..core.args import given
from ..core.container import Container
from ..core.node import Node, expect_node
from .graph import Graph
from .packing import packed, unpacked
from .plan import Plan

__all__ = ["gModule"]


class gModule(Container):
    """The network between input nodes and output nodes.

    Parameters
    ----------
    inputs, outputs : list of Node
        Where values come in and go out. One input (output) is passed as it is, several as a table.

    Attributes
    ----------
    modules : list of Module
        The modules in the order they run, which is the order of the parameters.
    forwardnodes, backwardnodes : list of Node
        The nodes in the order of `forward` and of `backward`.
    fg, bg : Graph
        The graph from inputs to outputs, and that of the gradients.
    innode, outnode : Node
        What feeds the inputs and collects the outputs.
    name : str, optional
        What it prints as.

    Raises
    ------
    ValueError
        If a node has no way to the outputs or none from the inputs, or an output of a `split` is not used; the error
        says where the node was made.

    Notes
    -----
    Lua: nngraph/gmodule.lua. A node without a module hands its input on. Gradients that meet in a node are summed in
    the order they arrive.

    Examples
    --------
    >>> x = nn.Identity()()
    >>> h = nn.Tanh()(nn.Linear(4, 3)(x))
    >>> net = nn.gModule([x], [nn.CAddTable()([h, nn.Linear(4, 3)(x)])])
    >>> net.forward(np.ones((2, 4))).shape
    (2, 3)
    """

    _GRAPH = ("backwardnodes", "bg", "fg", "forwardnodes", "innode", "outnode")
    _plan: Any = None
    name = None

    def __init__(self, inputs, outputs):
        super().__init__()
        for nodes, what in ((inputs, "inputs"), (outputs, "outputs")):
            if not isinstance(nodes, list | tuple) or not nodes:
                raise TypeError(f"nn.gModule: {what}: a list of at least one node expected, got {nodes!r}")
            for i, node in enumerate(nodes, 1):
                expect_node(node, f"nn.gModule: {what}[{i}]")
        self.outnode = Node({"input": []})
        for node in outputs:
            self.outnode.add(node, True)
        innode = Node({"input": []})
        _feed(innode, inputs)
        self.bg = Graph.below(self.outnode)
        self.fg, _ = self.bg.reverse()
        self.innode = _root(self.fg, innode)
        self.verbose = False
        self.nInputs = len(inputs)
        self.forwardnodes = self.fg.topsort()
        self.backwardnodes = self.bg.topsort()
        _refuse_loose_ends(self.forwardnodes)
        for node in self.forwardnodes:
            node.data["forwardNodeId"] = node.id
            if node.data.get("module") is not None:
                self.add(node.data.module)

    def map(self, gm, func):
        """Call ``func(module, other)`` for each module and its counterpart in `gm`, a graph of the same structure."""
        for node, other in zip(self.forwardnodes, gm.forwardnodes, strict=True):
            if node.data.get("module") is not None:
                func(node.data.module, other.data.module)

    def replace(self, callback):
        out = callback(self)
        for node in self.forwardnodes:
            module = node.data.get("module")
            if module is not None:
                index = next(i for i, known in enumerate(self.modules) if known is module)
                self.modules[index] = node.data.module = module.replace(callback)
        self._plan = None
        return out

    def clearState(self):
        super().clearState()
        for node in [*self.forwardnodes, *self.backwardnodes]:
            for name in ("input", "gradOutput", "gradOutputBuffer"):
                node.data.pop(name, None)
        self._plan = None
        return self

    def updateOutput(self, input):
        plan = self._planned()
        if self.nInputs > 1:
            check.table(self, input, self.nInputs)
        plan.values[plan.start] = input
        with self._position() as at:
            for step in plan.steps:
                at.index = step.number
                step.forward(plan.values)
        self.output = plan.values[plan.end]
        return self.output

    def updateGradInput(self, input, gradOutput):
        plan = self._planned()
        count = len(self.outnode.children)
        if count > 1:
            check.table(self, gradOutput, count, name="gradOutput")
        arrived: list[list] = [[] for _ in plan.values]
        arrived[plan.end].append(gradOutput)
        with self._position() as at:
            for step in plan.backward:
                at.index = step.number
                step.backward(plan.values, arrived)
        self.gradInput = plan.gradient
        return self.gradInput

    def accGradParameters(self, input, gradOutput, scale=1):
        plan = self._planned()
        with self._position() as at:
            for step in plan.backward:
                at.index = step.number
                if step.module is not None:
                    step.module.accGradParameters(step.input(plan.values), step.gradient, scale)

    def _planned(self):
        if self._plan is None:
            self._plan = Plan(self)
        return self._plan

    def __getstate__(self):
        fields = super().__getstate__()
        fields.pop("_plan", None)
        graph = {name: fields.pop(name) for name in self._GRAPH if name in fields}
        return {**fields, "_packed": packed(graph)}

    def __setstate__(self, state):
        graph = unpacked(state.pop("_packed"))
        super().__setstate__({**state, **graph})

    def __t7_fields__(self):
        return {name: value for name, value in vars(self).items() if name != "_plan"}

    def __t7_load__(self, fields):
        vars(self).update(fields)
        if self.modules is None:
            self.modules = [node.data.module for node in self.forwardnodes if node.data.get("module") is not None]
        if "nInputs" not in fields:
            self.nInputs = len(self.innode.children)

    def __repr__(self):
        return given(self.name, self.torch_typename)


def _feed(innode, inputs):
    """Make the input nodes take their values from `innode`."""
    if len(inputs) == 1:
        inputs[0].add(innode, True)
        return
    for i, node in enumerate(inputs, 1):
        if node.children:
            raise ValueError(f"nn.gModule: inputs[{i}] has inputs of its own: {node!r}")
    for node, part in zip(inputs, innode.split(len(inputs)), strict=True):
        node.add(part, True)


def _root(graph, innode):
    """Return the node of `graph` that stands for `innode`; any other beginning is an error."""
    found = None
    for root in graph.roots():
        if root.data is innode.data:
            found = root
        else:
            label = root.data.annotations["_debugLabel"]
            raise ValueError(f"nn.gModule: the node declared on {label} has no input and is none of the inputs")
    if found is None:
        raise ValueError("nn.gModule: the inputs do not connect to the outputs")
    return found


def _refuse_loose_ends(nodes):
    """Raise where an output of a split is not used, or a node leads nowhere."""
    places = {id(node.data): i for i, node in enumerate(nodes)}
    for i, node in enumerate(nodes):
        count = node.data.get("nSplitOutputs")
        if count is not None and count != len(node.children):
            label = node.data.annotations["_debugLabel"]
            unused = f"{count - len(node.children)} of split({count}) outputs"
            raise ValueError(f"nn.gModule: {unused} from the node declared at {label} are unused")
        for successor in node.data.reverseMap:
            if places.get(id(successor.data), -1) <= i:
                label = successor.data.annotations["_debugLabel"]
                raise ValueError(f"nn.gModule: node declared on {label} does not connect to gmodule output")
