# why: a chain of attributes is a tree as deep as it is long
# outcome: invalid or raised or crashed
value = object@repeat 50000 .a@
