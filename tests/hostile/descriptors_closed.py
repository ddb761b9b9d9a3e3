# why: an example that closes all descriptors can't be heard any more; it is reported as what it is
# outcome: crashed
import os

os.closerange(0, 65536)
print("unheard")
