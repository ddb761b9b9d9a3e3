# why: whoever empties the scratch folder must not follow links out of it
# outcome: ran
# claim: holds
import os

os.mkdir("hostile")
for number, target in enumerate(["/", "..", "@SIDE_CANARY@", os.path.dirname("@SIDE_CANARY@"), os.path.dirname("@HOME_CANARY@"), "/proc/self/root"]):
    os.symlink(target, f"hostile/{number}")
os.symlink("hostile", "hostile/loop")
home = os.environ["HOME"]
os.rename(home, home + "-hostile")
os.symlink(os.path.dirname("@HOME_CANARY@"), home)
print("left")  # 'left'
