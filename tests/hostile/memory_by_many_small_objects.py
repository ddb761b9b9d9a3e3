# why: a bomb of small objects leaves no memory even for the report of the MemoryError
# outcome: raised or crashed
things = []
while True:
    things.append([things, (len(things), str(len(things)))])
