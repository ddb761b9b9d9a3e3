# why: patterns of many ellipses are matched in a time that doesn't explode
# outcome: ran
# claim: wrong
# claim: wrong
# claim: wrong
# claim: wrong
# claim: wrong
[0] * 5000  # [@repeat 12 0, ..., @1]
print([0] * 5000)  # [@repeat 12 0, ..., @1]
print("a" * 5000)  # "@repeat 30 a...@b"
"a" * 5000  # "@repeat 30 a...@b"
print("a" * 5000)
# Output:
# @repeat 2000 a...@b
