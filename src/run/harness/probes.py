"""Probes: what is looked at while a statement runs.

A probe is a context manager around its statement (`instrumentation.py` puts it there). While the statement runs, nothing of the
harness is alive between its calls: the `with` keeps a bound method on the stack, and passes are found by their frame, so that
counts of references are those of the example. A `with` that doesn't swallow an exception leaves it and its traceback as they were.
"""

import builtins
import re
import sys

from verify_evaluation import Scope, evaluate, explain, parse, same
from verify_namespaces import Namespaces, count_references
from verify_raised import raised, traceback_of
from verify_seeing import NOTES_LIMIT, clock, deeper, hold, is_quiet, named, release, seen, settle

PASSES = 1000  # passes of one probe that are noted
ITEMS = 10_000  # items of one iterator that are looked at

_frame = sys._getframe
_builtins = builtins.__dict__
_size = sys.getsizeof
_modules = sys.modules
_NOTHING = object()


class Query:
    """A question. Its expressions (a claim's text may be anything) are parsed when they are needed; before the example runs where the parser may warn."""

    def __init__(self, query):
        subject = query["subject"]
        self.kind, self.argument = (subject, None) if isinstance(subject, str) else next(iter(subject.items()))
        self.asked = query["equals"] is not None
        self.text = (query["equals"] or "").strip()
        self.at_value = self.kind in _AT_VALUE  # the answer comes with the statement's value; else it comes after the statement
        self.parsed = (None, None)  # the tree of what is claimed, and why there is none; `None` before it's parsed
        if self.asked:
            self.parsed = parse(self.text) if _WARNED_OF(self.text) else None
        self.subject = parse(self.argument) if self.kind == "expression" else None

    def claimed(self):
        """The tree of what is claimed, and why there is none."""
        if self.parsed is None:
            self.parsed = parse(self.text)
        return self.parsed


_AT_VALUE = ("value", "type", "attribute", "items", "size")
_WARNED_OF = re.compile(r"\\|and|else|for|i[fns]|not|or").search  # escapes that are none, and keywords right behind a number


class State:
    """What the probes of an example share."""

    def __init__(self, notes, output, looking, files):
        self.notes, self.output, self.looking, self.files = notes, output, looking, files
        self.frames = {}  # id of a frame → its open passes, the innermost last
        self.delayed = []  # observations that wait for a class to be complete
        self.keeps_locals = False  # the example asks for `locals()` itself
        self.at_prompt = False  # what it comes to is shown
        self.claimed = None  # at a prompt: the exception that a statement's own probe had announced

    def answer_delayed(self, frame):
        """Writes the observations that waited for a class, which the frame now has, if there is one."""
        delayed, self.delayed = self.delayed, []
        with self.looking:
            for probe, observation in delayed:
                if frame is None:
                    probe.answer_class(observation, None)
                    continue
                with Namespaces(frame, self) as namespaces:
                    probe.answer_class(observation, namespaces)


class Pass:
    """One pass through a probed statement."""

    __slots__ = ("probe", "start", "spent", "stdout", "stderr", "value", "kept", "answers", "ended", "counts")


