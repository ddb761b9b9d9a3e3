# why: becoming another program ends the example without its word
# outcome: crashed
# reason: exit
import os

os.execvp("true", ["true"])
