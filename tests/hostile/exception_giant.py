# why: a message of hundreds of megabytes, which Python prints, counts as output; what is noted of it is cut
# outcome: crashed
# reason: wrote more than it may
raise ValueError("x" * (200 << 20))
