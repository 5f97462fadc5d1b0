"""Tables of nodes as one node: nest. Lua: nngraph/nest.lua."""

from ..core.node import Node, expect_node
from ..modules.shape import Identity
from .modules import JustTable

__all__ = ["nest"]


def nest(input):
    """Return one node that stands for a node, or for a list of nodes nested to any depth.

    Examples
    --------
    >>> a, b, c = nn.Identity()(), nn.Identity()(), nn.Identity()()
    >>> state = nngraph.nest([a, [b], c])
    """
    if isinstance(input, list | tuple) and input:
        return JustTable()(nest(input[0])) if len(input) == 1 else Identity()([nest(item) for item in input])
    return expect_node(input, "nngraph.nest: input") if not isinstance(input, Node) else input
