# why: comparing structures that contain themselves never ends in a crash of the tool
# outcome: ran
# claim: any
one, two = [], []
one.append(two)
two.append(one)
one  # [[[]]]
