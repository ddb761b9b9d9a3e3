# why: an exit code that is no code, and whose repr fails, is still reported
# outcome: any
class Code:
    def __repr__(self):
        raise SystemExit(self)

    __str__ = __int__ = __index__ = __repr__


raise SystemExit(Code())
