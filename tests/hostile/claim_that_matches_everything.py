# why: ellipses and long patterns are matched in a time that doesn't explode
# outcome: ran
# claims: any
print("a" * 5000)  # @repeat 2000 a...@b
print([0] * 3000)  # [@repeat 1500 0, ..., @1]
print("x")  # @repeat 3000 ...@
