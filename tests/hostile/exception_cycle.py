# why: exceptions that are each other's cause end in a report
# outcome: raised
# reason: ValueError
first, second = ValueError("first"), ValueError("second")
first.__cause__ = first.__context__ = second
second.__cause__ = second.__context__ = first
raise first
