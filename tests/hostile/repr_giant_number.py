# why: a number with too many digits for text is still judged
# outcome: ran
# claim: wrong
value = 1 << 1_000_000
value  # 5
