# why: comparisons that raise, or give something with no truth, are no equality
# outcome: ran
# claim: wrong or unsettled
# claim: wrong or unsettled
# claim: holds
class Raising:
    def __eq__(self, other):
        raise SystemExit("compared")


class Truthless:
    def __eq__(self, other):
        return self

    def __bool__(self):
        raise KeyboardInterrupt


Raising()  # 5
Truthless()  # 5
6 * 7  # 42
