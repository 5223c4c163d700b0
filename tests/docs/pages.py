"""Markdown as far as the tests of the pages need it: code blocks, links, headings."""

import dataclasses
import pathlib
import re
import textwrap


@dataclasses.dataclass
class Block:
    page: pathlib.Path
    line: int  # of its first line of code
    language: str
    comment: str  # the HTML comment just above it, without its brackets; empty if there is none
    text: str


def blocks_of(page):
    """All fenced blocks of a page."""
    blocks, inside, comment = [], None, ""
    for number, line in enumerate(page.read_text().splitlines(), 1):
        fence = re.match(r"\s*(```+)\s*(\S*)", line)
        if inside:
            if fence and not fence[2]:
                inside.text = textwrap.dedent(inside.text)
                blocks.append(inside)
                inside, comment = None, ""
            else:
                inside.text += line + "\n"
        elif fence:
            inside = Block(page, number + 1, fence[2], comment, "")
        elif match := re.fullmatch(r"<!-- (.*) -->", line.strip()):
            comment = match[1]
        elif line.strip():
            comment = ""
    return blocks


def prose_of(page):
    """The page's lines, numbered, without code."""
    lines, fenced = [], False
    for number, line in enumerate(page.read_text().splitlines(), 1):
        if re.match(r"\s*```", line):
            fenced = not fenced
        elif not fenced:
            lines.append((number, re.sub(r"`[^`]*`", "``", line), line))
    return lines


def anchors_of(page):
    """The anchors that GitHub and MyST give a page's headings."""
    anchors = {}
    for _, _, line in prose_of(page):
        if heading := re.match(r"#{1,6}\s+(.*?)\s*#*$", line):
            slug = re.sub(r"[^\w\- ]", "", heading[1].lower()).replace(" ", "-")
            count = anchors.get(slug, 0)
            anchors[slug] = count + 1
            if count:
                anchors[f"{slug}-{count}"] = 1
    return set(anchors)


def all_pages(repository):
    """Each page that belongs to the sources."""
    skipped = {"build", "node_modules", ".git", "planted"}
    return sorted(page for page in repository.rglob("*.md")
                  if not skipped & set(page.relative_to(repository).parts[:-1]))
