# why: a type that raises whenever it is looked at is still reported
# outcome: ran
# claim: wrong or unsettled
# claim: holds
class Meta(type):
    def __getattribute__(cls, name):
        raise SystemExit(name)

    def __repr__(cls):
        raise SystemExit


class Secretive(metaclass=Meta):
    def __getattribute__(self, name):
        raise SystemExit(name)


Secretive()  # 5
6 * 7  # 42
