"""Claims as expressions: evaluated without effects in the example's namespace, and compared with what was seen.

Only what can't do anything is evaluated. In particular nothing is called but classes, and of those only builtin ones and
the types of the very value that the result is compared with.
"""

import ast
import operator
import sys
import types

from verify_seeing import CONTAINERS, SCALARS, named

NUMBERS = frozenset({bool, int, float, complex})
PLAIN = SCALARS | CONTAINERS | {str}
STRICT = NUMBERS | {str, bytes}
SEQUENCES = (str, bytes, bytearray, list, tuple)
VIEWS = frozenset({type({}.keys()), type({}.values()), type({}.items())})

_modules = sys.modules
_getattr = getattr
_parse = compile

_BINARY = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
    ast.LShift: operator.lshift,
    ast.RShift: operator.rshift,
    ast.BitOr: operator.or_,
    ast.BitAnd: operator.and_,
    ast.BitXor: operator.xor,
}
_UNARY = {ast.UAdd: operator.pos, ast.USub: operator.neg, ast.Invert: operator.invert, ast.Not: operator.not_}
_COMPARE = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
}


class Refused(Exception):
    """The expression isn't one that is evaluated here; the message says why."""


class View:
    """A claimed `dict_keys([…])`: no class makes one, so it stands for itself."""

    def __init__(self, kind, items):
        self.kind, self.items = kind, items


def parse(text):
    """The expression's tree, or why there is none."""
    try:
        tree = _parse(text.strip(), "<claim>", "eval", ast.PyCF_ONLY_AST, True).body
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError) as error:
        return None, f"not an expression: {error}"
    nodes = [tree]
    for node in nodes:  # not by `ast.walk`, which imports: the example would find `collections` imported
        if type(node) is ast.Constant and node.value is ... and node is not tree:
            return None, "it has an ellipsis"
        for name in node._fields:
            part = getattr(node, name, None)
            nodes += [one for one in (part if type(part) is list else [part]) if isinstance(one, ast.AST)]
    return tree, None


class Scope:
    """Where names are looked up: in the frame's namespaces, then among the types of the value and their modules."""

    def __init__(self, namespaces, files, value=None, calls_code=False):
        self.namespaces = namespaces
        self.files = files
        self.calls_code = calls_code  # properties and `__getitem__` of the example's may be called
        self.types = types_in(value)

    def lookup(self, name):
        for namespace in self.namespaces:
            try:
                return namespace[name]
            except KeyError:
                pass
        return self.near(name)

    def near(self, name):
        """What the name denotes among the value's types and in their modules."""
        for kind in self.types:
            if kind.__name__ == name:
                return kind
        for kind in self.types:
            module = _modules.get(kind.__module__) if type(kind.__module__) is str else None
            if type(module) is types.ModuleType and name in module.__dict__ and kind.__module__ != "__main__":
                return module.__dict__[name]
        raise Refused(f"name {name!r} is not defined")


def types_in(value, limit=200):
    """The types of a value and of the items of its containers, the outermost first."""
    found, stack, count = {}, [value], 0
    while stack and count < limit:
        item = stack.pop(0)
        count += 1
        found.setdefault(type(item))
        if isinstance(item, dict):
            stack.extend(list(dict.values(item))[:limit] + list(dict.keys(item))[:limit])
        elif type(item) in CONTAINERS:
            stack.extend(list(item)[:limit])
        elif isinstance(item, tuple):
            stack.extend(tuple.__iter__(item))
    return [kind for kind in found if issubclass(type(kind), type)]


