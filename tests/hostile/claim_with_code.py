# why: what stands in a comment is compared, never run
# outcome: ran
# claims: any
5  # __import__("os")._exit(0)
5  # [].append(open("hostile-claimed", "w"))
5  # (lambda: __import__("os").abort())()
5  # [x for x in iter(int, 1)]
5  # 9**9**9**9
5  # "x" * 10**12
5  # range(10**12)[10**11:]
5  # list(range(10**12))
