# why: sys.exit without a status leaves what follows unreached
# outcome: ran or raised
# claim: unsettled
import sys

sys.exit()
print("after")  # "after"
