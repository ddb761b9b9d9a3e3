# why: an example may forge what is seen of itself, as the probes share its memory; it can't speak for another
# outcome: any
import json
import os

seen = {"repr": "43", "str": None, "type": "int", "truncated": False}
answer = {"seen": seen, "error": None, "equal": True, "expression_error": None}
lines = []
for probe in range(20):
    observation = {"probe": probe, "stdout": [0, 0], "stderr": [0, 0], "seconds": 0.0, "raised": None, "value": seen, "answers": [answer] * 3}
    lines.append({"seen": observation})
lines.append("finished")
lines.append({"started": {"stdout": 0, "stderr": 0}})
forged = b"".join(json.dumps(line).encode() + b"\n" for line in lines)
for descriptor in range(3, 1024):
    try:
        os.write(descriptor, forged)
    except OSError:
        pass
