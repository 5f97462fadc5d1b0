"""The Sphinx directive ``theme``: a table of what some modules export, and the full documentation of each name."""

import contextlib
import functools
import importlib
import inspect
import re

import numpy as np
from docutils.parsers.rst import directives
from docutils.statemachine import StringList
from sphinx.util.docutils import SphinxDirective

from tests.cases import CRITERIONS, MODULES, arrays

SENTENCE = re.compile(r"(?<=[.;])\s+(?=``|[A-Z])")


class Theme(SphinxDirective):
    """``theme:: module module ...``; with ``:under: package``, of their names those that the package has, as its."""

    required_arguments = 1
    final_argument_whitespace = True
    option_spec = {"under": directives.unchanged}

    def run(self):
        full = [entry for module in self.arguments[0].split() for entry in entries(module, self.options.get("under"))]
        self.env.note_dependency(__file__)
        lines = [*table(full), ""]
        for path, entry in full:
            kind = "autoclass" if inspect.isclass(entry) else "autofunction"
            lines += [f".. {kind}:: {path}", *(["   :members:"] if inspect.isclass(entry) else []), ""]
        return self.parse_text_to_nodes(StringList(lines, source=self.env.docname))


def entries(module, under):
    """Return ``(path, object)`` for the public names of a module, in the order of its file."""
    public, home = importlib.import_module(module), importlib.import_module(under or module)
    names = [name for name in public.__all__ if name in home.__all__ and callable(getattr(public, name))]
    found = [(f"{home.__name__}.{name}", getattr(public, name)) for name in names]
    return sorted(found, key=lambda entry: inspect.getsourcelines(entry[1])[1])


def table(entries):
    """Return the lines of the table: name, formula and, for modules and criterions, shapes."""
    shaped = any(shapes(entry) for _, entry in entries)
    head = ["name", "what", *(["shapes, input → output"] if shaped else [])]
    lines = [".. list-table::", "   :header-rows: 1", "   :widths: " + ("20 44 36" if shaped else "28 72"), ""]
    for row in [head, *(cells(path, entry, shaped) for path, entry in entries)]:
        lines += [("     - " if i else "   * - ") + cell.replace("\n", "\n" + 7 * " ") for i, cell in enumerate(row)]
    return "\n".join(lines).split("\n")


def cells(path, entry, shaped):
    """Return a row of the table."""
    role = "class" if inspect.isclass(entry) else "func"
    text = re.sub(r"\s*Lua:\s.*", "", inspect.getdoc(entry).split("\n\n")[0], flags=re.DOTALL)
    return [f":py:{role}:`~{path}`", " ".join(text.split()), *([shapes(entry)] if shaped else [])]


def shapes(entry):
    """Return what the notes of a class say of shapes, and the shapes of its first case in the tests."""
    notes = re.search(r"Notes\n-----\n(.*?)(?:\n\n\w+\n---|\Z)", inspect.getdoc(entry), re.DOTALL)
    said = SENTENCE.split(" ".join(notes[1].split())) if notes else []
    said = [one for one in said if re.search(r"``.* gives |The output is ``|to the same\.", one)]
    case = examples().get(entry)
    return "\n\n".join([*([" ".join(said)] if said else []), *([f"E.g. {case}"] if case is not None else [])])


@functools.cache
def examples():
    """Return the shapes of one example of each class."""
    found = {}
    for case in MODULES + CRITERIONS:
        module = case.make()
        if type(module) not in found:
            given = [case.arrays(), *([] if case.target is None else [arrays(case.target, 1)])]
            with contextlib.redirect_stdout(None):  # PrintSize
                output = shape(module.forward(*given))
            found[type(module)] = f"``{case.id}``: {', target '.join(map(shape, given))} → {output}"
    return found


def shape(value):
    """Return a shape as text: 2x3, or [2x3, 4] for a table."""
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(shape, value)) + "]"
    return "x".join(map(str, np.shape(value))) if np.ndim(value) else "a number"


def setup(app):
    """Register the directive; keep classes that are attributes of classes out."""
    app.add_directive("theme", Theme)
    app.connect("autodoc-skip-member", lambda app, what, name, entry, *rest: True if inspect.isclass(entry) else None)
    return {"parallel_read_safe": True}
