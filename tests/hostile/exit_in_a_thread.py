# why: SystemExit in a thread ends the thread, not the example
# outcome: ran
# claim: holds
import sys
import threading

thread = threading.Thread(target=sys.exit, args=(5,))
thread.start()
thread.join()
print("still here")  # 'still here'
