# why: modules left in the working folder and in the home folder are found by no other example
# outcome: ran
# claim: holds
import os
import site

for folder in [".", os.environ["HOME"], os.environ.get("TMPDIR", "."), site.getusersitepackages()]:
    os.makedirs(folder, exist_ok=True)
    for name in ["string", "json", "ast", "sitecustomize", "usercustomize", "hostile"]:
        with open(os.path.join(folder, name + ".py"), "w") as file:
            file.write("digits = 'poisoned'\nraise SystemExit('poisoned')\n")
    with open(os.path.join(folder, "hostile.pth"), "w") as file:
        file.write("import os; os._exit(66)\n")
print("left")  # 'left'
