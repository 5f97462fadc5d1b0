"""Pictures of graphs: dot, simple_dot, save. Lua: graph.dot of the package graph, nngraph/simple_print.lua."""

import os
import shutil
import subprocess

from ..core.node import Node
from . import drawing
from .graph import Graph

__all__ = ["dot", "save", "simple_dot", "simplified"]


def dot(g, title, fname=None) -> list[str]:
    """Write a graph as Graphviz's DOT and as SVG: ``dot(g, path)`` or, as in Lua, ``dot(g, title, path)``.

    Parameters
    ----------
    g : gModule or Graph
        Of a gModule, both its graphs are drawn, the one of `forward` and the one of `backward`.
    title : str
        What stands above the picture; without `fname` this is the path, whose last part is the title.
    fname : str
        Where to write, without ``.dot`` and ``.svg`` (which are taken off).

    Returns
    -------
    list of str
        The files: ``path.dot`` and ``path.svg`` of a graph, ``path_forward.dot`` to ``path_backward.svg`` of a gModule.

    Notes
    -----
    The program ``dot`` of Graphviz lays the SVG out where it is installed; a plainer layout of our own does elsewhere.
    A node shows its name, description and ``graphAttributes`` (`Node.annotate`), its module, and the shapes of what
    the last calls left there.
    """
    return _write(g, title, fname)


def simple_dot(g, title, fname=None) -> list[str]:
    """As `dot`, without the nodes that compute nothing: those without a module, and Identity.

    Lua: ``nngraph.simple_print.dot``.
    """
    return _write(g, title, fname, simplified)


def simplified(graph):
    """Return a graph of the nodes of `graph` with modules other than Identity; paths between them become edges."""
    successors: dict[int, list[Node]] = {id(node): [] for node in graph.nodes}
    for node in reversed(graph.topsort()):
        for edge in graph.edges:
            if edge.from_ is node:
                successors[id(node)] += [edge.to] if _computes(edge.to) else successors[id(edge.to)]
    copies = {id(node): Node(node.data) for node in graph.nodes if _computes(node)}
    simple = Graph((copies[key], copies[id(to)]) for key in copies for to in successors[key])
    simple.nodes += [node for node in copies.values() if node.id == 0]
    for node in graph.nodes:
        if id(node) in copies:
            copies[id(node)].id = node.id
    return simple


def save(graph, title, path, failed=None) -> list[str]:
    """Write ``path.dot`` and ``path.svg``; the node with the data `failed` in red."""
    text = graph.todot(title)
    red = next((node for node in graph.nodes if failed is not None and node.data is failed), None)
    if red is not None:
        text = f"{text[:-1]}n{red.id}[style=filled, fillcolor=red];\n}}"
    files = [f"{path}.dot", f"{path}.svg"]
    with open(files[0], "w", encoding="utf-8") as file:
        file.write(text)
    program = shutil.which("dot")
    if program is not None:
        subprocess.run([program, "-Tsvg", "-o", files[1], files[0]], check=True)
    else:
        with open(files[1], "w", encoding="utf-8") as file:
            file.write(drawing.svg(graph, title, red))
    return files


def _write(g, title, path, change=lambda graph: graph):
    path = os.fspath(title if path is None else path)
    title = os.path.basename(title)
    base, extension = os.path.splitext(path)
    if extension not in (".dot", ".svg"):
        base = path
    if isinstance(g, Graph):
        return save(change(g), title, base)
    return save(change(g.fg), title, f"{base}_forward") + save(change(g.bg), title, f"{base}_backward")


def _computes(node):
    module = node.data.get("module")
    return module is not None and module.torch_typename != "nn.Identity"
