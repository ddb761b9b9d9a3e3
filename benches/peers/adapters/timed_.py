"""Times what peers do: each document in a process of its own, two at a time. The arguments are a peer and documents; what comes out is
a line with the seconds.

`doctest-looped` is the standard library's doctest over all documents, one after the other in this very process.
"""

import concurrent.futures
import os
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
# Else a document ends for it at the first example that fails, and the others cost nothing.
GOES_ON = "--doctest-continue-on-failure"
PYTEST = {
    "sybil": None,
    "pytest-doctestplus": ["pytest_doctestplus.plugin", "--doctest-plus", GOES_ON, *(f"--doctest-glob=*.{ending}" for ending in ("rst", "txt", "md"))],
    "pytest-markdown-docs": ["pytest_markdown_docs.plugin", "--markdown-docs"],
    "pytest-codeblocks": ["pytest_codeblocks.plugin", "--codeblocks"],
    "nbval": ["nbval.plugin", "--nbval", "--nbval-cell-timeout=60"],
    "xdoctest-in-pytest": ["xdoctest.plugin", "--xdoctest"],
}
# As mktestdocs' own page has it.
TEST = """
import mktestdocs

def test_page():
    mktestdocs.check_md_file(fpath=__import__("pathlib").Path({document!r}), lang="python")
"""


def command(peer, document):
    plain = [sys.executable, "-m", "pytest", "-q", "--noconftest", "--import-mode=importlib", "--rootdir=/tmp/scratch", "-c", "/dev/null", "-p", "no:cacheprovider"]
    if peer == "pytest":
        return [*plain, "--doctest-modules", GOES_ON, "--doctest-glob=*.rst", "--doctest-glob=*.md", document]
    if peer == "mktestdocs-in-pytest":
        test = f"/tmp/scratch/test_{abs(hash(document))}.py"
        with open(test, "w", encoding="utf-8") as file:
            file.write(TEST.format(document=document))
        return [*plain, test]
    if peer in ("sybil", "pytest-examples"):
        return [sys.executable, os.path.join(HERE, "pytest_.py"), peer, document]
    if peer in ("mktestdocs", "xdoctest", "phmdoctest"):
        return [sys.executable, os.path.join(HERE, f"{peer}_.py"), document]
    if peer == "doctest":
        return [sys.executable, os.path.join(HERE, "doctest_.py"), document]
    plugin, *options = PYTEST[peer]
    return [*plain, "-p", plugin, *options, document]


def quiet(argv):
    subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def looped(documents):
    import found  # noqa: F401  (what examples print goes to the log)
    import doctest_

    for document in documents:
        try:
            doctest_.check(document)
        except BaseException as error:
            print(f"{document}: {error!r}", file=sys.stderr)


def main(peer, documents):
    out = os.dup(1)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    begin = time.monotonic()
    if peer == "doctest-looped":
        looped(documents)
    else:
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda document: quiet(command(peer, document)), documents))
    os.write(out, f"{time.monotonic() - begin:.6f}\n".encode())


main(sys.argv[1], sys.argv[2:])
