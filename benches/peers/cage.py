"""Where peers run: they execute examples of strangers, so each runs without a network, and sees and changes nothing of this machine.

Bubblewrap makes the cage where it's installed, else `unshare` and `mount` of util-linux. Where neither can, nothing runs.
Inside are the system's programs, the interpreter, the peers' environment and the documents (all of them only to be read), and an
empty folder for what is written. Standard output is what an adapter found; all else that is printed is its log.
"""

import os
import resource
import shutil
import subprocess
import sys
from pathlib import Path

SYSTEM = ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/etc/ld.so.cache", "/etc/alternatives", "/etc/passwd", "/etc/localtime"]
DEVICES = ["null", "zero", "full", "random", "urandom"]
MEMORY = 4 << 30
FILE = 256 << 20
SCRATCH = "/tmp/scratch"
PROJECT = Path(__file__).resolve().parents[2]
SURROUNDINGS = {
    "HOME": SCRATCH, "TMPDIR": "/tmp", "LANG": "C.UTF-8", "PYTHONHASHSEED": "0", "TZ": "UTC", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
    "PYTHONDONTWRITEBYTECODE": "1", "MPLBACKEND": "agg", "COLUMNS": "80",
}

# The arguments are an empty folder for the new root, and what is to be seen in it; the command follows `--`.
BUILD = r"""
set -e
root=$1; shift
mount --make-rprivate /
mount -t tmpfs -o size=512m,mode=755 none "$root"
mkdir -p "$root/proc" "$root/dev/shm" "$root/old" "$root/tmp"
mount -t tmpfs -o size=512m none "$root/tmp"
mkdir -p "$root/tmp/scratch"
while [ "$1" != -- ]; do
    target=$root/$1
    if [ -d "$1" ]; then mkdir -p "$target"; else mkdir -p "${target%/*}"; : >"$target"; fi
    mount --rbind "$1" "$target"
    case $1 in /dev/*) ;; *) mount -o remount,bind,ro,nosuid,nodev "$target" ;; esac
    shift
done
shift
mount -t proc none "$root/proc"
ip link set lo up 2>/dev/null || true
cd "$root"
pivot_root . old
umount -l /old
rmdir /old
mount -o remount,ro /
cd /tmp/scratch
exec setpriv --no-new-privs --bounding-set=-all --inh-caps=-all "$@"
"""


class NoCage(Exception):
    """This system can't keep examples in; the text says what is missing."""


def command(readable, argv):
    """The command that runs `argv` in a cage from which only these folders and files can be read, at the paths that they have here."""
    visible = []
    for path in [*SYSTEM, *map(str, readable)]:
        if os.path.lexists(path) and path not in visible:
            visible.append(path)
    if bubblewrap := shutil.which("bwrap"):
        links = [word for path in visible if os.path.islink(path) for word in ("--symlink", os.readlink(path), path)]
        binds = [word for path in visible if not os.path.islink(path) for word in ("--ro-bind", path, path)]
        scratch = ["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--dir", SCRATCH, "--chdir", SCRATCH]
        # What is to be seen below /tmp comes behind the new /tmp.
        return [bubblewrap, "--unshare-all", "--die-with-parent", "--new-session", *scratch, *links, *binds, "--", *argv]
    tools = ["unshare", "mount", "pivot_root", "setpriv"]
    if missing := [tool for tool in tools if not shutil.which(tool)]:
        raise NoCage(f"no {', no '.join(missing)}: install bubblewrap, or util-linux")
    space = ["unshare", "--user", "--map-root-user", "--net", "--mount", "--pid", "--ipc", "--uts", "--fork", "--kill-child"]
    devices = [f"/dev/{name}" for name in DEVICES]
    return [*space, "sh", "-c", BUILD, "cage", "/mnt", *visible, *devices, "--", *argv]


def limits():
    """Of each process in a cage, on top of what its walls hold."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE, FILE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def run(readable, argv, timeout, log):
    """Runs a command in a cage and gives its standard output as text; `log` is the path for what else it says.

    Raises `NoCage` where there is none, and `subprocess.TimeoutExpired`.
    """
    with open(log, "wb") as errors:
        process = subprocess.Popen(
            command(readable, argv), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors, env=SURROUNDINGS, preexec_fn=limits,
            start_new_session=True,
        )
        try:
            out, _ = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise
    return out.decode("utf-8", "replace"), process.returncode


def prove(python, readable):
    """Refuses where the cage doesn't hold: a probe in it tries what it must not be able to do."""
    probe = (
        "import os, socket\n"
        f"seen = [path for path in ('/home', '/root/.ssh', '/etc/shadow', {str(PROJECT / 'src')!r}) if os.path.exists(path) and os.listdir(path) != []]\n"
        "assert not seen, seen\n"
        "for path in ('/usr/probe', '/probe', os.path.dirname(os.__file__) + '/probe'):\n"
        "    try: open(path, 'w')\n"
        "    except OSError: continue\n"
        "    raise SystemExit(f'{path} was written')\n"
        "try: socket.create_connection(('1.1.1.1', 443), 2)\n"
        "except OSError: pass\n"
        "else: raise SystemExit('there is a network')\n"
        "assert os.system('mount -o remount,rw /usr 2>/dev/null') != 0\n"
        "print('kept')\n"
    )
    log = Path(os.environ.get("TMPDIR", "/tmp")) / f"peers-probe-{os.getpid()}.log"
    try:
        out, _ = run(readable, [str(python), "-c", probe], 60, log)
        if out.strip() != "kept":
            raise NoCage(f"the cage doesn't hold here: {out.strip()} {log.read_text(errors='replace').strip()[-500:]}")
    finally:
        log.unlink(missing_ok=True)


if __name__ == "__main__":
    sys.exit(__doc__)
