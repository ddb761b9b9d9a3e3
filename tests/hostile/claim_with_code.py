# why: what stands in a comment is compared, and what it calls is never called
# outcome: ran
# claim: wrong
# claim: wrong
# claim: wrong
# claim: wrong
# claim: wrong
# claim: wrong
# claim: holds
int("5")  # set([1, 2, __import__("hostile")])
int("5")  # int(open("hostile-claimed", "w"))
int("5")  # tuple(iter(int, 1))
int("5")  # dict(a=exit())
int("5")  # type("A", (), {})
int("5")  # Exception(exit())
import os

print(os.path.exists("hostile-claimed"))  # False
