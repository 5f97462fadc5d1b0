"""A network from a graph of nodes: gModule. Lua: nngraph/gmodule.lua."""

from typing import Any

from ..core import check
from ..core.args import given
from ..core.container import Container
from ..core.convert import converted
from ..core.node import Node, expect_node
from ..core.tensor_types import dtype_of
from . import debugging
from .graph import Graph
from .packing import packed, unpacked
from .plan import Plan

__all__ = ["gModule"]


_KEPT = {"input", "gradOutput", "gradOutputBuffer"}  # what the last calls left in the data of a node


class _Watch:
    """Adds to an error raised inside its block which node was at work; see also `debugging`."""

    __slots__ = ("gmodule", "step")

    def __init__(self, gmodule):
        self.gmodule = gmodule
        self.step: Any = None

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if error is not None and self.step is not None:
            number, data = self.step.number, self.step.data
            place = f"in module {number}" if number else "at a node"
            error.add_note(f"{place} of {self.gmodule!r}, declared on {data.annotations.get('_debugLabel')}")
            debugging.failed(self.gmodule, data)

    def report(self):
        """Print the node that has run."""
        node = next(node for node in self.gmodule.forwardnodes if node.data is self.step.data)
        print(f" V : {node.label()}")


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
    verbose : bool
        Whether to print every node that has run.

    Raises
    ------
    ValueError
        If a node has no way to the outputs or none from the inputs, or an output of a `split` is not used; the error
        says where the node was made.

    Notes
    -----
    Lua: nngraph/gmodule.lua. A node without a module hands its input on. Gradients that meet in a node are summed in
    the order they arrive. One module at several nodes has buffers of its own at each of them (in Torch the last call
    overwrites the others' output); give every node a clone with shared parameters where Lua is to read the file.
    ``accUpdateGradParameters`` updates the modules (in Torch it does nothing).

    Examples
    --------
    >>> x = nn.Identity()()
    >>> h = nn.Tanh()(nn.Linear(4, 3)(x))
    >>> net = nn.gModule([x], [nn.CAddTable()([h, nn.Linear(4, 3)(x)])])
    >>> net.forward(np.ones((2, 4))).shape
    (2, 3)
    """

    _state = ("output", "gradInput", "_plan")
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
            if _is_module(node):
                self.add(node.data.module)

    def map(self, gm, func):
        """Call ``func(module, other)`` for each module and its counterpart in `gm`, a graph of the same structure."""
        if [_is_module(node) for node in self.forwardnodes] != [_is_module(node) for node in gm.forwardnodes]:
            raise ValueError(f"{self!r}: map: a graph of the same structure expected")
        for node, other in zip(self.forwardnodes, gm.forwardnodes, strict=True):
            if _is_module(node):
                func(node.data.module, other.data.module)

    def replace(self, callback):
        out = callback(self)
        replaced = {}
        for node in filter(_is_module, self.forwardnodes):
            module = node.data.module
            if id(module) not in replaced:
                replaced[id(module)] = module.replace(callback)
            node.data.module = replaced[id(module)]
        self.modules = [replaced[id(module)] for module in self.modules]
        self._plan = None
        return out

    def type(self, type=None, tensorCache=None):
        if type is None:
            return self._type
        tensorCache = {} if tensorCache is None else tensorCache
        super().type(type, tensorCache)
        for node in self.forwardnodes:
            for name in _KEPT & node.data.keys():
                node.data[name] = converted(node.data[name], type, dtype_of(type), tensorCache)
        self._plan = None
        return self

    def clearState(self):
        super().clearState()
        for node in self.forwardnodes:
            for name in _KEPT & node.data.keys():
                del node.data[name]
        return self

    def updateOutput(self, input):
        plan = self._planned()
        if self.nInputs > 1:
            check.table(self, input, self.nInputs)
        plan.start.source.value = input
        with _Watch(self) as at:
            for at.step in plan.forward:
                at.step.forward()
                if self.verbose:
                    at.report()
        self.output = plan.end.value
        return self.output

    def updateGradInput(self, input, gradOutput):
        plan = self._planned()
        count = len(self.outnode.children)
        if count > 1:
            check.table(self, gradOutput, count, name="gradOutput")
        plan.expect(gradOutput)
        with _Watch(self) as at:
            for at.step in plan.backward:
                at.step.backward()
                if self.verbose:
                    at.report()
        self.gradInput = plan.start.gradient
        return self.gradInput

    def accGradParameters(self, input, gradOutput, scale=1):
        with _Watch(self) as at:
            for at.step in self._planned().parametric:
                at.step.accumulate(scale)

    def accUpdateGradParameters(self, input, gradOutput, lr):
        with _Watch(self) as at:
            for at.step in self._planned().parametric:
                at.step.accumulate_update(lr)

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
            self.modules = [node.data.module for node in filter(_is_module, self.forwardnodes)]
        if "nInputs" not in fields:
            self.nInputs = len(self.innode.children)

    def __repr__(self):
        return given(self.name, self.torch_typename)


def _is_module(node):
    return node.data.get("module") is not None


def _feed(innode, inputs):
    """Make the input nodes take their values from `innode`."""
    for i, node in enumerate(inputs, 1):
        if node.children:
            hint = "nodes of a gModule cannot be those of another"
            raise ValueError(f"nn.gModule: inputs[{i}] has inputs of its own ({hint}): {node!r}")
    parts = [innode] if len(inputs) == 1 else innode.split(len(inputs))
    for node, part in zip(inputs, parts, strict=True):
        node.add(part, True)


def _root(graph, innode):
    """Return the node of `graph` that stands for `innode`; any other beginning is an error."""
    roots = graph.roots()
    found = [root for root in roots if root.data is innode.data]
    if not found:
        raise ValueError("nn.gModule: the inputs do not connect to the outputs")
    for root in roots:
        if root is not found[0]:
            label = root.data.annotations["_debugLabel"]
            raise ValueError(f"nn.gModule: the node declared on {label} has no input and is none of the inputs")
    return found[0]


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
