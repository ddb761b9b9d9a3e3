# why: a container of a million items is neither copied nor shown whole
# outcome: ran
# claim: wrong
value = {number: [number] for number in range(300_000)}
value  # {}
