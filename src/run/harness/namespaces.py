"""The namespaces in which the names of a frame are looked up."""

import sys

_references = sys.getrefcount
_SNAPSHOTS = sys.version_info < (3, 13)  # `f_locals` of a function is a dictionary with references of its own
_FUNCTION = 0x1 | 0x2  # CO_OPTIMIZED | CO_NEWLOCALS


class Namespaces(tuple):
    """The namespaces that a name is looked up in from a frame, the nearest first. Leaves no reference behind."""

    @classmethod
    def of(cls, namespaces):
        """Namespaces that belong to no frame."""
        self = super().__new__(cls, namespaces)
        self.snapshot, self.kept = None, True
        return self

    def __new__(cls, frame, state):
        function = frame.f_code.co_flags & _FUNCTION == _FUNCTION
        here = frame.f_locals
        builtins = frame.f_builtins
        self = super().__new__(cls, (here, builtins) if here is frame.f_globals else (here, frame.f_globals, builtins))
        self.snapshot = here if function and _SNAPSHOTS else None
        self.kept = state.keeps_locals
        return self

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if self.snapshot is not None and not self.kept:
            self.snapshot.clear()
        return False


def count_references(name, namespaces):
    """How many references there are to what a name denotes, without the harness's; -1 where it denotes nothing."""
    for namespace in namespaces:
        if name in namespace:
            own = 1
            if namespace is namespaces.snapshot:
                own += sum([other is namespace[name] for other in namespace.values()])
            return _references(namespace[name]) - own
    return -1
