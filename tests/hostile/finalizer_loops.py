# why: a finalizer that never ends meets the time limit or is never called
# outcome: ran or timed-out
# timeout: 1
class Endless:
    def __del__(self):
        while True:
            pass


import sys

sys.endless = Endless()
