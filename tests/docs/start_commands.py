#!/usr/bin/env python3
"""start_commands.py PAGE FOLDER: writes the files that a page shows into the folder, prints its shell blocks as one script, which
ends when one of them fails, and writes what a block is to print to FOLDER/expected."""

import pathlib
import sys

from pages import blocks_of


def main(page, folder):
    folder = pathlib.Path(folder)
    commands = []
    for block in blocks_of(pathlib.Path(page)):
        if block.comment.startswith("file: "):
            (folder / block.comment.removeprefix("file: ")).write_text(block.text)
        elif block.comment == "output":
            commands[-1] = "{\n" + commands[-1] + "} | tee printed\n"
            (folder / "expected").write_text(block.text)
            commands.append("diff expected printed\n")
        elif block.language == "sh":
            commands.append(block.text)
    print("".join(commands), end="")


if __name__ == "__main__":
    main(*sys.argv[1:])
