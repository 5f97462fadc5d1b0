"""Rules of the source that no linter knows: nil is only None, errors instead of asserts, docstrings, sizes, privacy."""

import ast
import importlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LIBRARY = sorted([*(ROOT / "nnlite").rglob("*.py"), *(ROOT / "optimlite").rglob("*.py")])
TEXTS = sorted(
    path
    for folder in ("nnlite", "optimlite", "demos", "docs", "tests", ".ci")
    for path in (ROOT / folder).rglob("*")
    if path.suffix in (".py", ".md", ".cfg", ".toml", ".sh") and "_build" not in path.parts
)


def name_of(path):
    return str(path.relative_to(ROOT))


def places(path, wanted):
    """Return where in a file `wanted(node)` holds."""
    tree = ast.parse(path.read_text())
    return [f"{name_of(path)}:{node.lineno}" for node in ast.walk(tree) if wanted(node)]


def picks_a_default(node):
    """Return whether a node is ``name = x or default``."""
    return isinstance(node, ast.Assign | ast.AnnAssign | ast.keyword) and isinstance(
        getattr(node.value, "op", None), ast.Or
    )


@pytest.mark.parametrize("path", LIBRARY, ids=name_of)
def test_only_none_is_nil(path):
    assert places(path, picks_a_default) == []


@pytest.mark.parametrize("path", LIBRARY, ids=name_of)
def test_no_assert(path):
    assert places(path, lambda node: isinstance(node, ast.Assert)) == []


@pytest.mark.parametrize("path", LIBRARY, ids=name_of)
def test_no_file_grows_beyond_a_screenful_of_screens(path):
    assert path.read_text().count("\n") <= 420


@pytest.mark.parametrize("path", LIBRARY, ids=name_of)
def test_docstrings(path):
    """Every module and every public class and function at the top of one says what it is."""
    tree = ast.parse(path.read_text())
    nodes = [node for node in tree.body if isinstance(node, ast.ClassDef | ast.FunctionDef)]
    public = [node for node in nodes if not node.name.startswith("_")]
    assert ast.get_docstring(tree), name_of(path)
    assert [node.name for node in public if not ast.get_docstring(node)] == []


@pytest.mark.parametrize("path", LIBRARY, ids=name_of)
def test_dunder_all_names_what_is_there(path):
    name = name_of(path).removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    module = importlib.import_module(name)
    names = getattr(module, "__all__", [])
    assert [name for name in names if not hasattr(module, name)] == []
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("path", TEXTS, ids=name_of)
def test_nothing_of_this_machine(path):
    text = path.read_text()
    assert re.search(r"/(?:root|home|work)/\w", text) is None or path.name == "test_source.py"
    assert re.search(r"\b(?:TODO|FIXME|XXX)\b", text) is None or path.name == "test_source.py"
