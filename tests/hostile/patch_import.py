# why: a finder that loops holds up imports of this example only, and the probes import nothing late
# outcome: ran
# claim: holds
# claim: wrong
import sys


class Endless:
    def find_spec(self, name, path=None, target=None):
        while True:
            pass


sys.meta_path.insert(0, Endless())
sys.path_hooks.clear()
sys.path_importer_cache.clear()
6 * 7  # 42
6 * 7  # 43
