# why: a repr that never ends meets the time limit, and what was seen before it counts
# outcome: timed-out
# claim: holds
# claim: unsettled
# timeout: 1
class Endless:
    def __repr__(self):
        while True:
            pass


print("before")  # "before"
Endless()  # 5
