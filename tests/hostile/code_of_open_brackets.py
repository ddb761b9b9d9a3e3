# why: brackets that never close, as an error-tolerant parser likes to follow them
# outcome: invalid or raised or crashed or skipped
@repeat 100000 [@
