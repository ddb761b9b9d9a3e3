# why: a sum of a hundred thousand terms is a tree as deep
# outcome: invalid or raised or crashed or ran
value = 1@repeat 100000  + 1@
