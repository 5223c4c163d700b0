"""How Sphinx makes one site of the pages in docs/ and of what Doxygen reads in the public headers.

`./run docs` calls it; build/docs/api-xml has been made by Doxygen before. Nothing is fetched from the network.
"""

import pathlib
import re
import sys

from docutils import nodes
from pygments.lexers import TextLexer
from sphinx.util import logging

repository = pathlib.Path(__file__).resolve().parents[2]
here = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(here))

from headers import Headers  # noqa: E402


def version_of(cmake):
    return re.search(r"project\(zanni VERSION ([0-9.]+)", cmake.read_text()).group(1)


project = "Zanni"
author = "the authors of Zanni"
copyright = author
version = release = version_of(repository / "CMakeLists.txt")
extensions = ["myst_parser", "breathe"]
root_doc = "index"
source_suffix = {".md": "markdown"}
exclude_patterns = ["site"]
myst_heading_anchors = 4
breathe_projects = {"zanni": str(repository / "build/docs/api-xml")}
breathe_default_project = "zanni"
breathe_default_members = ("members",)
breathe_show_include = False
cpp_id_attributes = ["nodiscard"]
primary_domain = "cpp"
highlight_language = "text"
nitpicky = False

html_theme = "furo"
html_title = f"Zanni {version}"
html_static_path = ["static"]
html_css_files = ["zanni.css"]
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#1f5f8b", "color-brand-content": "#1f5f8b"},
    "dark_css_variables": {"color-brand-primary": "#7db8e0", "color-brand-content": "#7db8e0"},
}
html_show_sphinx = False
html_copy_source = False
pygments_style = "tango"
pygments_dark_style = "native"


# What stands in the side bar below which page: kept apart from the pages, which are plain Markdown and readable where
# there is no Sphinx.
CONTENTS = {"index": "index", "adr/index": "adr", "api/index": "api", "performance": "performance"}


def complete(_, docname, source):
    if docname in CONTENTS:
        source[0] += "\n" + (here / "contents" / f"{CONTENTS[docname]}.md").read_text()
    if docname.startswith("api/"):
        headers = Headers(breathe_projects["zanni"])
        source[0] = re.sub(r"<!-- header: (\S+) -->", lambda match: headers.declared_in(match[1]), source[0])


def link_out_of_the_site(app, env, node, content):
    """A link to a folder, or to a page beside docs/, of which the site has none: its text stays."""
    target = node.get("reftarget", "").partition("#")[0]
    there = (pathlib.Path(env.srcdir, node.get("refdoc", env.docname)).parent / target).resolve()
    beside = there.is_dir() or (there.exists() and not there.is_relative_to(env.srcdir))
    return nodes.inline("", "", *content.children) if target and beside else None


def headers_without_page(app, env):
    """Each public header stands on one page of the reference."""
    shown = "".join(page.read_text() for page in pathlib.Path(app.srcdir, "api").glob("*.md"))
    left_out = (here / "not_in_the_reference.txt").read_text().split()
    for header in sorted(repository.glob("*/include/zanni/*.hpp")):
        if header.name not in left_out and f"<!-- header: {header.name} -->" not in shown:
            logging.getLogger(__name__).warning("no page in docs/api shows %s", header.name)


def setup(app):
    app.add_lexer("hex", TextLexer)
    app.connect("source-read", complete)
    app.connect("missing-reference", link_out_of_the_site)
    app.connect("env-check-consistency", headers_without_page)
