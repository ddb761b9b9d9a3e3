# why: memory that grows bit by bit meets the limit and is a MemoryError, not the machine's end
# outcome: raised
# reason: MemoryError
# claim: holds
print("before")  # "before"
blocks = []
while True:
    blocks.append(bytearray(1 << 20))
