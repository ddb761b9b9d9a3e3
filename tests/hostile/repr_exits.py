# why: a repr that raises SystemExit or KeyboardInterrupt must not end the example, which never asked for a repr
# outcome: ran
# claim: wrong or unsettled
# claim: wrong or unsettled
# claim: holds
class Exiting:
    def __repr__(self):
        raise SystemExit(0)


class Interrupting:
    def __repr__(self):
        raise KeyboardInterrupt


Exiting()  # 5
Interrupting()  # 5
6 * 7  # 42
