# why: a claim that nests without end overflows no parser, wherever it stands
# outcome: ran
# claims: any
value = []
value  # @repeat 50000 [@@repeat 50000 ]@
value  # @repeat 50000 [@
value  # @repeat 50000 {"a": @
value  # @repeat 100000 -@1
value  # 1@repeat 50000 +1@
print(value)  # @repeat 20 [@@repeat 20 ]@
print("x")
# Output:
# @repeat 50000 [@
print("y")
# Output:
# @repeat 50000 [@@repeat 50000 ]@
