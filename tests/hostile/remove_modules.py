# why: an empty table of modules changes no verdict
# outcome: ran
# claim: holds
# claim: wrong
import sys

sys.modules.clear()
6 * 7  # 42
6 * 7  # 43
