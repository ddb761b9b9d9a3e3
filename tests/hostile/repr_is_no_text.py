# why: a repr that isn't text, or text that can't be encoded, is still reported
# outcome: ran
# claim: wrong or unsettled
# claim: wrong or unsettled
# claim: holds
class Number:
    def __repr__(self):
        return 5


class Surrogate:
    def __repr__(self):
        return "\ud800 and \udcff"


Number()  # 5
Surrogate()  # 5
6 * 7  # 42
