"""Statements wrapped in the syntax tree, so that what they do is noted while they do it.

A probed statement `x = f()` becomes `with PROBE: x = PROBE.value(f())` at the same place. PROBE isn't a name: it lies among
the constants of the code object, so no namespace shows it. Constants are folded and merged as without it.
"""

import ast
import types

from verify_probes import Probe, Watch
from verify_seeing import SILENCE

_MARK = "\0verify"


class Instrumentation:
    """Puts probes into syntax trees, and what they stand for into the code objects compiled from them."""

    def __init__(self, probes, state):
        self.state = state
        self.objects = {}  # by the constants that stand for them
        self.whole = [Probe(probe, state) for probe in probes if probe["line"] == 0]
        self.probes = {}
        for probe in [probe for probe in probes if probe["line"] != 0]:
            self.probes.setdefault((probe["line"], probe["column"]), []).append(Probe(probe, state))
        self.columns = {}  # of the probes, by their lines
        for line, column in self.probes:
            self.columns.setdefault(line, []).append(column)
        self.watch = Watch(state)

    def between(self, first, last):
        """The probes on some lines; `None` where one of them stands within what these begin with."""
        found = []
        for line in range(first, last + 1):
            for column in self.columns.get(line, ()):
                if (line, column) != (first, 0):
                    return None
                found += self.probes[line, column]
        return found

    def end(self):
        """Ends what is noted: the example is over, and its code may still be called by another one."""
        self.state.notes = SILENCE
        for probes in (self.whole, *self.probes.values()):
            for probe in probes:
                probe.cut, probe.catches = True, False

    def instrument(self, tree, whole=False):
        """Wraps the probed statements of a tree in place; whether there are any. `whole`: its own statements are typed at a prompt."""
        places = self._places(tree)
        pending = [(tree, None)] if places else []
        while pending:
            node, outermost = pending.pop()
            pending += [(child, outermost or (child if type(child) is ast.ClassDef else None)) for child in _inner(node)]
            for field in ("body", "orelse", "finalbody"):
                body = getattr(node, field, None)
                if body and any([statement in places or type(statement) is ast.ClassDef for statement in body]):
                    documented = field == "body" and isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))
                    new = self._wrapped(body, places, documented, whole and node is tree, outermost)
                    setattr(node, field, new)
        return bool(places)

    def _wrapped(self, statements, places, documented, whole, outermost):
        new, late = [], []
        for index, statement in enumerate(statements):
            probes = places.get(statement, ())
            wrapped, text = statement, documented and index == 0 and _is_text(statement)
            if text or type(statement) is ast.ImportFrom and statement.module == "__future__":
                # These must stay what they are, where they are: what is looked at comes after them.
                new.append(statement)
                if not probes:
                    continue
                wrapped = ast.Expr(_at(ast.Constant(statement.value.value), statement)) if text else ast.Pass()
                wrapped = _at(wrapped, statement)
                late.append(wrapped)
            else:
                new += late
                late = []
            body = [wrapped] + [after for after in [self._pass_value(wrapped, probe) for probe in probes] if after is not None]
            for probe in probes:
                if whole:
                    probe.whole = True
                if outermost is not None or type(statement) is ast.ClassDef:
                    probe.in_class = True
                body = [_with(self._constant(probe, statement), *body)]
            wrapped = body[0]
            if type(statement) is ast.ClassDef and outermost is None and self._asks_class(statement, places):
                wrapped = _with(self._constant(self.watch, statement), wrapped)
            if late:
                late[-1] = wrapped
            else:
                new.append(wrapped)
        return new + late

    def _asks_class(self, statement, places):
        return any([probe.classes for node in _walk(statement) for probe in places.get(node, ())])

    def _places(self, tree):
        """The probes of each statement, by their positions; a position that fits none goes to the line's first statement."""
        by_place, by_line = {}, {}
        for node in _walk(tree):
            if isinstance(node, ast.stmt):
                line = min([node.lineno] + [one.lineno for one in getattr(node, "decorator_list", ())])
                if line in self.columns or node.lineno in self.columns:
                    by_place.setdefault((line, node.col_offset), node)
                    by_place.setdefault((node.lineno, node.col_offset), node)
                    by_line.setdefault(line, node)
        places = {}
        for line in dict.fromkeys([line for line, _ in by_place]):
            for column in self.columns.get(line, ()):
                node = by_place.get((line, column)) or by_line.get(line)
                if node is not None:
                    places.setdefault(node, []).extend(self.probes[line, column])
        return places

    def _pass_value(self, statement, probe):
        """Passes the statement's value through the probe: where it stands, or by a statement after it."""
        kind = type(statement)
        if kind is ast.Expr and type(statement.value) is ast.Yield:
            inner = statement.value
            inner.value = self._call(probe.last_value, inner.value or _at(ast.Constant(None), inner))
        elif type(getattr(statement, "value", None)) is ast.Starred:
            pass  # not valid, and must not become so
        elif kind is ast.Expr or kind in (ast.Assign, ast.AnnAssign, ast.Return) and statement.value is not None:
            statement.value = self._call(probe.value, statement.value)
        elif kind is ast.AugAssign and type(statement.target) is ast.Name:
            name = _at(ast.Name(statement.target.id, ast.Load()), statement.target)
            test = ast.Compare(self._call(probe.value, name), [ast.Is()], [ast.Constant(None)])  # an `Expr` would be echoed at a prompt
            return ast.fix_missing_locations(_at(ast.If(test, [ast.Pass()], []), statement))
        elif kind is ast.Assert:
            test = statement.test
            if type(test) is not ast.Compare or len(test.ops) > 1:
                statement.test = self._call(probe.keep, test)
            elif type(test.ops[0]) in (ast.In, ast.NotIn) or _is_plain(test.left) and not _is_plain(test.comparators[0]):
                test.comparators[0] = self._call(probe.keep, test.comparators[0])
            else:
                test.left = self._call(probe.keep, test.left)
        elif kind is ast.Delete:
            probe.deleted = [target.id for target in statement.targets if type(target) is ast.Name]
        return None

    def _constant(self, value, at):
        constant = frozenset((_MARK, len(self.objects)))
        self.objects[constant] = value
        return _at(ast.Constant(constant), at)

    def _call(self, function, argument):
        # A constant that is called by itself is something that the compiler warns of. This becomes the same code: that it's true is known.
        constant = self._constant(function, argument)
        chosen = _at(ast.IfExp(constant, constant, constant), argument)
        return _at(ast.Call(chosen, [argument], []), argument)

    def finish(self, code):
        """The code object with the probes among its constants."""
        constants = []
        for constant in code.co_consts:
            if type(constant) is types.CodeType:
                constant = self.finish(constant)
            elif type(constant) is frozenset:
                constant = self.objects.get(constant, constant)
            constants.append(constant)
        if all([new is old for new, old in zip(constants, code.co_consts)]):
            return code
        return code.replace(co_consts=tuple(constants))


