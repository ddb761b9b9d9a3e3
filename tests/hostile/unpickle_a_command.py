# why: unpickling runs whatever it is told to, here as anywhere; what it runs reaches nothing
# outcome: ran
# claim: holds
# needs: files
import os
import pickle


class Command:
    def __reduce__(self):
        return os.system, ("(echo hostile > '@SIDE_CANARY@'; echo hostile > '@HOME_CANARY@'; cat '@HOME_CANARY@') 2> /dev/null",)


print(pickle.loads(pickle.dumps(Command())) != 0)  # True
