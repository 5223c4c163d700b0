#!/usr/bin/env python3
"""links.py REPOSITORY: every relative link, picture and anchor in every page leads somewhere."""

import pathlib
import re
import sys
import urllib.parse

from pages import all_pages, anchors_of, prose_of

LINK = re.compile(r"!?\[[^\]]*\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")


def fault_of(page, target, repository):
    """What is wrong with a link, or None."""
    if re.match(r"[a-z][a-z0-9+.-]*:", target):
        return None  # elsewhere
    path, _, anchor = urllib.parse.unquote(target).partition("#")
    there = (page.parent / path).resolve() if path else page
    if not there.is_relative_to(repository):
        return "leads out of the repository"
    if not there.exists():
        return "there is no such file"
    if anchor and (there.suffix != ".md" or anchor not in anchors_of(there)):
        return "there is no such heading"
    return None


def main(repository):
    repository = pathlib.Path(repository).resolve()
    links = faults = 0
    for page in all_pages(repository):
        if page.is_relative_to(repository / "docs/site"):
            continue  # read by Sphinx only, as part of other pages
        for number, text, _ in prose_of(page):
            for target in LINK.findall(text):
                links += 1
                if fault := fault_of(page, target, repository):
                    faults += 1
                    print(f"{page.relative_to(repository)}:{number}: {target}: {fault}")
    print(f"{links} links, {faults} lead nowhere")
    return 1 if faults or not links else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
