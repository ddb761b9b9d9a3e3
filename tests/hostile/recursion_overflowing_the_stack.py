# why: an overflow of the C stack is a crash with its signal
# outcome: crashed
# reason: signal 11
# claim: holds
import threading


def deeper(number):
    return max([number], key=lambda _: deeper(number + 1))


print("before")  # "before"
threading.stack_size(32768)
thread = threading.Thread(target=deeper, args=(0,))
thread.start()
thread.join()
