# why: a repr of hundreds of megabytes is cut, and the claim is still judged
# outcome: ran
# claim: wrong
value = "x" * (100 << 20)
value  # 'y'
