#!/usr/bin/env python3
"""snippets.py: the C++ of a page compiles, and its whole programs run.

A block with main() is a program: it is compiled, linked and run, and must end with 0. Any other is compiled as it stands,
behind the includes and using-directives of preludes/begin.inc. A comment just above the block says otherwise:

    <!-- snippet: bank, in-actor -->      put it into preludes/bank.inc and preludes/in-actor.inc, where @SNIPPET@ stands
                                          (at the end, if it doesn't); the first is the outermost
    <!-- snippet: not run, why -->        a program that is only compiled
    <!-- snippet: not compiled, why -->   neither
    <!-- file: NAME -->                   a file of a project that another test builds; compiled here too
    <!-- source: PATH -->                 an excerpt of that file, which is compiled elsewhere: its lines must be there, in one piece
    <!-- output: PATH -->                 (a block of any language) the whole of that file; without PATH another test compares it
"""

import argparse
import pathlib
import re
import subprocess
import sys

from pages import blocks_of

HERE = pathlib.Path(__file__).resolve().parent
LIMIT_SECONDS = 200


def words_of(comment):
    kind, _, rest = comment.partition(":")
    return kind.strip(), rest.strip()


def is_program(block):
    return re.search(r"^int main\(", block.text, re.MULTILINE) is not None


def source_of(block, preludes):
    """The block as a file that compiles. Its #include lines go to the top, as it may stand within a function."""
    includes = "".join(line + "\n" for line in block.text.splitlines() if line.startswith("#include"))
    code = "\n".join("" if line.startswith("#include") else line for line in block.text.splitlines())
    text = f'#line {block.line} "{block.page}"\n{code}\n#line 1 "prelude"\n'
    for name in reversed(preludes):
        prelude = (HERE / "preludes" / f"{name}.inc").read_text()
        if "@SNIPPET@" not in prelude:
            prelude += "@SNIPPET@"
        text = prelude.replace("@SNIPPET@", text)
    return includes + (HERE / "preludes/begin.inc").read_text() + text


def run(command):
    result = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_SECONDS, check=False)
    return None if result.returncode == 0 else f"{' '.join(map(str, command))}\n{result.stdout}{result.stderr}"


def compile_block(block, preludes, wanted, options):
    stem = options.work / f"{block.page.stem}_{block.line}"
    source = stem.with_suffix(".cpp")
    if is_program(block):
        source.write_text(block.text)
    else:
        source.write_text(source_of(block, preludes))
    compiler = [options.compiler, "-std=c++23", *options.flags, *(f"-I{each}" for each in options.include), source]
    if not (wanted == "run" and is_program(block)):
        return run([*compiler, "-fsyntax-only"])
    library = options.library.parent
    return run([*compiler, "-o", stem, f"-L{library}", f"-Wl,-rpath,{library}", "-lzanni"]) or run([stem])


def check(block, options):
    """What is wrong with a block, or None."""
    kind, rest = words_of(block.comment)
    if kind in ("source", "output") and rest:
        file = options.repository / rest
        if not file.exists():
            return f"there is no {rest}"
        same = block.text in file.read_text() if kind == "source" else block.text == file.read_text()
        return None if same else f"not what stands in {rest}"
    if block.language != "cpp":
        return None
    if kind == "snippet" and rest.startswith("not compiled"):
        return None if "," in rest else "say why it isn't compiled"
    if kind == "snippet" and rest.startswith("not run"):
        return compile_block(block, [], "compiled", options) if "," in rest else "say why it isn't run"
    if kind == "file":
        return compile_block(block, [], "compiled", options)
    preludes = [each.strip() for each in rest.split(",")] if kind == "snippet" else []
    return compile_block(block, preludes, "run", options)


def main():
    arguments = argparse.ArgumentParser(description="compiles the C++ of one page")
    arguments.add_argument("page", type=pathlib.Path)
    arguments.add_argument("--repository", type=pathlib.Path, required=True)
    arguments.add_argument("--compiler", required=True)
    arguments.add_argument("--library", type=pathlib.Path, required=True, help="libzanni.so")
    arguments.add_argument("--work", type=pathlib.Path, required=True)
    arguments.add_argument("--flag", dest="flags", action="append", default=[])
    options = arguments.parse_args()
    options.include = [options.repository / folder / "include" for folder in ("core", "transport", "broker")]
    options.work.mkdir(parents=True, exist_ok=True)

    blocks = [block for block in blocks_of(options.page)
              if block.language == "cpp" or words_of(block.comment)[0] in ("source", "output")]
    faults = 0
    for block in blocks:
        if fault := check(block, options):
            faults += 1
            print(f"{block.page}:{block.line}: {fault}")
    print(f"{options.page.name}: {len(blocks)} blocks, {faults} at fault")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
