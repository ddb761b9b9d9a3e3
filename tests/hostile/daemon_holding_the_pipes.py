# why: a child that keeps all pipes open must not make the server wait for it
# outcome: ran
# claim: holds
import subprocess

child = subprocess.Popen(["sleep", "3600"], close_fds=False, start_new_session=True)
print(child.poll())  # None
