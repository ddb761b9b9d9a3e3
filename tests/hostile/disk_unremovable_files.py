# why: folders without rights and names of any bytes must not keep the scratch folder from being emptied
# outcome: ran
# claim: holds
import os

names = [b"hostile\n", b"hostile\x1b[31m", b"hostile\xff\xfe", b"-rf hostile", b"hostile" + b"x" * 240]
for name in names:
    os.mkdir(name)
    open(os.path.join(name, name), "wb").close()
    os.chmod(os.path.join(name, name), 0)
    os.chmod(name, 0)
os.chmod(".", 0)
print("left")  # 'left'