def evaluate(tree, scope):
    """The expression's value. Raises `Refused`, or what the evaluation raises."""
    kind = type(tree)
    if kind is ast.Constant:
        return tree.value
    if kind is ast.Name:
        return scope.lookup(tree.id)
    if kind is ast.Tuple:
        return tuple([evaluate(item, scope) for item in tree.elts])
    if kind is ast.List:
        return [evaluate(item, scope) for item in tree.elts]
    if kind is ast.Set:
        return {_hashable(evaluate(item, scope), scope) for item in tree.elts}
    if kind is ast.Dict:
        if None in tree.keys:
            raise Refused("it unpacks a mapping")
        return {_hashable(evaluate(key, scope), scope): evaluate(item, scope) for key, item in zip(tree.keys, tree.values)}
    if kind is ast.Attribute:
        return _attribute(evaluate(tree.value, scope), tree.attr, scope)
    if kind is ast.Subscript:
        return _item(evaluate(tree.value, scope), evaluate(tree.slice, scope), scope)
    if kind is ast.Slice:
        return slice(*[part and evaluate(part, scope) for part in (tree.lower, tree.upper, tree.step)])
    if kind is ast.UnaryOp:
        return _UNARY[type(tree.op)](_plain(evaluate(tree.operand, scope)))
    if kind is ast.BinOp:
        return _binary(tree.op, evaluate(tree.left, scope), evaluate(tree.right, scope))
    if kind is ast.Compare:
        return _comparison(tree, scope)
    if kind is ast.Call:
        return _call(tree, scope)
    raise Refused(f"{kind.__name__} is not evaluated")


def _plain(value):
    if type(value) not in PLAIN:
        raise Refused(f"an operator of {type(value).__name__} is not evaluated")
    return value


def _hashable(value, scope):
    hashed = _getattr(type(value), "__hash__", None)
    if type(hashed) is types.FunctionType and hashed.__code__.co_filename in scope.files:
        raise Refused(f"hashing {type(value).__name__} runs code of the example")
    return value


def _binary(op, left, right):
    function = _BINARY.get(type(op))
    if function is None:
        raise Refused("this operator is not evaluated")
    if isinstance(left, type) and isinstance(right, type) and type(op) is ast.BitOr:
        return left | right
    kinds = {type(_plain(left)), type(_plain(right))}
    if type(op) is ast.Pow and kinds <= {int, bool} and (right > 10_000 or left.bit_length() * max(right, 0) > 100_000):
        raise Refused("the number is too large")
    if type(op) is ast.LShift and kinds <= {int, bool} and right > 100_000:
        raise Refused("the number is too large")
    if type(op) is ast.Mult:
        for one, other in ((left, right), (right, left)):
            if isinstance(one, SEQUENCES) and isinstance(other, int) and len(one) * other > 1_000_000:
                raise Refused("the value is too large")
    if type(op) is ast.Mod and isinstance(left, (str, bytes)):
        raise Refused("formatting is not evaluated")
    return function(left, right)


def _comparison(tree, scope):
    left = evaluate(tree.left, scope)
    for op, node in zip(tree.ops, tree.comparators):
        right = evaluate(node, scope)
        if type(op) not in _COMPARE:
            raise Refused("this comparison is not evaluated")
        if type(op) not in (ast.Is, ast.IsNot):
            _plain(left)
            _plain(right)
        if not _COMPARE[type(op)](left, right):
            return False
        left = right
    return True


def _attribute(base, name, scope):
    if type(base) is types.ModuleType:
        if name in base.__dict__:
            return base.__dict__[name]
        raise Refused(f"module has no attribute {name!r}")
    if scope.calls_code or isinstance(base, type):
        return _getattr(base, name)
    for kind in type(base).__mro__:
        if name in kind.__dict__:
            found = kind.__dict__[name]
            if type(found) in (property, classmethod, staticmethod) or isinstance(_getattr(type(found), "__get__", None), types.FunctionType):
                raise Refused(f"attribute {name!r} is computed")
            break
    if any("__getattr__" in kind.__dict__ or type(kind.__dict__.get("__getattribute__")) is types.FunctionType for kind in type(base).__mro__):
        raise Refused(f"attribute {name!r} is computed")
    return _getattr(base, name)


def _item(base, key, scope):
    if isinstance(base, type):
        return base[key]
    if not scope.calls_code and type(base) not in PLAIN:
        raise Refused(f"an item of {type(base).__name__} is not evaluated")
    if isinstance(base, dict) and _getattr(type(base), "__missing__", None) is not None and not dict.__contains__(base, key):
        raise KeyError(key)  # asking would put it there
    return base[key]


