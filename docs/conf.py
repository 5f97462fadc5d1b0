"""Sphinx configuration: MyST pages, numpydoc docstrings, tables of each theme made from them."""

import sys
from pathlib import Path

here = Path(__file__).parent
sys.path[:0] = [str(here), str(here.parent)]

project = "nnlite"
copyright = "the nnlite authors"
extensions = ["sphinx.ext.autodoc", "sphinx.ext.viewcode", "numpydoc", "myst_parser", "theme_table"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = "nnlite and optimlite"
html_static_path = ["_static"]
html_css_files = ["tables.css"]
myst_enable_extensions = ["attrs_inline", "colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3
autodoc_member_order = "bysource"
autodoc_inherit_docstrings = False  # overrides of updateOutput and the like say nothing new
autodoc_typehints = "none"  # the docstrings name the types
autosummary_generate = False  # numpydoc would switch it on
default_role = "py:obj"
numpydoc_show_class_members = False
toc_object_entries_show_parents = "hide"
