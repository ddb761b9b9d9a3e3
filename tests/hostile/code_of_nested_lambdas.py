# why: functions in functions in functions
# outcome: invalid or raised or crashed or ran
value = @repeat 20000 lambda: @1
