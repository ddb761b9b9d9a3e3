# why: a working folder that is removed while the example runs in it takes nothing else along
# outcome: ran
# claim: holds
import os
import shutil

os.mkdir("hostile")
os.chdir("hostile")
shutil.rmtree("../hostile")
print("gone")  # 'gone'
