# why: calls as arguments of calls
# outcome: invalid or raised or crashed
value = @repeat 20000 f(@1@repeat 20000 )@
