"""The documentation site, which Sphinx builds from README.md and docs/*.md as they are on GitHub: `make docs`.

https://www.sphinx-doc.org/en/master/usage/configuration.html and https://myst-parser.readthedocs.io/en/latest/configuration.html
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx

_ROOT = Path(__file__).parents[2]

project = "quilt-athena"
version = release = tomllib.loads((_ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
root_doc = "README"
include_patterns = ["*.md", "docs/*.md", "examples/*.md", "tests/conformance/*.md"]
exclude_patterns = [".*"]
extensions = ["myst_parser", "sphinx_copybutton", "sphinxcontrib.mermaid"]

# A link to a page, a heading, a file or an image that doesn't exist is a warning, and a warning fails the build.
nitpicky = True
# Placeholders such as {objects_view} in SQL are no SQL, which is no reason to leave out its colours elsewhere.
suppress_warnings = ["misc.highlighting_failure"]
myst_heading_anchors = 4
myst_fence_as_directive = ["mermaid"]
mermaid_height = "auto"
mermaid_fullscreen = False

html_theme = "furo"
html_title = f"quilt-athena {release}"
html_extra_path = ["index.html"]
html_copy_source = False
html_show_copyright = False
html_show_sphinx = False
# The prompts of ```console blocks aren't copied, nor is what the commands print.
copybutton_exclude = ".linenos, .gp, .go"

#: The pages in the order of the sidebar. A page that isn't listed is a warning, too.
NAVIGATION = {
    "Quick starts": {
        "Analyst": "docs/quick-start-analyst",
        "Service developer": "docs/quick-start-service",
        "Operator": "docs/quick-start-operator",
        "Contributor": "docs/quick-start-contributor",
    },
    "Query": {
        "Command": "docs/cli",
        "Console": "docs/console",
        "Python client": "docs/python",
        "Views and saved queries": "docs/views",
        "Packages": "docs/packages",
    },
    "Build on it": {
        "Contracts": "docs/contracts",
        "Local AWS": "docs/local",
        "Examples": "examples/README",
        "SQL of the local AWS": "docs/sql",
        "Conformance": "tests/conformance/README",
        "Demo": "docs/demo",
    },
    "Operate": {
        "Operations": "docs/operations",
        "Index": "docs/index",
        "Access": "docs/access",
        "Verification on AWS": "docs/verification",
        "Security": "SECURITY",
        "Changelog": "CHANGELOG",
    },
    "Reference": {
        "Parameters, outputs, commands": "docs/reference",
        "Architecture": "docs/architecture",
        "Decisions": "docs/decisions",
        "Contributing": "CONTRIBUTING",
    },
}


def _add_navigation(_: Sphinx, page: str, source: list[str]) -> None:
    """Append the tables of contents to the start page, where GitHub would show them as code."""
    if page != root_doc:
        return
    for caption, pages in NAVIGATION.items():
        entries = "\n".join(f"{title} </{path}>" for title, path in pages.items())
        source[0] += f"\n```{{toctree}}\n:hidden:\n:caption: {caption}\n\n{entries}\n```\n"


def setup(app: Sphinx) -> None:
    """Register what this file adds to Sphinx."""
    app.connect("source-read", _add_navigation)
