# why: a comparison that never ends meets the time limit or isn't made
# outcome: timed-out or ran
# claim: holds
# claim: unsettled or wrong
# timeout: 1
class Endless:
    def __eq__(self, other):
        while True:
            pass

    def __repr__(self):
        return "Endless()"


print("before")  # "before"
Endless()  # 5
