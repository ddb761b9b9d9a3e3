"""The tasks `speed` and `growth`: ratios of what runs side by side in one run, and what very much input costs."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import cage
import compare
import gather
import pages

ROUNDS = 3
JOBS = 2
# What is measured: sets of documents for the peers that read such ones.
COURSES = [
    (
        ["toolz (docstrings)", "more_itertools (docstrings)", "boltons (docstrings)"],
        ["doctest-looped", "doctest", "pytest", "xdoctest", "xdoctest-in-pytest", "pytest-doctestplus"],
    ),
    (
        ["sympy (docstrings)", "networkx (docstrings)", "attrs (docstrings)", "cattrs (docstrings)"],
        ["doctest-looped", "doctest", "pytest", "xdoctest-in-pytest", "pytest-doctestplus"],
    ),
    (["sympy"], ["doctest-looped", "doctest", "pytest", "sybil", "pytest-doctestplus"]),
    (["attrs", "structlog"], ["pytest-examples", "pytest-markdown-docs", "pytest-codeblocks", "mktestdocs", "mktestdocs-in-pytest", "phmdoctest", "sybil"]),
    (["nbval", "nbsphinx"], ["nbval"]),
]
MOST = 40  # documents of a course: enough to be typical, few enough for a run of minutes


def run(sources, verify, sets, document):
    """Measures all courses, each peer in turn with `verify`. The result is the exit code."""
    lines = ["| documents | peer | a process for each | examples here | seconds: peer | verify, a process for each document | verify, for each example | ratios |"]
    lines.append("| --- | --- | --- | --: | --: | --: | --: | --: |")
    short = ["| documents | tool | takes so many times as long as `verify` with a process for each document | … for each example |", "| --- | --- | --: | --: |"]
    for names, peers in COURSES:
        chosen = [(root, path) for name, root, paths in sets if name in names for path in paths]
        for peer in peers:
            endings = [".py", ".rst", ".md"] if peer in ("doctest-looped", "pytest") else compare.PEERS[peer.removesuffix("-in-pytest")][2]
            mine = with_examples(verify, [str(root / path) for root, path in chosen if Path(path).suffix in endings])[:MOST]
            if not mine:
                continue
            theirs, shared, isolated, count = [], [], [], 0
            for turn in range(ROUNDS):
                # Each of the two is first as often as the other.
                first = timed(sources, peer, mine) if turn % 2 else None
                seconds, count = checked(verify, sources, mine, 'state = "document"\n')
                shared.append(seconds)
                isolated.append(checked(verify, sources, mine, "")[0])
                theirs.append(first or timed(sources, peer, mine))
            unit = "all of them" if peer == "doctest-looped" else "document"
            ratios = [f"{statistics.median(a / b for a, b in zip(theirs, ours)):.1f}" for ours in (shared, isolated)]
            times = [f"{statistics.median(times):.2f}" for times in (theirs, shared, isolated)]
            row = [", ".join(names), peer, unit, str(count), *times, f"**{ratios[0]}**, {ratios[1]}"]
            lines.append("| " + " | ".join(row) + " |")
            short.append(f"| {', '.join(names)} | {peer}, a process for {unit} | {ratios[0]} | {ratios[1]} |")
            print(lines[-1], file=sys.stderr)
    if document:
        pages.write(document, "speed", "\n".join(lines))
        pages.write(document.parents[1] / "README.md", "speed", "\n".join(short))
    return 0


def with_examples(verify, paths):
    """Those documents in which something is found: a peer's start for one without examples says nothing of it."""
    if not paths:
        return []
    call = [verify, "extract", "--format", "json", *paths]
    report = json.loads(subprocess.run(call, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout)
    having = {example["document"] for example in report["examples"] if example["language"] in ("python", "session")}
    return [path for path in paths if path in having]


def timed(sources, peer, paths):
    """Seconds that a peer takes in its cage, without the making of that."""
    argv = [str(sources.python), str(gather.HERE / "adapters" / "timed_.py"), peer, *paths]
    out, _ = cage.run(sources.readable(), argv, 1800, sources.folder / "timed.log")
    try:
        return float(out.split()[-1])
    except (IndexError, ValueError):
        raise SystemExit(f"{peer} gave no time: see {sources.folder / 'timed.log'}") from None


def checked(verify, sources, paths, settings):
    """Seconds that `verify` takes with these settings, and how many examples it runs."""
    call = [verify, "--format", "json", "--jobs", str(JOBS), "--python", sources.python, *paths]
    environment = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    with tempfile.TemporaryDirectory() as project:
        (Path(project) / "verify.toml").write_text(settings)
        begin = time.monotonic()
        done = subprocess.run(call, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment, cwd=project)
        seconds = time.monotonic() - begin
    summary = json.loads(done.stdout)["summary"]
    return seconds, summary["examples"] - sum(summary["skipped"].values())


def growth(_sources, verify, _sets, document):
    """Many documents, and large ones: time, and the most memory that the parent has."""
    lines = ["| input | size | seconds | memory | what came of it |", "| --- | --: | --: | --: | --- |"]
    with tempfile.TemporaryDirectory() as folder:
        for name, make in INPUTS:
            place = Path(folder) / name.replace(" ", "-").replace(",", "")
            make(place)
            size = sum(path.stat().st_size for path in ([place] if place.is_file() else place.rglob("*")) if path.is_file())
            seconds, memory, said = watched([verify, "--jobs", str(JOBS), place])
            lines.append(f"| {name} | {size / 1e6:.1f} MB | {seconds:.1f} | {memory / 1e6:.0f} MB | {said} |")
            print(lines[-1], file=sys.stderr)
    if document:
        pages.write(document, "growth", "\n".join(lines))
    return 0


def watched(call):
    """Seconds, the highest resident memory of the process itself, and its first line of a summary."""
    begin = time.monotonic()
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen(call, stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
        _, _, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - begin
        out.seek(0)
        text = out.read().decode("utf-8", "replace").strip()
    lines = [line for line in text.splitlines() if " example" in line or "MiB" in line]
    return seconds, usage.ru_maxrss * 1024, (lines or [""])[-1].strip().replace("|", "\\|")


def documents(count):
    def make(place):
        place.mkdir()
        for number in range(count):
            (place / f"{number:05}.md").write_text(f"# Page {number}\n\n```python\nprint({number})  # {number}\n```\n")

    return make


def log(place):
    words = "connection closed reading request queue worker pool timeout retry session token host bytes".split()
    with place.open("w") as file:
        for number in range(1_000_000):
            word, other = words[number % 13], words[number // 13 % 13]
            file.write(f"2026-01-{number % 28 + 1:02} 12:{number % 60:02}:07 INFO {word} {other}[{number}]: {word}\n")


def page(size):
    def make(place):
        filler = "Some text that goes on for a while, and says nothing that a program could check.\n\n" * 1000
        with place.open("w") as file:
            for number in range(size // len(filler) + 1):
                file.write(f"## Part {number}\n\n{filler}```python\nprint({number})  # {number}\n```\n\n")

    return make


def notebook(size):
    def make(place):
        image = {"output_type": "display_data", "data": {"image/png": "A" * 1_000_000, "text/plain": ["<Figure>"]}, "metadata": {}}
        cell = {"cell_type": "code", "execution_count": 1, "metadata": {}, "outputs": [image], "source": ["x = 1"]}
        place.write_text(json.dumps({"cells": [cell] * (size // 1_000_000), "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1))

    return make


INPUTS = [
    ("1,000 documents", documents(1_000)),
    ("10,000 documents", documents(10_000)),
    ("30,000 documents", documents(30_000)),
    ("a log of a million lines.txt", log),
    ("a page.md", page(100_000_000)),
    ("a notebook.ipynb", notebook(100_000_000)),
]
