# why: the fault handler's watchdog ends the process from a thread in C
# outcome: crashed
# reason: status 1
import faulthandler
import time

faulthandler.dump_traceback_later(0.1, exit=True)
time.sleep(60)
