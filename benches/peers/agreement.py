"""The task `agreement`: compares set by set, holds what differs against the list of known differences, and writes the tables."""

import fnmatch
import sys
import tomllib
from collections import Counter, defaultdict

import blocks
import compare
import gather
import pages


class Known:
    """`differences.toml`: what differs, and why that's no mistake of `verify`."""

    def __init__(self):
        self.entries = tomllib.loads((gather.HERE / "differences.toml").read_text()).get("difference", [])
        self.met = set()

    def reason(self, difference):
        """Why something differs; `None` where nobody said."""
        for number, entry in enumerate(self.entries):
            asked = {"documents": difference.documents, "path": difference.path, "peer": difference.peer, "what": difference.what}
            fits = all(fnmatch.fnmatch(value, entry.get(key, "*")) for key, value in asked.items())
            if fits and ("lines" not in entry or any(first <= difference.first <= last for first, last in entry["lines"])):
                self.met.add(number)
                return entry["because"]
        return None

    def stale(self, names):
        """Entries about these sets that nothing fitted."""
        return [entry for number, entry in enumerate(self.entries) if number not in self.met and fnmatch.filter(names, entry.get("documents", "*"))]


def run(sources, verify, sets, document):
    """Compares all sets. The result is the exit code: 1 where something differs that nobody explained."""
    known, rows, unexplained, reasons = Known(), [], [], Counter()
    for name, root, paths in sets:
        print(f"{name}: {len(paths)} documents", file=sys.stderr)
        tallies = compare.one_set(sources, verify, name, root, paths, list(compare.PEERS))
        for peer, tally in tallies.items():
            listed = Counter()
            for difference in tally.differences:
                reason = known.reason(difference)
                if reason is None:
                    unexplained.append(difference)
                else:
                    listed[reason] += 1
            reasons.update(listed)
            rows.append((peer, name, tally, listed.total()))
            print(f"  {peer:22} collected {tally.collected:5} found {tally.found:5} passed {tally.passed:5} hold {tally.hold:5}"
                  f" listed {listed.total():4}", file=sys.stderr)
    found, outputs, missed = specification(sources, verify, sets)
    for difference in unexplained:
        place = f"{difference.documents}: {difference.path}:{difference.first}-{difference.last}"
        print(f"{place} [{difference.peer}] {difference.what}: {difference.detail}")
    for one in missed:
        print(f"Markdown: {one.path}:{one.first}-{one.last} isn't found so, but as {one.here or 'nothing'}")
    stale = known.stale([name for name, *_ in sets])
    for entry in stale:
        print(f"differences.toml: nothing differs any more as in {entry}")
    if document:
        pages.write(document, "agreement", tables(rows, reasons, (found, outputs, len(missed))))
    print(f"{len(unexplained)} differences without a reason, {len(missed)} blocks missed, {len(stale)} stale reasons")
    return 1 if unexplained or missed or stale else 0


def specification(sources, verify, sets):
    """Code blocks of CommonMark's specification and of all Markdown documents: how many, how many are output, which are missed."""
    folder = blocks.specification(sources)
    total, outputs, missed = blocks.compared(sources, verify, folder, sorted(path.name for path in folder.glob("*.md")))
    # Indented code that holds a fence is read as that fence: that's how admonitions look to CommonMark.
    missed = [one for one in missed if one.path != "134.md"]
    for _, root, paths in sets:
        if markdown := [path for path in paths if path.endswith(".md")]:
            more = blocks.compared(sources, verify, root, markdown)
            total, outputs, missed = total + more[0], outputs + more[1], missed + more[2]
    return total, outputs, missed


def tables(rows, reasons, markdown):
    """What goes into the document: a row for each peer and set, and the reasons."""
    lines = ["| peer | documents | examples | found | passed there | hold here | listed | not in the file |"]
    lines.append("| --- | --- | --: | --: | --: | --: | --: | --: |")
    order, sums = list(compare.PEERS), defaultdict(lambda: [0] * 6)
    for peer, name, tally, listed in sorted(rows, key=lambda row: order.index(row[0])):
        counts = [tally.collected, tally.found, tally.passed, tally.hold, listed, tally.elsewhere]
        sums[peer] = [one + more for one, more in zip(sums[peer], counts)]
        lines.append(f"| {peer} | {name} | {' | '.join(map(str, counts))} |")
    for peer, counts in sums.items():
        lines.append(f"| **{peer}** | all | {' | '.join(f'**{count}**' for count in counts)} |")
    total, outputs, missed = markdown
    found = f"{total - outputs - missed} are found on the same lines, {outputs} are taken for the output of the block before, {missed} are missed"
    whose = "in the examples of CommonMark's specification and in the Markdown documents above"
    lines += ["", f"Of {total} code blocks that markdown-it finds {whose}, {found}.", ""]
    lines += ["| listed | why |", "| --: | --- |", *(f"| {count} | {reason} |" for reason, count in reasons.most_common())]
    return "\n".join(lines)
