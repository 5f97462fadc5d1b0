"""The node of a network graph: Node. (``nnlite.nngraph`` turns nodes into modules.)"""

__all__ = ["Node", "are_nodes"]


class Node:
    """A module at one place of a graph, with the nodes it takes its input from."""


def are_nodes(arguments) -> bool:
    """Return whether the arguments of a module's call ask for a node: none at all, or nodes and lists of nodes."""
    if not arguments:
        return True
    first = arguments[0]
    return isinstance(first, Node) or (isinstance(first, list | tuple) and bool(first) and isinstance(first[0], Node))
