"""phmdoctest: makes a test file of a Markdown file, which pytest runs. A test's name has the line of its fence."""

import os
import re
import subprocess
import sys
import xml.etree.ElementTree as xml

import found

os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"

for number, document in enumerate(sys.argv[1:]):
    test, report = f"/tmp/scratch/test_{number}.py", f"/tmp/scratch/{number}.xml"
    made = subprocess.run([sys.executable, "-m", "phmdoctest", document, "--outfile", test], stdout=sys.stderr)
    if made.returncode or not os.path.exists(test):
        print(f"{document}: no test file was made", file=sys.stderr)
        continue
    call = [sys.executable, "-m", "pytest", "-q", "-p", "phmdoctest.fixture", "--doctest-modules", f"--junitxml={report}", "-c", "/dev/null", test]
    try:
        subprocess.run(call, stdout=sys.stderr, stdin=subprocess.DEVNULL, timeout=4 * found.SECONDS)
    except subprocess.TimeoutExpired:
        print(f"{document}: no end", file=sys.stderr)
    if not os.path.exists(report):
        continue
    with open(document, encoding="utf-8") as file:
        lines = file.read().splitlines()
    for case in xml.parse(report).iter("testcase"):
        place = re.search(r"(?:test_code|_line)_(\d+)", case.get("name"))
        if not place:
            continue
        # The line is that of the fence, or beside it.
        near = [int(place[1]) + away for away in (0, -1, 1)]
        fences = {number: re.match(r"\s*(```+|~~~+)\s*\S", lines[number - 1]) for number in near if 0 < number <= len(lines)}
        first = next((number for number, fence in fences.items() if fence), near[0])
        mark = fences[first][1] if fences.get(first) else "```"
        last = next((n for n in range(first + 1, len(lines) + 1) if lines[n - 1].strip().startswith(mark)), len(lines))
        failure = next((child for child in case if child.tag in ("failure", "error")), None)
        outcome = "failed" if failure is not None else "skipped" if case.find("skipped") is not None else "passed"
        found.row(document, first + 1, last - 1, outcome, failure.get("message") if failure is not None else "")
