"""What is seen of exceptions.

As in `seeing`, everything needed is bound here before an example runs, and nothing raises because of an object of the example's.
"""

import sys
import tokenize  # noqa: F401
import traceback
from io import TextIOWrapper

from verify_imports import IMPORTS
from verify_seeing import bounded, deeper, message, named, type_name

try:
    import unicodedata  # noqa: F401 — `traceback` looks for it only when it needs it
except ImportError:
    pass

DEEP = 100  # frames

_traceback_slot = BaseException.__dict__["__traceback__"]
_code_slot = SystemExit.__dict__["code"]
_Module = type(sys)
_dict_of_module = _Module.__dict__["__dict__"].__get__
_describe = traceback.TracebackException


def without_harness(trace, files):
    """The traceback from the first frame of the example on; the whole one where there is none."""
    own = trace
    while own is not None and own.tb_frame.f_code.co_filename not in files:
        own = own.tb_next
    return own if own is not None else trace


_deep = {}  # the last deep traceback: it passes many probes, and takes long to describe


def raised(error, trace, files):
    """A `Raised` of an exception. `files` names the example's and the preludes' files, and what reports call them."""
    kind = type(error)
    trace = without_harness(trace, files)
    line, step, depth = None, trace, 0
    while step is not None:
        depth += 1
        if step.tb_frame.f_code.co_filename in files:
            line = step.tb_lineno
        step = step.tb_next
    if line is None and issubclass(kind, SyntaxError) and error.filename in files and type(error.lineno) is int:
        line = error.lineno
    key = id(error), line
    if depth > DEEP and key in _deep:
        text = _deep[key]
    else:
        text = described(error, trace, files)
    _deep.clear()
    if depth > DEEP:
        _deep[key] = text
    module = type.__dict__["__module__"].__get__(kind)
    return {
        "type": type_name(kind),
        "module": bounded(module)[0] if type(module) is str else "",
        "mro": [type_name(base) for base in type.__dict__["__mro__"].__get__(kind) if base is not object] + _other_names(kind, trace),
        "message": message(error),
        "line": line if type(line) is int and line > 0 else None,
        "traceback": bounded(text)[0],
        "subject": _subject(error),
    }


def _other_names(kind, trace):
    """What else a type is called where it was raised, and in the modules that are known there: `EncodeError = TypeError`."""
    if trace is None:
        return []
    known = trace.tb_frame.f_globals
    spaces = [known] + [_dict_of_module(value) for value in list(dict.values(known)) if type(value) is _Module]
    names = [name for space in spaces for name, value in list(dict.items(space)) if value is kind and type(name) is str]
    return sorted({bounded(name)[0] for name in names} - {type_name(kind)})


def described(error, trace, files):
    """An exception with its traceback, as the interpreter prints it."""
    try:
        text = "".join(deeper(_formatted, type(error), error, trace))
        for file, name in files.items():
            text = text.replace(f'File "{file}"', f'File "{name}"')
        return text
    except BaseException:
        return f"Traceback (most recent call last):\n{named(error)}\n"


def _formatted(kind, error, trace):
    with IMPORTS.of_harness():
        return list(_describe(kind, error, trace).format())


def _subject(error):
    kind = type(error)
    try:
        if issubclass(kind, SystemExit):
            return str(exit_status(error))
        if issubclass(kind, (ImportError, NameError)):
            name = error.__dict__.get("name", None) or getattr(error, "name", None)
            return bounded(name)[0] if isinstance(name, str) else None
    except BaseException:
        pass  # attributes can be anything, and do anything
    return None


def traceback_of(error):
    """The traceback of an exception, whatever its class makes of the attribute."""
    return _traceback_slot.__get__(error)


def set_traceback(error, trace):
    """Sets the traceback of an exception, whatever its class makes of the attribute."""
    _traceback_slot.__set__(error, trace)


def exit_code(error):
    """The `code` of a `SystemExit`, whatever its class makes of the attribute."""
    return _code_slot.__get__(error)


def exit_status(error):
    """The status that a process ends with by a `SystemExit`."""
    code = exit_code(error)
    if code is None:
        return 0
    if issubclass(type(code), int):
        return int.__and__(code, 0xFF)
    return 1


def leaves(error, files):
    """Whether an exception ends a session of prompts: one that asks to leave. Where a library asks for that, as a parser of arguments does, whoever shows
    what it said goes on typing all the same."""
    if not issubclass(type(error), SystemExit):
        return False
    trace = traceback_of(error)
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    name = trace.tb_frame.f_code.co_filename if trace is not None else ""
    return name in files or name.startswith("<") or "_sitebuiltins" in name


def print_traceback(told):
    """Prints what the interpreter prints of an exception that nobody handled; whether it could. The interpreter itself would read each file from its
    start up to the line that is shown, and write piece by piece."""
    stream = sys.__dict__.get("stderr")
    if type(stream) is not TextIOWrapper:
        return False  # the example's own
    TextIOWrapper.write(stream, told["traceback"])
    return True
