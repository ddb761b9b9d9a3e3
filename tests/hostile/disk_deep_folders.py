# why: a path longer than any system call takes must not keep the scratch folder from being emptied
# outcome: ran
# claim: holds
import os

for _ in range(3000):
    os.mkdir("hostile")
    os.chdir("hostile")
print("deep")  # 'deep'
