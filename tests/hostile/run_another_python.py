# why: a Python without any probes, started by the example, is in the same sandbox
# outcome: ran
# claim: holds
# needs: root
import subprocess

code = "import os; print([path for path in ('@HOME_CANARY@', '@SIDE_CANARY@', '/etc/shadow') if os.path.exists(path)], os.environ.get('VERIFY_CANARY'))"
print(subprocess.run(["python3", "-c", code], capture_output=True, text=True).stdout.strip())  # '[] None'
