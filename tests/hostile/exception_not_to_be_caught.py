# why: a class derived from BaseException passes every handler of Exception, and is no crash of the probes
# outcome: raised
# claim: wrong
class Unstoppable(BaseException):
    pass


def fail():
    raise Unstoppable


fail()  # 5
