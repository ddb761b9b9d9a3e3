"""Fetches what is compared: the peers and the packages into one virtual environment, the documents from source distributions.

Wheels only, pinned with their hashes in `requirements.txt`; source distributions are unpacked and never built. So nothing of them
runs before it's in the cage.
"""

import hashlib
import json
import subprocess
import sys
import tarfile
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve().parent


class Sources:
    """The documents and the environment, in a folder that later runs find again."""

    def __init__(self, folder, python):
        self.folder = Path(folder).resolve()
        self.interpreter = python
        self.python = self.folder / "environment" / "bin" / "python"
        self.unpacked = self.folder / "sources"
        self.listed = json.loads((HERE / "sources.json").read_text())

    def fetch(self):
        """Installs and unpacks what isn't there yet."""
        self.folder.mkdir(parents=True, exist_ok=True)
        requirements = HERE / "requirements.txt"
        mark = self.folder / "environment" / "installed.txt"
        if not mark.exists() or mark.read_text() != requirements.read_text():
            print("installing the peers and the packages ...", file=sys.stderr)
            subprocess.run([self.interpreter, "-m", "venv", "--clear", self.folder / "environment"], check=True)
            pip = [self.python, "-m", "pip", "install", "--quiet", "--no-deps", "--only-binary", ":all:", "--require-hashes", "-r", requirements]
            subprocess.run(pip, check=True)
            mark.write_text(requirements.read_text())
        for source in self.listed["sources"]:
            self.unpack(source)

    def root(self, source):
        """The folder in which a source distribution is unpacked."""
        return self.unpacked / source["name"] / source["version"]

    def unpack(self, source):
        """Fetches a source distribution, unless it's there."""
        done = self.root(source)
        if done.exists():
            return
        print(f"fetching {source['name']} {source['version']} ...", file=sys.stderr)
        with urllib.request.urlopen(source["url"], timeout=300) as answer:
            archive = answer.read()
        if hashlib.sha256(archive).hexdigest() != source["sha256"]:
            raise SystemExit(f"{source['url']}: not the file whose hash is in sources.json")
        done.parent.mkdir(parents=True, exist_ok=True)
        packed = done.parent / "packed.tar.gz"
        packed.write_bytes(archive)
        with tarfile.open(packed) as tar:
            tar.extractall(done.parent, filter="data")
        packed.unlink()
        (folder,) = [path for path in done.parent.iterdir() if path.is_dir()]
        folder.rename(done)

    def sets(self):
        """The sets of documents: name, root, and paths relative to that, sorted."""
        for source in self.listed["sources"]:
            root = self.root(source)
            yield source["name"], root, self._paths(root, source)
        site = next((self.folder / "environment" / "lib").glob("python3*/site-packages"))
        for source in self.listed["installed"]:
            yield f"{source['name']} (docstrings)", site, self._paths(site, source)

    @staticmethod
    def _paths(root, source):
        found = {path for pattern in source["documents"] for path in root.glob(pattern) if path.is_file()}
        return sorted(str(path.relative_to(root)) for path in found)

    def readable(self):
        """What a cage must be able to read."""
        call = [self.python, "-c", "import sys; print(sys.base_prefix)"]
        base = subprocess.run(call, check=True, capture_output=True, text=True).stdout.strip()
        return [path for path in (base, self.folder / "environment", self.unpacked, HERE / "adapters") if not str(path).startswith("/usr/")]
