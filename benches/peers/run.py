#!/usr/bin/env python3
"""How `verify` does beside its peers, on the documents of public packages.

    python3 benches/peers/run.py agreement        what each peer finds and passes, against what `verify` says of the same lines
    python3 benches/peers/run.py speed            how long each of them takes
    python3 benches/peers/run.py growth           10,000 documents, and very large ones

It installs the peers and the packages into a folder of its own (`--folder`), fetches the documents from source distributions, and writes
what it measured to `docs/agreement.md`. The peers run examples of strangers, so each runs in a cage without a network; where none can be
made, nothing runs. Wants Linux, Python 3.11 or newer, `cargo build --release`, and bubblewrap or util-linux.
"""

import argparse
import os
import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

import agreement  # noqa: E402
import cage  # noqa: E402
import gather  # noqa: E402
import speed  # noqa: E402

PROJECT = Path(__file__).resolve().parents[2]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("task", choices=["agreement", "speed", "growth"])
    parser.add_argument("--only", metavar="SET", action="append", help="only this set of documents; nothing is written to docs/ then")
    parser.add_argument("--verify", type=Path, default=PROJECT / "target" / "release" / "verify", help="the program to compare")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    parser.add_argument("--folder", type=Path, default=cache / "verify-peers", help="where peers and documents are kept")
    parser.add_argument("--python", default=sys.executable, help="the interpreter that all of them use")
    arguments = parser.parse_args()
    if not arguments.verify.exists():
        parser.error(f"{arguments.verify} isn't there: `cargo build --release` makes it")
    sources = gather.Sources(arguments.folder, arguments.python)
    sources.fetch()
    try:
        cage.prove(sources.python, sources.readable())
    except cage.NoCage as error:
        sys.exit(f"nothing was run, because peers run examples of strangers: {error}")
    sets = [one for one in sources.sets() if not arguments.only or one[0] in arguments.only]
    document = None if arguments.only else PROJECT / "docs" / "agreement.md"
    task = {"agreement": agreement.run, "speed": speed.run, "growth": speed.growth}[arguments.task]
    return task(sources, arguments.verify.resolve(), sets, document)


if __name__ == "__main__":
    sys.exit(main())
