# why: one allocation beyond the limit is refused at once
# outcome: raised
# reason: MemoryError
block = bytearray(1 << 40)
