"""The code blocks of Markdown, as markdown-it finds them and as `verify extract` does: in each example of CommonMark's specification,
and in all Markdown documents of the sources."""

import json
import re
import subprocess
from collections import defaultdict
from dataclasses import dataclass

import cage
import gather


# The words of a fence that may hold output.
OUTPUT = {"", "text", "txt", "console", "output", "{testoutput}", "pytb", "none", "plain", "plaintext"}
OPTION = re.compile(r"\s*(:[\w-]+:.*|---|[\w-]+: .*)?$")


@dataclass
class Missed:
    """A block that markdown-it finds and `verify` doesn't, or finds with other lines."""

    path: str
    first: int
    last: int
    here: str


def specification(sources):
    """Each example of the specification as a document of its own: the folder that they are in."""
    source = sources.listed["specification"]
    sources.unpack(source)
    folder = sources.unpacked / "specification"
    folder.mkdir(exist_ok=True)
    for example in json.loads((sources.root(source) / source["examples"]).read_text()):
        (folder / f"{example['example']:03}.md").write_text(example["markdown"], newline="")
    return folder


def compared(sources, verify, root, paths):
    """How many blocks markdown-it finds in documents, how many of these are output of the block before (which is no example of its own
    here), and those that aren't found here on the same lines."""
    argv = [str(sources.python), str(gather.HERE / "adapters" / "blocks_.py"), *(str(root / path) for path in paths)]
    out, status = cage.run(sources.readable(), argv, 600, sources.folder / "blocks.log")
    if status:
        raise SystemExit(f"markdown-it failed: see {sources.folder / 'blocks.log'}")
    # What is reStructuredText by its directive is read as that: it's no code, and has blocks of its own.
    rows = [row for row in map(json.loads, out.splitlines()) if row["why"] != "{eval-rst}"]
    call = [verify, "extract", "--format", "json", *paths]
    report = json.loads(subprocess.run(call, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout)
    here = defaultdict(list)
    for example in report["examples"]:
        here[example["document"]].append(tuple(example["lines"]))
    missed, outputs, texts = [], 0, {}
    for row in rows:
        path = row["document"].removeprefix(f"{root}/")
        lines = texts.setdefault(path, (root / path).read_text(encoding="utf-8").split("\n"))
        # A directive's options stand at its head, and aren't code; what is in other directives is Markdown with blocks of its own.
        starts, within = {row["first"]}, False
        if row["why"].startswith("{"):
            while row["first"] < row["last"] and OPTION.match(lines[row["first"] - 1]):
                row["first"] += 1
                starts.add(row["first"])
            within = any(row["first"] < first and last < row["last"] for first, last in here[path])
        if within or any(first in starts and last == row["last"] for first, last in here[path]):
            continue
        before = max((last for _, last in here[path] if last < row["first"]), default=0)
        if row["why"].lower() in OUTPUT and before and not any(known["document"] == row["document"] and before < known["first"] < row["first"] for known in rows):
            outputs += 1
        else:
            near = [lines for lines in here[path] if lines[0] <= row["last"] and lines[1] >= row["first"]]
            missed.append(Missed(path, row["first"], row["last"], ", ".join(f"{first}-{last}" for first, last in near)))
    return len(rows), outputs, missed
