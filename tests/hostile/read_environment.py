# why: the caller's environment, where secrets are, isn't inherited
# outcome: ran
# claim: holds
import os

text = repr(dict(os.environ)) + repr(os.environb)
for name in ["self", "1", str(os.getppid())]:
    try:
        with open(f"/proc/{name}/environ", "rb") as file:
            text += repr(file.read())
    except OSError:
        pass
escaped = [word for word in ("VERIFY_CANARY", "@SECRET@") if word in text]
print(escaped)  # []
