"""The environment variables, and who asks for them."""

import sys
from posix import putenv, unsetenv

_modules = sys.modules


def environment():
    """A copy of the environment variables. It's made without asking for them, as `dict.copy` would."""
    return dict(dict.items(variables()))


def variables():
    """The dictionary in which `os` has them."""
    return getattr(getattr(_modules.get("os"), "environ", None), "_data", {})


def set_variables(values):
    """Sets some of them; unsets those that have `None`."""
    apply(values, variables())
    for name, value in values.items():
        if value is None:
            unsetenv(name)
        else:
            putenv(name, value)


def apply(values, to):
    """Sets some values of a dictionary; takes those away that are `None`."""
    for name, value in values.items():
        if value is None:
            dict.pop(to, name, None)
        else:
            dict.__setitem__(to, name, value)


def _have_stand(values):
    for view in (_modules["os"].environ, _modules["os"].environb):
        view._data = values


class Asked(dict):
    """Environment variables, and which of them somebody has asked for: it makes no difference what the others are. Some modules of C can be loaded once in
    a process, so that an example that sets a variable of its own must find them here."""

    def __init__(self):
        self.names, self.everything = set(), False

    def __getitem__(self, name):
        self.names.add(name)
        return dict.__getitem__(self, name)

    def __contains__(self, name):
        self.names.add(name)
        return dict.__contains__(self, name)

    def get(self, name, default=None):
        self.names.add(name)
        return dict.get(self, name, default)

    def _all(what):
        def call(self):
            self.everything = True
            return what(self)

        return call

    __iter__, keys, values, items, copy = _all(dict.__iter__), _all(dict.keys), _all(dict.values), _all(dict.items), _all(dict.copy)
    del _all

    def put(self):
        """Has it stand for the variables of `os`, until they are put back."""
        self.own = variables()
        dict.update(self, self.own)
        _have_stand(self)

    def put_back(self):
        self.own.clear()
        self.own.update(dict.items(self))
        self.clear()
        _have_stand(self.own)

    def differ(self, before, now):
        """Whether one that was asked for isn't as it was."""
        return now != before if self.everything else any([now.get(name) != before.get(name) for name in self.names])
