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


raise Secretive
