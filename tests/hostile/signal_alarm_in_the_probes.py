# why: exceptions raised from a signal handler at any moment, also between statements, spoil this example only
# outcome: any
# timeout: 3
import signal


def interrupt(number, frame):
    raise BaseException("at any moment")


signal.signal(signal.SIGALRM, interrupt)
signal.setitimer(signal.ITIMER_REAL, 0.0005, 0.0005)
for number in range(200_000):
    try:
        number + 1
    except BaseException:
        pass
