# why: a claim that nests without end overflows no parser
# outcome: ran
# claims: any
value = []
value  # @repeat 50000 [@@repeat 50000 ]@
value  # @repeat 50000 [@
value  # @repeat 50000 {"a": @
value  # @repeat 100000 -@1
value  # 1@repeat 50000 +1@
