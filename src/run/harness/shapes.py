"""How modules are, to find out which of them an import has changed that was about others."""

import sys

_modules = sys.modules
_Module, _Function = type(sys), type(lambda: None)
_CALLABLE = (type(len), _Function, type)
# What a class may have or not, by whether somebody has looked at it.
_LAZY = ("__annotations__", "__annotations_cache__", "__annotate__", "__annotate_func__", "__abstractmethods__", "__doc__", "__signature__")


class Shapes:
    """How modules were when they were complete."""

    def __init__(self, imports):
        self.imports = imports
        self.shapes = {}

    def loaded(self, name):
        """A module was imported by another one, and its package is complete, unless it's still being imported."""
        top = name.partition(".")[0]
        if all([record.name.partition(".")[0] != top for record in self.imports.running]):
            for other in [other for other in _modules if other == top or other.startswith(f"{top}.")]:
                self.look(other)

    def look(self, name):
        """Remembers how a module is."""
        if name not in self.shapes and name not in ("__main__", "__mp_main__", "sys"):
            self.shapes[name] = _shape(name)

    def renew(self, name):
        """From here on it counts how the module is now."""
        self.shapes[name] = _shape(name)

    def changed(self):
        """The modules that are otherwise now."""
        return [name for name, shape in list(self.shapes.items()) if _shape(name) != shape]


def inner(value):
    """The names of an object, or of a class."""
    kind = type(value)
    if issubclass(kind, type):
        return type.__getattribute__(value, "__dict__")
    return object.__getattribute__(value, "__dict__") if kind.__dictoffset__ and not issubclass(kind, (_Module, *_CALLABLE)) else {}


def _shape(name):
    """What a module's names mean, and those of its classes; of what a package doesn't keep to itself also how much its containers hold."""
    module = _modules.get(name)
    if type(module) is not _Module:
        return id(module)
    top, *parts = name.split(".")
    has_public = top not in sys.stdlib_module_names and not any([part.startswith("_") for part in parts])
    shape = {}
    for key, value in list(module.__dict__.items()):
        if isinstance(value, _Module) or key in _LAZY or key == "__warningregistry__" or (key[:1] == "_" and not isinstance(value, _CALLABLE)):
            continue
        shape[key] = _identity(value)
        if isinstance(value, type):
            if value.__dict__.get("__module__") == name:
                shape[key, 0] = {part: _identity(one) for part, one in value.__dict__.items() if part not in _LAZY}
        elif has_public:
            shape[key, 0] = _size(value)
            shape[key, 1] = {part: _size(one) for part, one in inner(value).items()}
    return shape


def _identity(value):
    """What tells an object from others; a function made anew of the same code does the same."""
    return id(value.__code__ if type(value) is _Function else value)


def _size(value):
    return len(value) if type(value) in (dict, list, set) else None
