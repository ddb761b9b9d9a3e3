"""Writes what was measured into a document, between marks."""

import re


def write(document, name, text):
    """Replaces what stands between `<!-- name: measured -->` and `<!-- end -->`."""
    old = document.read_text()
    begin, end = f"<!-- {name}: measured -->", "<!-- end -->"
    if begin not in old:
        raise SystemExit(f"{document} has no {begin}")
    new = re.sub(f"({re.escape(begin)}\n).*?({re.escape(end)})", lambda match: f"{match[1]}{text}\n{match[2]}", old, count=1, flags=re.DOTALL)
    document.write_text(new)
