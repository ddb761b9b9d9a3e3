# why: a SystemExit whose attributes lie, raise and count beyond all statuses is still reported
# outcome: raised
# reason: Leaving
class Status(int):
    def __and__(self, other):
        raise SystemExit("and")

    __int__ = __index__ = __repr__ = __str__ = __hash__ = __eq__ = __and__


class Leaving(SystemExit):
    @property
    def code(self):
        raise KeyboardInterrupt

    @property
    def __class__(self):
        raise KeyboardInterrupt


raise Leaving(Status(10**30))
