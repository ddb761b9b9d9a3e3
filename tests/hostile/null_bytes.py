# why: zeros and separators of lines in output are text like any other
# outcome: ran
# claim: holds
# claim: holds
print("a\0b")  # 'a\x00b'
print("a\u2028b\x0bc\x85d".count("\u2028"))  # 1
