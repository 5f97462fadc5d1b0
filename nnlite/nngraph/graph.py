"""Directed graphs of nodes: Graph, Edge. Lua: the package graph (init.lua, Node.lua)."""

from ..core.node import Node
from ..core.tables import Indexed

__all__ = ["Edge", "Graph"]


class Edge:
    """From one node to another. Lua: graph/Edge.lua."""

    torch_typename = "graph.Edge"

    def __init__(self, from_: Node, to: Node):
        self.from_ = from_
        self.to = to


class Graph:
    """Nodes and edges, in the order they were added.

    Attributes
    ----------
    nodes, edges : list
        The number of a node, counted from 1, is its ``id``.
    """

    torch_typename = "graph.Graph"

    def __init__(self, pairs=()):
        self.nodes = Indexed()
        self.edges = Indexed()
        numbers: dict[int, int] = {}
        for from_, to in pairs:
            self.edges.append(Edge(from_, to))
            for node in (from_, to):
                if id(node) not in numbers:
                    self.nodes.append(node)
                    numbers[id(node)] = node.id = len(self.nodes)
            if not any(to is child for child in from_.children):
                from_.children.append(to)

    @classmethod
    def below(cls, node):
        """Return the graph of all that can be reached from `node` through ``children``, breadth first."""
        seen, queue = {id(node)}, [node]
        for current in queue:
            for child in current.children:
                if id(child) not in seen:
                    seen.add(id(child))
                    queue.append(child)
        return cls((current, child) for current in queue for child in current.children)

    def reverse(self):
        """Return ``(graph, originals)``: the graph with all edges turned, and by ``id`` the node each stands for.

        Its nodes are new and share the data.
        """
        copies: dict[int, Node] = {}
        for edge in self.edges:
            for node in (edge.from_, edge.to):
                if id(node) not in copies:
                    copies[id(node)] = Node(node.data)
        turned = Graph((copies[id(edge.to)], copies[id(edge.from_)]) for edge in self.edges)
        return turned, {id(copies[id(node)]): node for node in self.nodes}

    def roots(self):
        """Return the nodes that no edge leads to."""
        reached = {id(edge.to) for edge in self.edges}
        return [node for node in self.nodes if id(node) not in reached]

    def leaves(self):
        """Return the nodes that no edge leaves."""
        left = {id(edge.from_) for edge in self.edges}
        return [node for node in self.nodes if id(node) not in left]

    def todot(self, title=None):
        """Return the graph in Graphviz's language."""
        lines = ["digraph G {"]
        if title is not None:
            lines.append(f'labelloc="t";\nlabel={_quoted(title)};')
        lines.append("node [shape = oval]; ")
        for node in self.nodes:
            label = _quoted(f"{node.graphNodeName()}\n{node.label()}\n").replace("\n", "\\l").replace("\\l", "\\n", 1)
            attributes = sorted(node.graphNodeAttributes().items())
            attributes = "".join(f" {key}={_quoted(value)}" for key, value in attributes)
            lines.append(f"n{node.id}[label={label}{attributes}];")
        lines += [f"n{edge.from_.id} -> n{edge.to.id};" for edge in self.edges]
        return "\n".join([*lines, "}"])

    def topsort(self):
        """Return the nodes so that every edge leads forward: depth first from the ends of the graph."""
        turned, originals = self.reverse()
        order, seen = [], set()
        for root in turned.roots():
            if id(root) not in seen:
                seen.add(id(root))
                stack = [(root, iter(root.children))]
                while stack:
                    node, children = stack[-1]
                    child = next((c for c in children if id(c) not in seen), None)
                    if child is None:
                        stack.pop()
                        order.append(originals[id(node)])
                    else:
                        seen.add(id(child))
                        stack.append((child, iter(child.children)))
        if len(order) != len(self.nodes):
            raise ValueError("nngraph: the graph has cycles")
        return order


def _quoted(value):
    return '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'
