# why: a zero byte in the code is an error of the document, at its place
# outcome: invalid or ran
value = "@NUL@"
