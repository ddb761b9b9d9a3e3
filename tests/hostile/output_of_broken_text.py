# why: bytes that aren't UTF-8 move no boundary between the outputs of statements
# outcome: ran
# claim: holds
# claim: holds
import os

os.write(1, b"\xff\xfe\xe2\x82\n")
print("whole")  # 'whole'
os.write(1, b"\xe2")
os.write(1, b"\x82\xac\n")
print("\u20ac")  # '\u20ac'
