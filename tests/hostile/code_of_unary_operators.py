# why: operators nested without end overflow neither the parser of the parent nor Python's
# outcome: invalid or raised or crashed or ran
value = @repeat 100000 -@1
