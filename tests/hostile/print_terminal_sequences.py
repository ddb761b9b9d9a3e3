# why: control sequences in output, values and messages are shown, never sent to the terminal
# outcome: raised
# reason: ValueError
# claim: wrong
# claim: wrong
title = "\x1b]0;owned\x07\x1b[2J\x1b[31m\x9b31m\x08\x08\r\u202egnp.exe"
print(title)  # 'harmless'
type("Loud", (), {"__repr__": lambda self: title})()  # 5
raise ValueError(title)