_SIMPLE = frozenset({
    ast.AnnAssign, ast.Assert, ast.Assign, ast.AugAssign, ast.Break, ast.Continue, ast.Delete, ast.Expr, ast.Global, ast.Import, ast.ImportFrom,
    ast.Nonlocal, ast.Pass, ast.Raise, ast.Return,
})


def _inner(node):
    """What lies right inside of a statement (or of a part of one) and is a statement, or holds some."""
    found = []
    if type(node) in _SIMPLE:
        return found
    for field in ("body", "handlers", "orelse", "finalbody", "cases"):
        value = getattr(node, field, None)
        if type(value) is list:
            found += value
    return found


def _is_plain(node):
    """Whether an expression stands for itself: in an assertion the other side is what is looked at."""
    kind = type(node)
    if kind in (ast.List, ast.Tuple, ast.Set):
        return all([_is_plain(item) for item in node.elts])
    if kind is ast.Dict:
        return all([_is_plain(item) for item in (*node.keys, *node.values)])
    return kind is ast.Constant or kind is ast.UnaryOp and _is_plain(node.operand)


def _at(new, old):
    """The new node, at the old one's place."""
    new.lineno, new.col_offset, new.end_lineno, new.end_col_offset = old.lineno, old.col_offset, old.end_lineno, old.end_col_offset
    return new


def _walk(node):
    """A node and the statements in it, the outer ones first. Expressions hold none."""
    found = [node]
    for one in found:
        found += _inner(one)
    return found


def _with(manager, *body):
    return _at(ast.With([ast.withitem(manager, None)], list(body)), body[0])


def _is_text(statement):
    return type(statement) is ast.Expr and type(statement.value) is ast.Constant and type(statement.value.value) is str
