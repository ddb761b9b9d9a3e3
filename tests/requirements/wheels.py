"""Writes small packages into the folder that is given: wheels, and two that have only a source distribution."""

import base64
import hashlib
import io
import sys
import tarfile
import zipfile
from pathlib import Path

FOLDER = Path(sys.argv[1])


def wheel(name, version, source, requires=()):
    information = f"{name}-{version}.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n" + "".join(f"Requires-Dist: {each}\n" for each in requires)
    files = {
        f"{name}.py": source,
        f"{information}/METADATA": metadata,
        f"{information}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = ""
    for path, text in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
        record += f"{path},sha256={digest},{len(text.encode())}\n"
    files[f"{information}/RECORD"] = record + f"{information}/RECORD,,\n"
    with zipfile.ZipFile(FOLDER / f"{name}-{version}-py3-none-any.whl", "w") as archive:
        for path, text in files.items():
            archive.writestr(zipfile.ZipInfo(path, (2020, 1, 1, 0, 0, 0)), text)


def source_distribution(name, version, files):
    with tarfile.open(FOLDER / f"{name}-{version}.tar.gz", "w:gz") as archive:
        files = {"PKG-INFO": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n", **files}
        for path, text in files.items():
            entry = tarfile.TarInfo(f"{name}-{version}/{path}")
            entry.size = len(text.encode())
            archive.addfile(entry, io.BytesIO(text.encode()))


marker = sys.argv[2] if len(sys.argv) > 2 else "first"
for version in ("1.0", "2.0"):
    wheel("verifytest_alpha", version, f"VERSION = {version!r}\nMARKER = {marker!r}\n")
wheel("verifytest_beta", "1.0", "import verifytest_alpha\nOF_ALPHA = verifytest_alpha.VERSION\n", ["verifytest-alpha<2"])
source_distribution("verifytest_gamma", "1.0", {"setup.py": f"open({str(FOLDER / 'canary')!r}, 'w').close()\n"})
# It brings what builds it, and that fails.
source_distribution(
    "verifytest_delta",
    "1.0",
    {
        "pyproject.toml": "[build-system]\nrequires = []\nbuild-backend = 'backend'\nbackend-path = ['.']\n",
        "backend.py": "def build_wheel(*given, **more):\n    raise SystemExit('there is no compiler for Fortran 2077')\n",
    },
)
