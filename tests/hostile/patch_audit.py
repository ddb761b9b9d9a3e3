# why: an audit hook can't be removed; one that refuses everything spoils this example only
# outcome: any
import sys


def refuse(event, arguments):
    raise RuntimeError(event)


sys.addaudithook(refuse)
6 * 7
