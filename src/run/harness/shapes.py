"""How modules are, to find out which of them an import has changed that was about others."""

import sys
from _operator import is_

_modules = sys.modules
_Module, _Function = type(sys), type(lambda: None)
_CALLABLE = (type(len), _Function, type)
_PLAIN = (str, int, bytes)
_hash = object.__hash__  # by what it is, as `id` tells it; but every `id` is an audit event
# What a class or a module may have or not, by whether somebody has looked at it.
_LAZY = frozenset([
    "__annotations__", "__annotations_cache__", "__annotate__", "__annotate_func__", "__abstractmethods__", "__doc__", "__signature__", "__warningregistry__"
])


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
            self.shapes[name] = _Shape(name)

    def changed(self):
        """The modules that are otherwise now, but for what is undone while those are hidden that did it."""
        self.imports.undo_effects()
        try:
            return [name for name, shape in list(self.shapes.items()) if _Shape(name).is_other(shape)]
        finally:
            self.imports.do_effects()

    def gained(self, name):
        """Whether a module only has more names than before."""
        now = getattr(_modules.get(name), "__dict__", {})
        return all([now.get(key) is value for key, value in self.shapes[name].names.items()])

    def take(self, changed, package):
        """Notes that the import of a package has changed these modules. From here on it counts how they are now."""
        for name in changed:
            self.shapes[name] = _Shape(name)
            if name in self.imports.records:
                self.imports.records[name].changed_by |= {package}


def inner(value):
    """The names of an object, or of a class."""
    kind = type(value)
    if issubclass(kind, type):
        return type.__getattribute__(value, "__dict__")
    if not kind.__dictoffset__ or issubclass(kind, (_Module, *_CALLABLE)):
        return {}
    try:
        return object.__getattribute__(value, "__dict__")
    except AttributeError:
        return {}  # of a kind that shows it to nobody, as type variables do


class _Shape:
    """A module's names, and those of its classes; of what a package doesn't keep to itself also how much its containers hold."""

    def __init__(self, name):
        module = self.module = _modules.get(name)
        self.names, self.classes, self.sizes = {}, [], {}
        top, *parts = name.split(".")
        self.is_standard = top in sys.stdlib_module_names
        if type(module) is not _Module:
            return
        self.names = dict(module.__dict__)
        classes = [value for value in self.names.values() if issubclass(type(value), type)]
        self.classes = [(one, dict(one.__dict__)) for one in classes if one.__dict__.get("__module__") == name]
        if not self.is_standard and not any([part.startswith("_") for part in parts]):
            values = [(key, value) for key, value in self.names.items() if key[:1] != "_"]
            values = [(key, value) for key, value in values if not issubclass(type(value), (type, _Module, _Function))]
            self.sizes = {key: (_size(value), {part: _size(one) for part, one in inner(value).items()}) for key, value in values}

    def is_other(self, before):
        """Whether the module is otherwise than before. One that makes names when they are asked for may have more of them."""
        if self.module is not before.module:
            return True
        pairs = [(self.names, before.names), *[(now, then) for (_, now), (_, then) in zip(self.classes, before.classes)]]
        if self.sizes == before.sizes and len(self.classes) == len(before.classes) and all([_is_same(*pair) for pair in pairs]):
            return False
        now, then = self._meaning(), before._meaning()
        if "__getattr__" in before.names:
            return any([now.get(key) != value for key, value in then.items()])
        return now != then

    def _meaning(self):
        """What tells the module from others, of what doesn't come by being looked at."""
        meaning = {(key, 0): sizes for key, sizes in self.sizes.items()}
        for key, value in self.names.items():
            if not (key in _LAZY or isinstance(value, _Module) or (key[:1] == "_" and not isinstance(value, _CALLABLE))):
                meaning[key] = _identity(value)
        for one, names in self.classes:
            kept = {part: value for part, value in names.items() if part not in _LAZY}
            if self.is_standard:
                # `typing` notes in a class of `collections.abc` when it's going to be removed.
                kept = {part: value for part, value in kept.items() if part[:1] != "_" or part[:2] == "__" or not _is_plain(value)}
            meaning[_hash(one)] = {part: _identity(value) for part, value in kept.items()}
        return meaning


def _is_same(one, other):
    return len(one) == len(other) and all(map(is_, one.values(), other.values())) and list(one) == list(other)


def _identity(value):
    """What tells an object from others. A function made anew of the same code does the same, and nobody can tell plain values that are equal."""
    if _is_plain(value):
        return type(value), value
    return _hash(value.__code__ if type(value) is _Function else value)


def _is_plain(value):
    return type(value) in _PLAIN or type(value) is tuple and all([type(one) in _PLAIN for one in value])


def _size(value):
    return len(value) if type(value) in (dict, list, set) else None
