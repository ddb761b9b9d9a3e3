# why: another encoding of the streams changes what is printed, not what is read
# outcome: any
import io
import locale
import sys

sys.stdout.reconfigure(encoding="utf-16", errors="surrogateescape")
print("wide")
sys.stdout = io.TextIOWrapper(io.FileIO(1, "w", closefd=False), encoding="utf-7")
print("\u20ac")
sys.stdout.close()
