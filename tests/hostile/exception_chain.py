# why: a chain of a hundred thousand causes must not overflow the stack that shows it
# outcome: raised or crashed
# reason: ValueError
error = None
for number in range(20_000):
    new = ValueError(number)
    new.__context__ = error
    error = new
raise error
