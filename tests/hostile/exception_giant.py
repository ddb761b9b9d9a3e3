# why: a message of hundreds of megabytes is cut
# outcome: raised
# reason: ValueError
raise ValueError("x" * (200 << 20))
