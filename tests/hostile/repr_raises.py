# why: a repr that raises is told as such, and execution goes on
# outcome: ran
# claim: wrong or unsettled
# claim: holds
class Raising:
    def __repr__(self):
        raise ValueError("no repr")


Raising()  # 5
6 * 7  # 42
