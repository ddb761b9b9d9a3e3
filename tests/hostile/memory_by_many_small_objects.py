# why: a bomb of small objects leaves no memory; what the report of the MemoryError takes is kept in reserve
# outcome: raised
# reason: MemoryError
import gc

gc.disable()
things = []
while True:
    things.append([things, (len(things), str(len(things)))])
