"""What each peer finds and passes, against what `verify` says of the same lines."""

import hashlib
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import cage
import gather

# Each peer: its adapter, that one's arguments, and the endings of the documents that it reads.
PEERS = {
    "doctest": ("doctest_", [], [".py", ".rst", ".txt", ".md"]),
    "sybil": ("pytest_", ["sybil"], [".rst", ".md"]),
    "xdoctest": ("xdoctest_", [], [".py"]),
    "pytest-doctestplus": ("pytest_", ["pytest-doctestplus"], [".py", ".rst", ".md"]),
    "pytest-examples": ("pytest_", ["pytest-examples"], [".md"]),
    "pytest-markdown-docs": ("pytest_", ["pytest-markdown-docs"], [".md"]),
    "pytest-codeblocks": ("pytest_", ["pytest-codeblocks"], [".md"]),
    "mktestdocs": ("mktestdocs_", [], [".md"]),
    "phmdoctest": ("phmdoctest_", [], [".md"]),
    "nbval": ("pytest_", ["nbval"], [".ipynb"]),
}
PEER_SECONDS = 1800


@dataclass
class Difference:
    """An example that a peer passes and that doesn't hold here."""

    peer: str
    documents: str
    path: str
    first: int
    last: int
    what: str
    detail: str = ""


@dataclass
class Tally:
    """Counts of one peer on one set."""

    collected: int = 0
    found: int = 0
    passed: int = 0
    hold: int = 0
    failed: int = 0
    wrong_too: int = 0
    elsewhere: int = 0
    differences: list = field(default_factory=list)


def peer_rows(sources, name, root, paths, peer):
    """What a peer says of documents. It's kept, as long as neither the documents, the packages nor the adapters change."""
    adapter, arguments, endings = PEERS[peer]
    paths = [path for path in paths if Path(path).suffix in endings]
    if not paths:
        return []
    script = gather.HERE / "adapters" / f"{adapter}.py"
    given = [script.read_text(), (script.parent / "found.py").read_text(), (gather.HERE / "requirements.txt").read_text(), str(root), *paths]
    key = hashlib.sha256("\0".join(given + arguments).encode()).hexdigest()[:16]
    folder = sources.folder / "peers"
    folder.mkdir(exist_ok=True)
    stem = f"{name}-{peer}-{key}".replace(" ", "-")
    kept = folder / f"{stem}.jsonl"
    if not kept.exists():
        argv = [str(sources.python), str(script), *arguments, *(str(root / path) for path in paths)]
        try:
            out, _ = cage.run(sources.readable(), argv, PEER_SECONDS, folder / f"{stem}.log")
        except subprocess.TimeoutExpired:
            raise SystemExit(f"{peer} on {name}: no end after {PEER_SECONDS} s")
        kept.write_text(out)
    rows = [json.loads(line) for line in kept.read_text().splitlines()]
    for row in rows:
        row["document"] = os.path.relpath(os.path.normpath(row["document"]), root)
    return rows


def verify_examples(verify, sources, root, paths):
    """The examples that `verify` reports, by document."""
    if not paths:
        return {}
    call = [verify, "--format", "json", "--python", sources.python, "--timeout", "60", *paths]
    environment = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    with tempfile.TemporaryFile() as out:
        subprocess.run(call, cwd=root, stdout=out, stderr=subprocess.DEVNULL, env=environment)
        out.seek(0)
        report = json.load(out)
    examples = defaultdict(list)
    for example in report["examples"]:
        if example["language"] in ("python", "session") or example["reason"] is None:
            examples[example["document"]].append(example)
    return examples


def shows(lines, number, shown):
    """Whether the first line of output behind a statement is this one, as far as escapes let that be seen."""
    below = (line.strip() for line in lines[number:])
    first = next((line for line in below if not line.startswith(("...", ">>>")) or not line), "")
    return not shown or "\\" in first or first == shown or shown == "<BLANKLINE>"


def placed(row, lines):
    """Puts a statement where it stands in the document, as near as can be to where its peer says; `False` where it stands nowhere."""
    code, shown = row["code"].strip(), row["shown"]
    if row["grain"] == "block" or not code:
        return True
    stands = [number for number, line in enumerate(lines, 1) if line.strip() in (f">>> {code}", f">>>{code}") and shows(lines, number, shown)]
    if not stands:
        return False
    away = min((number - row["first"] for number in stands), key=abs)
    row["first"] += away
    row["last"] += away
    # What is shown for it ends at the next prompt or empty line.
    while row["last"] < len(lines) and (line := lines[row["last"]].strip()) and not line.startswith((">>>", "```", "~~~", '"""', "'''")):
        row["last"] += 1
    return True


def judged(row, examples):
    """What is made here of an example that a peer found: `None` if it holds, else what differs and a detail."""
    here = [example for example in examples if example["lines"][0] <= row["last"] and example["lines"][1] >= row["first"]]
    here = [example for example in here if example["language"] in ("python", "session")] or here
    if not here:
        return "not found", ""
    claims = [claim for example in here for claim in example["claims"] if row["first"] <= claim["line"] <= row["last"]]
    for claim in claims:
        if claim["verdict"] == "wrong":
            return "wrong", f"{claim['line']}: {claim['expected']!r} seen {claim['actual']!r}"
    if row["compared"]:
        if any(claim["verdict"] == "holds" for claim in claims):
            return None
        if claims:
            return "unsettled", f"{claims[0]['line']}: {claims[0]['reason']}"
    for example in here:
        if example["outcome"] == "ran":
            continue
        stopped = example["stopped_at"]
        # A prompt goes on behind an exception; a script doesn't.
        reached = stopped is not None and (stopped > row["last"] or example["mode"] == "prompt" and stopped < row["first"])
        if row["grain"] == "block" or not reached:
            return example["outcome"], f"{stopped}: {example['reason']}"
    return ("no claim", "") if row["compared"] else None


def one_set(sources, verify, name, root, paths, peers):
    """The tally of each peer on a set, and what `verify` found there."""
    with ThreadPoolExecutor(2) as pool:
        futures = {peer: pool.submit(peer_rows, sources, name, root, paths, peer) for peer in peers}
        examples = verify_examples(verify, sources, root, paths)
        rows = {peer: future.result() for peer, future in futures.items()}
    tallies, lines = {}, {}
    for peer, found in rows.items():
        tally = tallies[peer] = Tally()
        for row in found:
            document = row["document"]
            if document not in lines:
                lines[document] = (root / document).read_text(encoding="utf-8", errors="replace").splitlines()
            if not placed(row, lines[document]):
                tally.elsewhere += 1
                continue
            verdict = judged(row, examples.get(row["document"], []))
            tally.collected += 1
            tally.found += verdict is None or verdict[0] != "not found"
            if row["outcome"] == "passed":
                tally.passed += 1
                tally.hold += verdict is None
            if row["outcome"] == "failed":
                tally.failed += 1
                tally.wrong_too += verdict is not None
            if verdict and (row["outcome"] == "passed" or verdict[0] == "not found"):
                tally.differences.append(Difference(peer, name, row["document"], row["first"], row["last"], *verdict))
    return {peer: tally for peer, tally in tallies.items() if tally.collected}
