# why: a daemon thread that writes on and on doesn't outlive its example
# outcome: ran
# claim: holds
import threading
import time


def chatter():
    while True:
        time.sleep(0.2)
        print("hostile chatter")


threading.Thread(target=chatter, daemon=True).start()
print("over")  # 'over'