class Probe:
    """A context manager around a statement, and with `value` a function around its value."""

    passes = 0
    cut = False
    deleted = ()  # names that the statement deletes
    whole = False  # it is the whole statement at a prompt
    in_class = False  # a class is being made around the statement, or by it

    def __init__(self, probe, state):
        self.number, self.catches = probe["number"], probe["catches"]
        self.queries = [Query(query) for query in probe["queries"]]
        self.state = state
        self.classes = any(query.kind == "class_attribute" for query in self.queries)
        # Making its text may use an object up; nobody needs it where the object is claimed as such: `<Stream object at …>`.
        self.as_text = not any(" object at " in query.text for query in self.queries)

    def __enter__(self):
        if not self.cut and not self.state.looking.active():
            held = hold()
            try:
                self._begin(_frame(1))  # where the stack is used up, the example's own call fails, as any call would
            finally:
                release(held)

    def _begin(self, frame):
        this = self._new_pass(frame)
        if this is not None:
            self.state.frames.setdefault(id(frame), []).append(this)

    def _new_pass(self, frame):
        state = self.state
        self.passes += 1
        if self.passes > PASSES or state.notes.written > NOTES_LIMIT:
            self.cut = True
            state.notes.write({"cut": {"probe": self.number}})
            return None
        this = Pass()
        this.probe, this.value, this.kept, this.ended, this.answers = self, None, _NOTHING, False, [None] * len(self.queries)
        this.counts = self._counts_before(frame) if self.deleted and self.queries else None
        this.stdout, this.stderr = state.output.offsets()
        this.spent = state.looking.spent
        this.start = clock()
        return this

    def value(self, value):
        """Notes the statement's value and hands it on."""
        held = hold()
        try:
            self._look(_frame(1), value, False)
        finally:
            release(held)
        return value

    def last_value(self, value):
        """The same, where the statement is left by it: for how long, is up to others."""
        held = hold()
        try:
            self._look(_frame(1), value, True)
        finally:
            release(held)
        return value

    def keep(self, value):
        """Keeps what an assertion is about, and hands it on: it's noted where that fails."""
        this = self._open(_frame(1))
        if this is not None:
            this.kept = value
        return value

    def __exit__(self, kind, error, trace):
        end = clock()
        held = hold()
        try:
            swallowed = deeper(self._leave, _frame(1), end, error, trace)
            settle()
        finally:
            release(held)
        return swallowed

    # The same around what was typed in one go at a prompt, for whoever evaluates that.

    def fits_around(self):
        """Whether nothing is asked for but what the statement's value tells."""
        return not self.classes and all([query.at_value for query in self.queries])

    def before(self):
        """Begins a pass; `None` where none is noted any more."""
        return None if self.cut else self._new_pass(None)

    def evaluated(self, this, value, namespaces):
        """Notes the value."""
        deeper(self._at_value, this, value, lambda: namespaces)

    def after(self, this, error):
        """Ends a pass. What is told of an exception, and whether it was announced."""
        if error is None:
            deeper(self._end, this, None, clock(), None, None)
            return None, False
        told = deeper(self._end, this, None, clock(), error, traceback_of(error))
        return told, self._announces(error)

    def _leave(self, frame, end, error, trace):
        this = self._open(frame)
        if this is not None:
            if not this.ended:
                self._end(this, frame, end, error, trace)
                this.ended = True
            self._close(this, frame)
        return error is not None and self._swallows(error)

    def _open(self, frame):
        """This probe's open pass in the frame."""
        for this in reversed(self.state.frames.get(id(frame), ())):
            if this.probe is self:
                return this
        return None

    def _close(self, this, frame):
        passes = self.state.frames[id(frame)]
        del passes[passes.index(this) :]
        if not passes:
            del self.state.frames[id(frame)]

    def _announces(self, error):
        """Whether it's an exception that a claim announces."""
        return self.catches and not issubclass(type(error), GeneratorExit) and not _cancels_this_task(error)

    def _swallows(self, error):
        if not self._announces(error):
            return False
        if self.whole:
            self.state.claimed = error
            return False
        return True

    def _look(self, frame, value, last):
        this = self._open(frame)
        if this is None:
            return
        end = clock()
        deeper(self._at_value, this, value, lambda: Namespaces(frame, self.state))
        if last:
            deeper(self._end, this, frame, end, None, None)
            this.ended = True

    def _at_value(self, this, value, namespaces):
        if is_quiet(value):
            this.value = seen(value, self.as_text, self.state.at_prompt)[0]
            text = this.value["repr"]
            for index, query in enumerate(self.queries):
                # Most claims are the very text.
                if query.kind == "value" and query.asked and query.text == text:
                    this.answers[index] = {"seen": this.value, "error": None, "equal": True, "expression_error": None}
            if None not in this.answers:
                return
        with self.state.looking:
            if this.value is None:
                this.value = seen(value, self.as_text, self.state.at_prompt)[0]
            if not self.queries:
                return
            with namespaces() as namespaces:
                for index, query in enumerate(self.queries):
                    if query.at_value and this.answers[index] is None:
                        this.answers[index] = self._about_value(query, value, namespaces)

    def _about_value(self, query, value, namespaces):
        if query.kind == "type":
            return self._answer(query, type(value), namespaces, instance=value)
        if query.kind == "attribute":
            try:
                value = getattr(value, query.argument)
            except BaseException as problem:
                return failed(named(problem))
        elif query.kind == "size":
            try:
                value = _size(value)
            except BaseException as problem:
                return failed(named(problem))
        elif query.kind == "items":
            items = []
            try:
                iterator = iter(value)
                while len(items) < min(query.argument, ITEMS):
                    items.append(next(iterator))
            except StopIteration:
                pass
            except BaseException as problem:
                return failed(named(problem))
            value = items
        return self._answer(query, value, namespaces)

    def _answer(self, query, value, namespaces, instance=_NOTHING):
        """The answer to a query whose subject could be looked at."""
        shown, error = seen(value, self.as_text, self.state.at_prompt)
        tree, why_none = query.claimed()
        answer = {"seen": shown, "error": error, "equal": None, "expression_error": why_none}
        if query.asked and why_none is None:
            about = value if instance is _NOTHING else instance
            try:
                claimed = deeper(evaluate, tree, Scope(namespaces, self.state.files, about))
                if instance is _NOTHING:
                    answer["equal"] = bool(deeper(same, value, claimed))
                else:
                    answer["equal"] = claimed is instance or any([kind is claimed for kind in value.__mro__])
            except BaseException as problem:
                answer["expression_error"] = explain(problem)
        return answer

    def _end(self, this, frame, end, error, trace):
        """Notes what was seen. What is told of an exception."""
        state = self.state
        stdout, stderr = state.output.offsets()
        seconds = max(0.0, end - this.start - (state.looking.spent - this.spent))
        told, kept, this.kept = None, this.kept, _NOTHING
        if error is not None or None in this.answers:
            with state.looking:
                # Of the assertion itself, and not of what it calls.
                if kept is not _NOTHING and type(error) is AssertionError and trace is not None and trace.tb_next is None:
                    this.value = seen(kept)[0]
                if None in this.answers:
                    self._answer_after(this, frame, error)
                if error is not None:
                    told = raised(error, trace, state.files)
        observation = {
            "probe": self.number,
            "stdout": [this.stdout, stdout],
            "stderr": [this.stderr, stderr],
            "seconds": seconds,
            "raised": told,
            "value": this.value,
            "answers": this.answers,
        }
        if not self.classes:
            state.notes.write({"seen": observation})
            return told
        state.delayed.append((self, observation))
        if not self.in_class:
            state.answer_delayed(frame)
        return told

    def _answer_after(self, this, frame, error):
        no_value = failed("it raised first" if error is not None else "the statement has no value")
        if frame is None:
            this.answers = [no_value if answer is None else answer for answer in this.answers]
            return
        with Namespaces(frame, self.state) as namespaces:
            for index, query in enumerate(self.queries):
                if this.answers[index] is not None or query.kind == "class_attribute":
                    continue
                if query.kind == "expression":
                    this.answers[index] = self._expression(query, namespaces)
                elif query.kind == "check":
                    this.answers[index] = self._check(query, frame.f_globals, frame.f_locals)
                elif query.kind == "ref_count":
                    this.answers[index] = self._count(this, query.argument, namespaces, error)
                else:
                    this.answers[index] = no_value

    def _expression(self, query, namespaces):
        tree, why_none = query.subject
        if tree is None:
            return failed(why_none)
        try:
            value = deeper(evaluate, tree, Scope(namespaces, self.state.files, calls_code=True))
        except BaseException as problem:
            return failed(explain(problem))
        return self._answer(query, value, namespaces)

    def _check(self, query, globals, locals):
        """The answer to a check of the front matter: it may do anything, as the example may."""
        answer = failed(None)
        try:
            # In one namespace: what is nested in an expression sees no other.
            names = globals if locals is globals else {**globals, **locals}
            value = _evaluated(query.argument["expression"], names, names)
            answer["seen"], answer["error"] = seen(value)
            answer["equal"] = bool(_evaluated(query.argument["test"], names, {"__measured__": value}))
        except BaseException as problem:
            answer["expression_error"] = named(problem)
        return answer

    def _counts_before(self, frame):
        """How many references there are to what the names denote that the statement deletes."""
        counts = {}
        with Namespaces(frame, self.state) as namespaces:
            for name in self.deleted:
                counts[name] = count_references(name, namespaces)
                alike = [other for other in self.deleted if other != name and _identical(namespaces, name, other)]
                counts[name] -= len(alike)
        return counts

    def _count(self, this, name, namespaces, error):
        if this.counts and name in this.counts and error is None:
            count = this.counts[name] - 1
        else:
            count = count_references(name, namespaces)
        return self._told(name, count)

    def _told(self, name, count):
        if count < 0:
            return failed(f"name {name!r} is not defined")
        return {"seen": seen(count)[0], "error": None, "equal": None, "expression_error": None}

    def final_answers(self, namespace):
        """The answers about an example as a whole, in its namespace."""
        namespaces = Namespaces.of((namespace, _builtins))
        answers = []
        for query in self.queries:
            if query.kind == "expression":
                answers.append(self._expression(query, namespaces))
            elif query.kind == "check":
                answers.append(self._check(query, namespace, namespace))
            elif query.kind == "ref_count":
                answers.append(self._told(query.argument, count_references(query.argument, namespaces)))
            elif query.kind == "class_attribute":
                answers.append(self._class_attribute(query, namespaces))
            else:
                answers.append(failed("an example has no value"))
        return answers

    def answer_class(self, observation, namespaces):
        """Answers the questions about a class that is complete now (or never will be: `namespaces` is None)."""
        for index, query in enumerate(self.queries):
            if query.kind != "class_attribute":
                continue
            observation["answers"][index] = self._class_attribute(query, namespaces)
        self.state.notes.write({"seen": observation})

    def _class_attribute(self, query, namespaces):
        if namespaces is None:
            return failed("the class was not completed")
        first, *rest = query.argument[0].split(".")
        try:
            owner = Scope(namespaces, self.state.files).lookup(first)
            for name in rest:
                owner = getattr(owner, name)
            value = getattr(owner, query.argument[1])
        except BaseException as problem:
            return failed(explain(problem))
        enum = _modules.get("enum")
        if enum is None or not isinstance(value, enum.Enum):
            return self._answer(query, value, namespaces)
        member, inner = self._answer(query, value, namespaces), self._answer(query, value.value, namespaces)
        if member["equal"] or query.text in (member["seen"]["repr"], member["seen"]["str"]):
            return member
        return inner


