"""A graph as an SVG picture in layers, without any program: svg."""

from html import escape
from itertools import pairwise
from statistics import fmean

__all__ = ["svg"]

FONT, LINE, MARGIN = 12, 15, 12  # pixels: letters, line distance, around the picture
GAP, RISE = 26, 44  # between nodes of a layer, between layers
SWEEPS = 12


def svg(graph, title=None, red=None) -> str:
    """Return the picture of an acyclic graph; the node `red` is filled with red."""
    cells, links = _cells(graph)
    layers = _ordered(cells)
    _place(layers)
    width = max(cell.x + cell.width / 2 for cell in cells) + MARGIN
    top = MARGIN if title is None else 2 * LINE + MARGIN
    y = top
    for layer in layers:
        height = max(cell.height for cell in layer)
        for cell in layer:
            cell.y = y + height / 2
        y += height + RISE
    body = [_edge(link) for link in links] + [_node(cell, red) for cell in cells if cell.node is not None]
    if title is not None:
        place = f'x="{width / 2:.1f}" y="{LINE + MARGIN}"'
        body.insert(0, f'<text {place} text-anchor="middle">{escape(str(title))}</text>')
    size = f'width="{width:.0f}" height="{y - RISE + MARGIN:.0f}"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="Helvetica, sans-serif" font-size="{FONT}">',
            '<defs><marker id="tip" markerWidth="9" markerHeight="8" refX="8" refY="4" orient="auto">'
            '<path d="M0,0 L9,4 L0,8 z"/></marker></defs>',
            '<rect width="100%" height="100%" fill="white"/>',
            *body,
            "</svg>\n",
        ]
    )


class _Cell:
    """A node in its layer, or the point where a long edge crosses one."""

    def __init__(self, layer, node=None):
        self.layer, self.node = layer, node
        self.above: list[_Cell] = []
        self.below: list[_Cell] = []
        self.width, self.height = 4.0, 0.0
        self.x = self.y = 0.0
        if node is not None:
            self.lines = [node.graphNodeName(), *node.label().split("\n")] if node.label() else [node.graphNodeName()]
            self.lines = [line for line in self.lines if line]
            self.width = 0.6 * FONT * max(map(len, self.lines)) + 24
            self.height = LINE * len(self.lines) + 14


def _cells(graph):
    """Return all cells, and each edge as the cells it runs through."""
    depth: dict[int, int] = {}
    for node in graph.topsort():
        before = [depth[id(edge.from_)] for edge in graph.edges if edge.to is node]
        depth[id(node)] = max(before, default=-1) + 1
    for node in graph.roots():  # an input stands just above what uses it
        after = [depth[id(edge.to)] for edge in graph.edges if edge.from_ is node]
        depth[id(node)] = min(after, default=1) - 1
    cells = {id(node): _Cell(depth[id(node)], node) for node in graph.nodes}
    points, links = [], []
    for edge in graph.edges:
        first, last = cells[id(edge.from_)], cells[id(edge.to)]
        chain = [first, *(_Cell(layer) for layer in range(first.layer + 1, last.layer)), last]
        for upper, lower in pairwise(chain):
            upper.below.append(lower)
            lower.above.append(upper)
        points += chain[1:-1]
        links.append(chain)
    return [*cells.values(), *points], links


def _ordered(cells):
    """Return the layers, each ordered so that few edges cross: by the mean place of the neighbours, up and down."""
    layers: list[list[_Cell]] = [[] for _ in range(max(cell.layer for cell in cells) + 1)]
    for cell in cells:
        layers[cell.layer].append(cell)
    for sweep in range(SWEEPS):
        downward = sweep % 2 == 0
        for layer in layers if downward else reversed(layers):
            for i, cell in enumerate(layer):
                cell.x = i
            neighbours = {id(c): c.above if downward else c.below for c in layer}
            layer.sort(key=lambda c: fmean(n.x for n in neighbours[id(c)]) if neighbours[id(c)] else c.x)
            for i, cell in enumerate(layer):
                cell.x = i
    return layers


def _place(layers):
    """Set the x of all cells: as near to their neighbours as their order and width allow."""
    for layer in layers:
        x = 0.0
        for cell in layer:
            cell.x = x + cell.width / 2
            x += cell.width + GAP
    for sweep in range(SWEEPS):
        for layer in layers if sweep % 2 == 0 else reversed(layers):
            _spread(layer, [fmean(n.x for n in cell.above + cell.below or [cell]) for cell in layer])
    left = min(cell.x - cell.width / 2 for layer in layers for cell in layer)
    for layer in layers:
        for cell in layer:
            cell.x += MARGIN - left


def _spread(layer, wanted):
    """Move the cells of a layer to where they are wanted, and groups that would overlap to their mean."""
    groups: list[list] = []  # mean of the wanted left ends, cells, width
    for cell, x in zip(layer, wanted, strict=True):
        groups.append([x - cell.width / 2, [cell], cell.width + GAP])
        while len(groups) > 1 and groups[-2][0] + groups[-2][2] > groups[-1][0]:
            start, cells, width = groups.pop()
            before = groups[-1]
            n, m = len(before[1]), len(cells)
            before[0] = (before[0] * n + (start - before[2]) * m) / (n + m)
            before[1] += cells
            before[2] += width
    for start, cells, _ in groups:
        for cell in cells:
            cell.x = start + cell.width / 2
            start += cell.width + GAP


def _edge(chain):
    first, last = chain[0], chain[-1]
    points = [(first.x, first.y + first.height / 2), *((c.x, c.y) for c in chain[1:-1])]
    points.append((last.x, last.y - last.height / 2))
    path = f"M{points[0][0]:.1f},{points[0][1]:.1f}"
    for (x0, y0), (x1, y1) in pairwise(points):
        middle = (y0 + y1) / 2
        path += f" C{x0:.1f},{middle:.1f} {x1:.1f},{middle:.1f} {x1:.1f},{y1:.1f}"
    return f'<path d="{path}" fill="none" stroke="black" marker-end="url(#tip)"/>'


def _node(cell, red):
    """Return the box and the text of a node, with the colors of its graphAttributes."""
    attributes = cell.node.graphNodeAttributes()
    filled = any(("filled" in str(attributes.get("style", "")), "fillcolor" in attributes))
    color = attributes.get("color", "black")
    fill = attributes.get("fillcolor", color if "color" in attributes else "lightgrey") if filled else "white"
    x, y, w, h = cell.x - cell.width / 2, cell.y - cell.height / 2, cell.width, cell.height
    radius = 0 if attributes.get("shape") in ("box", "rect", "rectangle", "square") else min(h / 2, 20)
    shape = f'<rect x="{x:.1f}" y="{y:.1f}" width="{w:.1f}" height="{h:.1f}" rx="{radius:.1f}"'
    paint = f'fill="{escape("red" if cell.node is red else str(fill))}" stroke="{escape(str(color))}"'
    pen = f'fill="{escape(str(attributes.get("fontcolor", "black")))}" xml:space="preserve"'
    lines = [
        f'<text x="{cell.x:.1f}" y="{y + 7 + LINE * (i + 0.8):.1f}" text-anchor="middle" {pen}>{escape(line)}</text>'
        for i, line in enumerate(cell.lines)
    ]
    tooltip = f"<title>{escape(str(attributes['tooltip']))}</title>"
    return f"<g>{tooltip}{shape} {paint}/>{''.join(lines)}</g>"
