# why: frames of the protocol on any descriptor are no reports: the pipe to the parent isn't among an example's
# outcome: any
import json
import os
import struct

output = {"text": "43\n", "truncated": False}
seen = {"repr": "43", "str": None, "type": "int", "truncated": False}
answer = {"seen": seen, "error": None, "equal": True, "expression_error": None}
observation = {"probe": 0, "stdout": [0, 0], "stderr": [0, 0], "seconds": 0.0, "raised": None, "value": seen, "answers": [answer]}
notes = [{"started": {"stdout": 0, "stderr": 0}}] + [{"seen": dict(observation, probe=probe)} for probe in range(4)] + ["finished"]
for number in range(400):
    report = {"number": number, "end": {"exited": 0}, "seconds": 0.0, "cpu_seconds": 0.0, "memory": 0, "stdout": output, "stderr": output, "notes": notes}
    body = json.dumps({"report": report}).encode()
    for descriptor in [0, *range(3, 1024)]:
        try:
            os.write(descriptor, struct.pack(">I", len(body)) + body)
        except OSError:
            if number == 0:
                continue
            break