def _call(tree, scope):
    called = evaluate(tree.func, scope)
    if type(called) is types.ModuleType and type(tree.func) is ast.Name:
        called = scope.near(tree.func.id)  # `array('i', [42])` where `array` is the imported module
    if not isinstance(called, type):
        raise Refused("only classes are called")
    arguments = [evaluate(argument, scope) for argument in tree.args]
    if any(word.arg is None for word in tree.keywords):
        raise Refused("it unpacks a mapping")
    keywords = {word.arg: evaluate(word.value, scope) for word in tree.keywords}
    if called in VIEWS and len(arguments) == 1 and not keywords:
        return View(called, arguments[0])
    if called is type and len(arguments) == 1 and not keywords:
        return type(arguments[0])
    if called not in PLAIN and called not in scope.types:
        raise Refused(f"{called.__name__} is not called")
    for one in arguments:
        if type(one) is range and len(one) > 1_000_000 or called in (bytes, bytearray) and type(one) is int and one > 1_000_000:
            raise Refused("the value is too large")
    for name in ("__new__", "__init__", "__post_init__"):
        function = _getattr(called, name, None)
        code = _getattr(function, "__code__", None)
        if code is not None and code.co_filename in scope.files:
            raise Refused(f"{called.__name__}.{name} runs code of the example")
    maker = _getattr(type(called), "__call__", None)
    if _getattr(_getattr(maker, "__code__", None), "co_filename", None) in scope.files:
        raise Refused(f"calling {called.__name__} runs code of the example")
    return called(*arguments, **keywords)


def same(left, right):
    """Whether a value equals a claimed one. `True` isn't `1`, nor `1` `1.0`; a NaN is a NaN; order counts where Python says so."""
    if type(right) is View:
        return type(left) is right.kind and (
            same(list(left), list(right.items)) if right.kind is type({}.values()) else _unordered(list(left), list(right.items))
        )
    kinds = type(left), type(right)
    if kinds[0] in STRICT and kinds[1] in STRICT:
        if kinds[0] is not kinds[1]:
            return False
        return left == right or (kinds[0] in (float, complex) and left != left and right != right)
    if left is right:
        return True
    if kinds[0] in (list, tuple) and kinds[0] is kinds[1]:
        return len(left) == len(right) and all([same(one, other) for one, other in zip(left, right)])
    if isinstance(left, (set, frozenset)) and isinstance(right, (set, frozenset)):
        return len(left) == len(right) and _unordered(left, right)
    if isinstance(left, dict) and isinstance(right, dict) and len(left) == len(right):
        if not _unordered(left, right):
            return False
        if not all([key in right and same(dict.__getitem__(left, key), dict.__getitem__(right, key)) for key in left]):
            return False
        return kinds[0] is dict or kinds[1] is dict or _equal(left, right)
    if isinstance(left, BaseException) and kinds[0] is kinds[1]:
        return same(left.args, right.args)
    return _equal(left, right)


def _unordered(left, right):
    try:
        return {(type(one), one) for one in left} == {(type(one), one) for one in right}
    except TypeError:
        return _equal(left, right)


def _equal(left, right):
    answer = left == right
    if answer is True or answer is False:
        return answer
    whole = _getattr(answer, "all", None)
    if whole is not None:  # arrays and frames answer item by item
        if _getattr(left, "shape", None) != _getattr(right, "shape", None):
            return False
        while _getattr(answer, "all", None) is not None and answer is not True and answer is not False and type(answer) is not bool:
            reduced = answer.all()
            if type(reduced) is type(answer):
                break
            answer = reduced
    if not any(["__bool__" in kind.__dict__ or "__len__" in kind.__dict__ for kind in type.__dict__["__mro__"].__get__(type(answer))]):
        raise Refused(f"`==` gives a `{type(answer).__name__}`, which is neither true nor false")
    return bool(answer)


def explain(error):
    """Why an expression could not be evaluated."""
    return str(error) if type(error) is Refused else named(error)
