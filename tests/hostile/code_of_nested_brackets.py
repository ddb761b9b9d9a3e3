# why: brackets nested without end overflow neither the parser of the parent nor Python's
# outcome: invalid or raised or crashed
@repeat 50000 (@1@repeat 50000 )@
