# why: items of an endless iterator are looked at only so far as was claimed
# outcome: ran
# claim: any
import itertools

itertools.count()  # count(0)
