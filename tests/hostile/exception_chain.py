# why: a chain of twenty thousand causes must not overflow the stack that shows it; versions that show all of it meet the limit of output
# outcome: raised or crashed
error = None
for number in range(20_000):
    new = ValueError(number)
    new.__context__ = error
    error = new
raise error
