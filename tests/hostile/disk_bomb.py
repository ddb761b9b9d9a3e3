# why: the scratch folder is full before the machine's disk is
# outcome: ran
# claim: holds
# needs: root
block = b"x" * (1 << 20)
written = 0
try:
    for number in range(12):
        with open(f"hostile-{number}", "wb") as file:
            for _ in range(100):
                written += file.write(block)
except OSError:
    pass
print(written < 1200 << 20)  # True
