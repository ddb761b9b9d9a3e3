# why: control characters of the document itself are shown, never sent to the terminal
# outcome: ran
# claim: wrong
print("harmless")  # '@ESC@]0;owned@BEL@@ESC@[2J'
