# why: without any builtins what follows fails, in this example only
# outcome: any
import builtins

vars(builtins).clear()
6 * 7
