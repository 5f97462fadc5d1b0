"""A graph as plain lists, so that pickling and copying one takes no recursion from node to node: packed, unpacked."""

from ..core.node import Node
from ..core.tables import Indexed, Table
from .graph import Edge, Graph

__all__ = ["packed", "unpacked"]

_DERIVED = ("input", "gradOutput", "gradOutputBuffer", "reverseMap", "mapindex")


def packed(fields):
    """Return the fields of a gModule that hold a node, a list of nodes or a graph, with numbers in place of nodes.

    What the last call left in the nodes, and which nodes used them while the graph was made, is not kept.
    """
    nodes = _Numbered()
    datas = _Numbered()
    graph = {}
    for name, value in fields.items():
        if isinstance(value, Graph):
            edges = [(nodes.of(edge.from_), nodes.of(edge.to)) for edge in value.edges]
            graph[name] = [nodes.of(node) for node in value.nodes], edges
        elif isinstance(value, Node):
            graph[name] = nodes.of(value)
        else:
            graph[name] = [nodes.of(node) for node in value]
    rows = [(datas.of(node.data), node.id, [nodes.of(child) for child in node.children]) for node in nodes.items]
    places = [
        ({key: item for key, item in data.items() if key not in _DERIVED}, [datas.of(d) for d in data.mapindex])
        for data in datas.items
    ]
    return {"fields": graph, "nodes": rows, "datas": places}


def unpacked(structure):
    """Return the fields that `packed` took."""
    datas = [Table(fields, mapindex=Indexed(), reverseMap=Table()) for fields, _ in structure["datas"]]
    for data, (_, inputs) in zip(datas, structure["datas"], strict=True):
        data.mapindex.extend(datas[i] for i in inputs)
    nodes = [Node(datas[data]) for data, *_ in structure["nodes"]]
    for node, (_, node.id, children) in zip(nodes, structure["nodes"], strict=True):
        node.children.extend(nodes[i] for i in children)
    fields = {}
    for name, value in structure["fields"].items():
        if isinstance(value, tuple):
            graph = fields[name] = Graph()
            graph.nodes.extend(nodes[i] for i in value[0])
            graph.edges.extend(Edge(nodes[a], nodes[b]) for a, b in value[1])
        else:
            fields[name] = [nodes[i] for i in value] if isinstance(value, list) else nodes[value]
    return fields


class _Numbered:
    """Objects in the order they are first seen; the list may grow while it is walked."""

    def __init__(self):
        self.items = []
        self._numbers = {}

    def of(self, item):
        """Return the number of `item`, a new one for a new item."""
        if id(item) not in self._numbers:
            self._numbers[id(item)] = len(self.items)
            self.items.append(item)
        return self._numbers[id(item)]
