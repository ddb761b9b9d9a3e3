# why: a repr that ends the process behind Python's back is a crash
# outcome: crashed
# claim: holds
# claim: unsettled
import os


class Ending:
    def __repr__(self):
        os._exit(0)


print("before")  # "before"
Ending()  # 5
