"""markdown-it: the code blocks of Markdown files, as the reference implementations have them. Nothing runs."""

import sys

import found
from markdown_it import MarkdownIt

for document in sys.argv[1:]:
    with open(document, encoding="utf-8", newline="") as file:
        text = file.read()
    for token in MarkdownIt("commonmark").parse(text):
        lines = token.content.split("\n")
        if token.type not in ("fence", "code_block") or not token.content.strip():
            continue
        first, last = token.map[0] + (2 if token.type == "fence" else 1), token.map[1]
        last = min(last, first + len(lines) - 2)
        # Empty lines at the end of indented code are none of it.
        while token.type == "code_block" and not lines[last - first].strip() and last > first:
            last -= 1
        found.row(document, first, last, "passed", token.info.strip() if token.type == "fence" else "    ", "block", False)
