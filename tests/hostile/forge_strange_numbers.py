# why: offsets and numbers beyond all bounds in forged notes make the parent neither panic nor allocate
# outcome: any
# claim: any
import os
import stat

numbers = ["18446744073709551615", "9223372036854775808", "0", "1", "3"]
lines = ['{"started": {"stdout": 18446744073709551615, "stderr": 18446744073709551615}}']
for start in numbers:
    for end in numbers:
        for probe in ("0", "1", "4294967295"):
            lines.append(
                '{"seen": {"probe": %s, "stdout": [%s, %s], "stderr": [%s, %s], "seconds": -1e300, "raised": null, "value": null, "answers": []}}'
                % (probe, start, end, end, start)
            )
print("\u20ac\u20ac")  # '\u20ac\u20ac'
for line in lines:
    for descriptor in range(3, 64):
        try:
            if stat.S_ISFIFO(os.fstat(descriptor).st_mode):
                os.write(descriptor, line.encode() + b"\n")
        except OSError:
            pass
