"""The node of a network graph: Node. (`nnlite.nngraph` makes modules of nodes.)"""

import itertools
import sys
from typing import Any

import numpy as np

from .tables import Indexed, Table
from .tensor_types import default_dtype, name_of

__all__ = ["Node", "are_nodes"]

_SHOWN = ("selectindex", "nSplitOutputs", "module", "input", "gradOutput", "gradOutputBuffer")


class Node:
    """A module at one place of a graph, with the nodes it takes its input from.

    Made by calling a module with nodes: ``nn.Linear(20, 10)(x)``, ``nn.CAddTable()([a, b])``, ``nn.Identity()()``.

    Attributes
    ----------
    data : Table
        ``module``, ``annotations``, ``mapindex`` (the data of the inputs, in order), ``reverseMap`` (the nodes that
        take this one as input), and ``selectindex`` or ``nSplitOutputs`` for the nodes of `split`. Nodes of the forward
        and the backward graph that stand for the same place share it.
    children : list of Node
        The nodes it takes its input from; in a forward graph those that take its output.
    id : int
        Its number in the graph.

    Notes
    -----
    Lua: nngraph/node.lua on graph/Node.lua.
    """

    torch_typename = "nngraph.Node"
    JustElement: Any = None  # modules that nodes are made of; nngraph, which sits above this package, sets them
    ModuleFromCriterion: Any = None

    def __init__(self, data: dict):
        self.data = data if isinstance(data, Table) else Table(data)
        self.data.setdefault("annotations", Table())
        self.data.setdefault("mapindex", Indexed())
        self.data.setdefault("reverseMap", Table())
        if "_debugLabel" not in self.data.annotations:
            self.data.annotations["_debugLabel"] = _caller()
        self.id = 0
        self.children = Indexed()
        self.visited = self.marked = False

    @classmethod
    def of(cls, module, *arguments):
        """Return the node of `module` whose inputs are one node, or a list of nodes, or nothing."""
        if len(arguments) > 1:
            raise TypeError(f"{module.torch_typename}: pass several inputs as one list: [input1, input2]")
        node = cls({"module": module})
        for i, child in enumerate(_listed(arguments), 1):
            node.add(expect_node(child, f"{module.torch_typename}: inputs[{i}]"), True)
        return node

    @classmethod
    def of_criterion(cls, criterion, *arguments):
        """Return the node of a criterion, whose inputs are ``[prediction, target]``."""
        return cls.of(cls.ModuleFromCriterion(criterion), *arguments)

    def add(self, child, domap=False):
        """Append a child; with `domap` it becomes an input, whose order counts."""
        if not any(child is known for known in self.children):
            self.children.append(child)
        if domap:
            if any(child.data is known for known in self.data.mapindex):
                raise ValueError(f"{self!r}: don't pass the same input twice")
            self.data.mapindex.append(child.data)
            child.data.reverseMap[self] = True

    def split(self, noutput):
        """Return `noutput` nodes, each of which takes one item of this node's output, a table."""
        if noutput == 1:
            return type(self).JustElement()(self)
        label = self.data.annotations["_debugLabel"]
        where = Table(_debugLabel=f"{label} split at {_caller()}-mnode")
        middle = Node({"nSplitOutputs": noutput, "annotations": where})
        middle.add(self, True)
        parts = []
        for i in range(1, noutput + 1):
            part = Node({"selectindex": i, "input": [], "annotations": Table(_debugLabel=f"{label}-{i}")})
            part.add(middle, True)
            parts.append(part)
        return tuple(parts)

    def annotate(self, annotations=None, **named):
        """Add annotations (``name``, ``description``, ``graphAttributes``), as one dict or by name; return the node."""
        self.data.annotations.update({} if annotations is None else annotations, **named)
        return self

    def graphNodeName(self):
        """Return ``name (id)``, or ``Node`` and the id for a node without a name."""
        name = self.data.annotations.get("name")
        return f"Node{self.id}" if name is None else f"{name} ({self.id})"

    def graphNodeAttributes(self):
        """Return the Graphviz attributes of the node, ``graphAttributes``; its tooltip says where it was made."""
        attributes = self.data.annotations.setdefault("graphAttributes", Table())
        attributes.setdefault("tooltip", self.data.annotations.get("_debugLabel", ""))
        return attributes

    def label(self):
        """Return what a picture shows of the node, line by line: description, module, inputs, what the last call left.

        Of an array it gives the shape, and whether there is a NaN or an infinity in it.
        """
        data, lines = self.data, []
        if "description" in data.annotations:
            lines.append(f"desc = {data.annotations['description']}")
        if len(data.mapindex) > 1:
            sources = ",".join(f"Node{source.get('forwardNodeId', '')}" for source in data.mapindex)
            lines.append(f"mapindex = {{{sources}}}")
        shown = (key for key in _SHOWN if data.get(key) not in (None, []))
        return "\n".join([*lines, *(f"{key} = {_described(data[key])}" for key in shown)])

    def __sub__(self, following):
        return following(self)

    def __repr__(self):
        return f"nngraph.Node ({self.data.annotations['_debugLabel']})"


def are_nodes(arguments) -> bool:
    """Return whether the arguments of a module's call ask for a node: nothing at all, or nodes and lists of nodes.

    A module or criterion among them was meant to be a node and counts as one, so that the error can say so.
    """
    if not arguments:
        return True
    first = arguments[0]
    if isinstance(first, list | tuple):
        return any(hasattr(item, "torch_typename") for item in first)
    return hasattr(first, "torch_typename")


def expect_node(value, name):
    """Return `value` if it is a node, or raise an error that says what it is instead."""
    if isinstance(value, Node):
        return value
    if hasattr(value, "torch_typename"):
        hint = "did you forget a second set of parentheses, which make a node of a module?"
        raise TypeError(f"{name}: an nngraph.Node expected, got the module {value.torch_typename}: {hint}")
    came = "nil (a typo, or a wrong index?)" if value is None else type(value).__name__
    raise TypeError(f"{name}: an nngraph.Node expected, got {came}")


def _listed(arguments):
    if not arguments:
        return []
    (inputs,) = arguments
    return inputs if isinstance(inputs, list | tuple) else [inputs]


def _described(value):
    """Return a value as a picture shows it: arrays as their type and shape."""
    if isinstance(value, list | tuple):
        return "{" + ",".join(map(_described, value)) + "}"
    if not isinstance(value, np.ndarray):
        return str(value)
    kind = "Tensor" if value.dtype == default_dtype() else name_of(value.dtype)
    flag = ""
    if value.dtype.kind == "f" and not np.isfinite(value).all():
        flag = "NaN" if np.isnan(value).any() else "inf" if value.max() == np.inf else "-inf"
    return f"{kind}[{'x'.join(map(str, value.shape))}]{flag}"


def _caller():
    """Return ``[file]:line_function`` of the call that led here from outside this package."""
    package = __name__.partition(".")[0] + "."
    for depth in itertools.count(1):
        frame = sys._getframe(depth)
        if frame.f_back is None or not frame.f_globals.get("__name__", "").startswith(package):
            code = frame.f_code
            return f"[{code.co_filename.rpartition('/')[2]}]:{frame.f_lineno}_{code.co_name}"
    return ""
