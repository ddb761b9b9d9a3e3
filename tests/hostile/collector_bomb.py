# why: an example's hooks into the collector run while the probes work
# outcome: any
import gc


def hook(phase, details):
    raise SystemExit(phase)


gc.callbacks.append(hook)
gc.set_threshold(1)
things = [[number] for number in range(1000)]
6 * 7
