"""What a script or a prompt finds around it."""

import os
import sys
import time
from _signal import SIGINT, default_int_handler, signal


def surround(job, given, folder):
    """Puts the arguments, paths, variables and signals of an example there, as a script or a prompt finds them."""
    if job["mode"] == "prompt":
        sys.argv = ["", *given.get("args", ())]
        sys.path.insert(0, "")
        sys.ps1, sys.ps2 = ">>> ", "... "
    else:
        sys.argv = ["main.py", *given.get("args", ())]
        sys.path.insert(0, folder)
    if "variables" in given:
        os.environ.update(given["variables"])
        time.tzset()
    try:
        signal(SIGINT, default_int_handler)
    except ValueError:
        pass
