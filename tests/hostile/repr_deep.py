# why: a value nested deeper than any recursion limit is still reported
# outcome: ran or crashed
# claim: wrong or unsettled
value = []
for _ in range(200_000):
    value = [value]
value  # []
