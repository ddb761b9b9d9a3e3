"""Adds to the names of a docstring's module what a reader takes for granted: its package by that one's own name, and what the package offers.

`names` are the module's, `module` is its dotted name. Nothing is imported for that.
"""

import builtins
import sys

kind = type(sys)


def public(module):
    """What a module offers to those who import it, but for modules."""
    return {name: value for name, value in vars(module).items() if not name.startswith("_") and not isinstance(value, kind)}


def seen_as(module):
    """The package that a reader has in place of a private module of it that only passes on what others define (so that imports don't go in circles)."""
    package = sys.modules.get(module.__name__.split("._")[0], module)
    offered = {name: vars(module).get(name) for name in getattr(module, "__all__", ())}
    own = [value for value in offered.values() if getattr(value, "__module__", module.__name__) == module.__name__]
    same = [name for name, value in offered.items() if vars(package).get(name) is value]
    return module if own or 2 * len(same) <= len(offered) else package


top, above = module.partition(".")[0], module
for name, value in list(names.items()):
    if isinstance(value, kind) and value.__name__.startswith(f"{top}._") and not name.startswith("_"):
        names[name] = seen_as(value)
while above := above.rpartition(".")[0]:
    for name, value in public(sys.modules[above]).items():
        if not hasattr(builtins, name):
            names.setdefault(name, value)
names.setdefault(top, sys.modules[top])