class Watch:
    """Stands around the outermost class statement whose body has questions about the class that it makes."""

    def __init__(self, state):
        self.state = state

    def __enter__(self):
        pass

    def __exit__(self, kind, error, trace):
        if self.state.delayed and not self.state.looking.active():
            self.state.answer_delayed(_frame(1) if error is None else None)
        return False


def _evaluated(text, globals, locals):
    """The value of an expression. A module of the standard library that the example hasn't imported is there by its name."""
    code = compile(text.strip(), "<check>", "eval", 0, True)
    modules = []
    for name in _names(code):
        if name in sys.stdlib_module_names and not any([name in names for names in (globals, _builtins)]):
            globals[name] = __import__(name)
            modules.append(name)
    try:
        return eval(code, globals, locals)
    finally:
        for name in modules:
            globals.pop(name, None)


def _names(code):
    """The names that code looks up, and that the functions and comprehensions in it do."""
    names = list(code.co_names)
    for constant in code.co_consts:
        if type(constant) is type(code):
            names += _names(constant)
    return names


def _identical(namespaces, one, other):
    scope = Scope(namespaces, ())
    try:
        return scope.lookup(one) is scope.lookup(other)
    except Exception:
        return False


def _cancels_this_task(error):
    """Whether it ends the very task that runs, instead of telling that an awaited one was ended."""
    asyncio = _modules.get("asyncio")
    if asyncio is None or not issubclass(type(error), asyncio.CancelledError):
        return False
    try:
        return asyncio.current_task().cancelling() > 0
    except (AttributeError, RuntimeError):  # 3.10 doesn't tell
        return False


def failed(reason):
    """The answer to a query whose subject could not be looked at."""
    return {"seen": None, "error": reason, "equal": None, "expression_error": None}
