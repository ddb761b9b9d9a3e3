# why: what a child writes counts as the example's output, though Python never sees it
# outcome: crashed
# reason: wrote more than it may
import subprocess

subprocess.run(["yes"])
