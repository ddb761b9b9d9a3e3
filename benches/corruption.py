#!/usr/bin/env python3
"""How many changed values `verify` catches: takes claims that hold, changes one in a copy of its document, and checks the copy.

    python3 benches/corruption.py --python .venv docs/ README.md

Prints the share of changes that were called wrong, and each that wasn't, with what was said instead. A claim's own example runs in the sandbox,
as everything does that `verify` checks; this script runs none. Wants `cargo build --release`.
"""

import argparse
import ast
import collections
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
WORDS = {"True": "False", "False": "True", "None": "0"}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("documents", metavar="PATH", nargs="+", type=Path)
    parser.add_argument("--verify", type=Path, default=PROJECT / "target" / "release" / "verify", help="the program to try")
    parser.add_argument("--python", default=sys.executable, help="the interpreter or virtual environment of the examples")
    parser.add_argument("--seed", type=int, default=1, help="of the choice of claims, and of what is changed in them")
    parser.add_argument("--most", type=int, default=3, metavar="N", help="at most N claims of a document (default: 3)")
    arguments = parser.parse_args()
    chance = random.Random(arguments.seed)

    def check(paths):
        call = [arguments.verify.resolve(), "--python", arguments.python, "--format", "json", *paths]
        return by_document(json.loads(subprocess.run(call, stdout=subprocess.PIPE, check=False).stdout))

    with tempfile.TemporaryDirectory() as folder:
        changes = []
        for document, claims in check(arguments.documents).items():
            holding = [claim for claim in claims if claim["verdict"] == "holds"]
            for claim in chance.sample(holding, min(arguments.most, len(holding))):
                if made := change_value(Path(document), claim, chance):
                    change, text = made
                    copy = copy_of(Path(document), Path(folder, f"{len(changes):05}"))
                    copy.write_bytes(text)
                    changes.append((document, claim, copy, change))
        found = check([copy for _, _, copy, _ in changes]) if changes else {}
    sys.exit(tell(changes, found))


def by_document(report):
    """The claims of each document."""
    claims = collections.defaultdict(list)
    for example in report["examples"]:
        claims[example["document"]] += example["claims"]
    return claims


def copy_of(document, folder):
    """Where a copy of the document is to be written: a module among links to the rest of its package, without which it can't be imported."""
    package = document.resolve().parent
    if document.suffix != ".py" or not Path(package, "__init__.py").exists():
        folder.mkdir()
        return Path(folder, document.name)
    while Path(package.parent, "__init__.py").exists():
        package = package.parent
    shutil.copytree(package, Path(folder, package.name), copy_function=os.link)
    copy = Path(folder, document.resolve().relative_to(package.parent))
    copy.unlink()
    return copy


def change_value(document, claim, chance):
    """The document with something else in the claim: what stood there and what stands there now, and the whole of it; or nothing where the claim's
    words aren't in the file as they are read (behind an escape, say)."""
    lines = document.read_bytes().decode("utf-8", "surrogateescape").splitlines(keepends=True)
    place = claim["line"] - 1
    first = (claim["expected"] or "").split("\n")[0].strip()
    if claim["form"] == "assertion" and not is_literal(first):
        return None
    begin = lines[place].find(first, claim["column"] - 1) if first and place < len(lines) else -1
    if begin < 0:
        return None
    value = changed(first, chance)
    if value is None:
        return None
    lines[place] = lines[place][:begin] + value + lines[place][begin + len(first) :]
    return (first, value), "".join(lines).encode("utf-8", "surrogateescape")


def is_literal(text):
    """Whether an assertion compares with a value that is written there, and not with what other code gives."""
    try:
        ast.literal_eval(text)
    except (SyntaxError, ValueError):
        return False
    return True


def changed(text, chance):
    """The text with another digit; if it has none, with another truth or another letter. What an ellipsis allows stays, and so do
    addresses, which are others each time, and the letters in front of quotes."""
    found = re.finditer(r"0x[0-9a-f]+|\b(True|False|None)\b|\d|(?!(?<![\w'\"])[bu]['\"])[A-Za-z]", text)
    places = [one for one in found if one.start() < (text + "...").index("...") and not one[0].startswith("0x")]
    if not places:
        return None
    found = chance.choice([found for found in places if found[0].isdigit()] or places)
    old = found[0]
    if old in WORDS:
        new = WORDS[old]
    elif old.isdigit():
        new = chance.choice([digit for digit in "123456789" if digit != old])
    else:
        new = chance.choice([letter for letter in "abcdefghijklmnopqrstuvwxyz" if letter != old.lower()])
        new = new.upper() if old.isupper() else new
    return text[: found.start()] + new + text[found.end() :]


def tell(changes, found):
    """Prints what came of it; gives the exit code: 1 if fewer than 97 of 100 were caught."""
    caught = 0
    for document, claim, copy, (before, after) in changes:
        there = [one for one in found.get(str(copy), []) if one["line"] == claim["line"]]
        if any(one["verdict"] == "wrong" for one in there):
            caught += 1
            continue
        said = "; ".join(f"{one['verdict']} ({one['reason']})" if one["reason"] else one["verdict"] for one in there) or "no claim"
        print(f"{document}:{claim['line']}:{claim['column']}: {before!r} → {after!r}: {said}")
    share = 100 * caught / len(changes) if changes else 0
    print(f"{caught} of {len(changes)} changes were called wrong ({share:.1f} %)")
    return 0 if share >= 97 else 1


if __name__ == "__main__":
    main()
