# why: an exception that can't be shown is still reported
# outcome: raised
class Secretive(Exception):
    def __str__(self):
        raise SystemExit("str")

    __repr__ = __str__

    @property
    def __class__(self):
        raise SystemExit("class")

    @property
    def args(self):
        raise SystemExit("args")

    @property
    def __traceback__(self):
        raise SystemExit("traceback")

    __cause__ = __context__ = __suppress_context__ = __notes__ = __traceback__

    def __setattr__(self, name, value):
        raise SystemExit("set")


raise Secretive
