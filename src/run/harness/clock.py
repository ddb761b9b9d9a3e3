"""The clock that an example sees, where it isn't the system's: ahead of it, frozen, or virtual.

*Ahead*: the time of day is another one and goes on as the system's. Clocks that measure and waiting stay real.

*Frozen*: the time of day stands still. Clocks that measure (`time.monotonic`, `time.perf_counter`) and waiting stay real.

*Virtual*: time passes by waiting alone, and at once. `time.sleep`, event loops (by their selectors), `Condition.wait` with a timeout and all
that is made of it (`Event`, `Queue`, `Semaphore`, `Barrier`, `Timer`, futures), and `Thread.join` with a timeout wait virtually: the thread is
put on a schedule, and when every thread of the process waits for something, the clock is set to the earliest time on the schedule, and the
thread that waits for it goes on. So threads wake one after the other in the order of their times. Whether a thread waits is asked of the
kernel, so it may wait for anything: a lock, a queue, a socket. One of the waiting threads, the *leader*, does this for all.

Limits, and what keeps them from harm:
- Work takes no time. Who only reads the clock, again and again, without waiting, gets real time added in the end.
- Where threads don't come to rest, nobody waits longer than in real time.
- While a child process lives, or a timer of `signal` runs, time is real; in child processes themselves it stays so.
- Timeouts in C code (`lock.acquire(timeout=…)`, `SimpleQueue.get(timeout=…)`, sockets) are real. Process time is.

Everything is put in place before the example starts. This file is loaded only where a job asks for it, when the modules of the server are out
of sight already: it imports what each interpreter has from the start. The names `verify_probes` and `verify_seeing` are there.
"""

import os
import sys
import time
from _signal import ITIMER_REAL, getitimer
from _thread import RLock, _count, allocate_lock, get_native_id
from _warnings import warn

START = 1 << 17  # what `monotonic` and `perf_counter` begin with, seconds; real ones are large, too
SECOND = 1_000_000_000
BUSY = 10_000  # readings without a wait in between that take no time
NAP, LONGEST_NAP = 0.0002, 0.005  # how long a leader lets the others run before it looks at them again, seconds
POLL = 0.002  # how often one who waits for a file or a thread looks whether it leads, seconds

_sleep = time.sleep
_real = time.perf_counter_ns
_time_ns = time.time_ns
_clock_gettime_ns = time.clock_gettime_ns
_open, _read, _close, _listdir = os.open, os.read, os.close, os.listdir
_waitid = os.waitid
_STARTS_CHILD = frozenset({"subprocess.Popen", "os.fork", "os.forkpty", "os.posix_spawn", "os.system"})
_WALL = {"CLOCK_REALTIME", "CLOCK_TAI"}
_MEASURING = {"CLOCK_MONOTONIC", "CLOCK_MONOTONIC_RAW", "CLOCK_BOOTTIME"}


def install(clock, ahead, loaded, type_modified):
    """Puts a clock in place: `{"frozen": ns}` or `{"virtual": ns or None}`, as a job has it, or `None` for the system's, ahead by so many ns.

    `loaded` are the modules that are loaded, in the example's sight or not, by their names; `type_modified` tells the interpreter that
    the dictionary of a type has changed. Returns what reads the clock in seconds for the harness itself; `None` where the real one does.
    """
    if clock is None:
        _replace(loaded, _day(lambda: _time_ns() + ahead, type_modified, loaded))
        return None
    if "frozen" in clock:
        at = clock["frozen"]
        _replace(loaded, _day(lambda: at, type_modified, loaded))
        return None
    start = clock["virtual"]
    schedule = _Schedule()
    offset = (_time_ns() + ahead if start is None else start) - schedule.now
    replaced = _day(lambda: schedule.read() + offset, type_modified, loaded)
    replaced.update(_measuring(schedule, replaced))
    _replace(loaded, replaced)
    _let_wait(schedule, loaded)
    verify_seeing.clock = verify_probes.clock = schedule.seconds
    return schedule.seconds


def _replace(loaded, replaced):
    """Puts functions in the place of others, wherever a module has them by any name."""
    by_identity = {id(old): new for old, new in replaced.items()}
    for name, module in loaded.items():
        if name == "timeit" or type(module) is not type(sys):
            continue  # what measures work needs a clock that work moves
        namespace = module.__dict__
        for key, value in list(namespace.items()):
            if id(value) in by_identity:
                namespace[key] = by_identity[id(value)]


def _named(function, like):
    """The function under the name of another."""
    function.__name__ = function.__qualname__ = like.__name__
    function.__module__ = "time"
    function.__doc__ = like.__doc__
    return function


def _day(now, type_modified, loaded):
    """Functions that tell the time of day, given one that does so in nanoseconds; by those in whose place they come."""

    def of_now(function):
        return _named(lambda seconds=None, /: function(now() // SECOND if seconds is None else seconds), function)

    def strftime(format, *moment):
        return _strftime(format, *moment or (_localtime(now() // SECOND),))

    def asctime(*moment):
        return _asctime(*moment or (_localtime(now() // SECOND),))

    def clock_gettime(which, /):
        return now() / SECOND if which in wall else _clock_gettime(which)

    def clock_gettime_ns(which, /):
        return now() if which in wall else _clock_gettime_ns(which)

    _strftime, _asctime, _localtime, _clock_gettime = time.strftime, time.asctime, time.localtime, time.clock_gettime
    wall = {getattr(time, name) for name in _WALL if hasattr(time, name)}
    own = {"strftime": strftime, "asctime": asctime, "clock_gettime": clock_gettime, "clock_gettime_ns": clock_gettime_ns}
    own.update({name: of_now(getattr(time, name)) for name in ("localtime", "gmtime", "ctime")})
    own.update(time=lambda: now() / SECOND, time_ns=lambda: now())
    if "_datetime" in loaded:
        _day_of_datetime(loaded["_datetime"], now, type_modified, loaded["gc"].get_referents)
    return {getattr(time, name): _named(function, getattr(time, name)) for name, function in own.items()}


def _day_of_datetime(datetime, now, type_modified, get_referents):
    """`datetime.now` and `utcnow` ask the system themselves (`today` asks `time.time`). Their type takes no attributes, so that they
    are put into its dictionary."""
    kind, utc = datetime.datetime, datetime.timezone.utc

    def moment(cls, zone):
        at = now()
        return cls.fromtimestamp(at // SECOND, zone).replace(microsecond=at % SECOND // 1000)

    def now_(cls, tz=None):
        return moment(cls, tz)

    def utcnow(cls):
        if sys.version_info >= (3, 12):
            # With the words of the interpreter, at the place of the call.
            warn(
                "datetime.datetime.utcnow() is deprecated and scheduled for removal in a future version. Use timezone-aware "
                "objects to represent datetimes in UTC: datetime.datetime.now(datetime.UTC).",
                DeprecationWarning,
                2,
            )
        return moment(cls, utc).replace(tzinfo=None)

    for name, function in (("now", now_), ("utcnow", utcnow)):
        function.__name__, function.__qualname__, function.__module__ = name, f"datetime.{name}", "datetime"
        function.__doc__ = getattr(kind, name).__doc__
        for namespace in get_referents(kind.__dict__):
            if type(namespace) is dict:
                namespace[name] = classmethod(function)
    type_modified(kind)


def _measuring(schedule, day):
    """Functions that tell a virtual time, by those in whose place they come."""

    def clock_gettime(which, /):
        return schedule.read() / SECOND if which in measuring else before(which)

    def clock_gettime_ns(which, /):
        return schedule.read() if which in measuring else before_ns(which)

    before, before_ns = day[time.clock_gettime], day[time.clock_gettime_ns]
    measuring = {getattr(time, name) for name in _MEASURING if hasattr(time, name)}
    functions = {"clock_gettime": clock_gettime, "clock_gettime_ns": clock_gettime_ns}
    for name in ("monotonic", "perf_counter"):
        functions[name] = lambda: schedule.read() / SECOND
        functions[name + "_ns"] = lambda: schedule.read()
    functions["sleep"] = lambda seconds, /: schedule.sleep(seconds)
    return {getattr(time, name): _named(function, getattr(time, name)) for name, function in functions.items()}


def _let_wait(schedule, loaded):
    """Lets waiting with a timeout be virtual."""
    threading = loaded.get("threading")
    if threading is not None:
        threading._allocate_lock = lambda: _Lock(schedule)  # what `Condition.wait` waits for
        threading.Thread.join = _joining(schedule, threading.Thread.join)
    selectors = loaded.get("selectors")
    for name in ("SelectSelector", "_PollLikeSelector", "EpollSelector"):
        kind = getattr(selectors, name, None)
        if kind is not None and "select" in kind.__dict__:
            kind.select = _selecting(schedule, kind.select)
    scheduler = getattr(loaded.get("sched"), "scheduler", None)
    if scheduler is not None:
        scheduler.__init__.__defaults__ = (time.monotonic, time.sleep)
    os.register_at_fork(after_in_child=schedule.in_child)

    def audit(event, arguments):
        if event in _STARTS_CHILD:
            schedule.has_child()

    sys.addaudithook(audit)


def _joining(schedule, join):
    def joined(self, timeout=None):
        if timeout is None or not timeout > 0 or not self._started.is_set():
            return join(self, timeout)

        def ended(seconds):
            if seconds > 0:  # else it may be another thread that asks
                join(self, seconds)
            return not self.is_alive()

        if not ended(0):
            schedule.wait(_nanoseconds(timeout), ended)
        return None

    joined.__name__, joined.__qualname__, joined.__doc__ = "join", "Thread.join", join.__doc__
    return joined


def _selecting(schedule, select):
    def selected(self, timeout=None):
        if timeout is None or timeout <= 0:
            return select(self, timeout)
        events = select(self, 0)
        if not events:
            schedule.wait(_nanoseconds(timeout), lambda seconds: select(self, seconds))
            events = select(self, 0)
        return events

    selected.__name__, selected.__qualname__, selected.__doc__ = "select", select.__qualname__, select.__doc__
    return selected


def _nanoseconds(seconds):
    return round(seconds * SECOND)


class _Waiter:
    """A thread that waits until a time, or until what it waits for comes."""

    __slots__ = ("deadline", "until", "ready", "lock", "signalled", "came", "due", "gone", "thread")

    def nap(self, seconds):
        """Really waits so long at most; whether what it waits for has come."""
        if self.ready is not None:
            return bool(self.ready(seconds))
        self.lock.acquire(True, seconds) if seconds > 0 else self.lock.acquire(False)
        return self.came

    def rest(self):
        """Waits until it's spoken to; whether what it waits for has come."""
        if self.ready is not None:
            return bool(self.ready(POLL))
        self.lock.acquire()
        return self.came

    def signal(self):
        """Wakes it."""
        if not self.signalled and self.ready is None:
            self.signalled = True
            self.lock.release()


class _Schedule:
    """A virtual time, and who waits for which. Nanoseconds."""

    def __init__(self):
        self.now = START * SECOND
        self.mutex = RLock()
        self.waiting = []  # (time, number, waiter), sorted
        self.number = 0
        self.leader = None
        self.readings = 0  # since the last wait
        self.follows = False  # real time counts
        self.forked = False  # this is a child process
        self.mark = 0  # the real time up to which it was counted

    def seconds(self):
        """The time for the harness, whose looking is none of the example's business."""
        return self.now / SECOND

    def read(self):
        """The time that the example sees."""
        self.readings += 1
        if self.follows:
            self.follow()
            self.follows = self.forked or self.readings > BUSY or _has_child()
        elif self.readings > BUSY:
            self.follows, self.mark = True, _real()
        return self.now

    def follow(self):
        """Counts the real time that has passed."""
        real = _real()
        self.now += max(0, real - self.mark)
        self.mark = real

    def has_child(self):
        """A process is being started: time is real while it lives."""
        self.follows, self.mark = True, _real()

    def in_child(self):
        """This is a child process: nobody else can know what it waits for."""
        self.mutex, self.waiting, self.leader = RLock(), [], None
        self.follows = self.forked = True
        self.mark = _real()

    def sleep(self, seconds, /):
        try:
            duration = _nanoseconds(seconds) if isinstance(seconds, float) else seconds.__index__() * SECOND
        except (AttributeError, TypeError, ValueError, OverflowError):
            return _sleep(seconds)  # which says what is wrong with it
        if not 0 < duration < 1 << 62:
            return _sleep(seconds)
        self.wait(duration)
        return None

    def wait(self, duration, ready=None, own=None):
        """Waits so long; whether before that came what is waited for. `ready` waits for it really, for some seconds at most, and tells;
        else it's the release of `own`, a `_Lock`."""
        waiter = _Waiter()
        waiter.ready, waiter.signalled, waiter.came, waiter.due, waiter.gone = ready, False, False, False, False
        waiter.thread = get_native_id()
        if own is not None:
            waiter.lock = own.inner
        elif ready is None:
            waiter.lock = allocate_lock()
            waiter.lock.acquire()
        with self.mutex:
            if self.follows:
                self.follow()
                self.follows = self.forked or _has_child()
            self.readings = 0
            waiter.deadline, waiter.until = self.now + duration, _real() + duration
            self.number += 1
            self.waiting.append((waiter.deadline, self.number, waiter))
            self.waiting.sort()
            if own is not None:
                own.waiter = waiter
        try:
            while not waiter.due:
                with self.mutex:
                    if self.leader is None:
                        self.leader = waiter
                if self.lead(waiter) if self.leader is waiter else waiter.rest():
                    return True
                waiter.signalled = False
            return waiter.came
        finally:
            with self.mutex:
                waiter.gone = True
                if own is not None:
                    own.waiter = None
                    if waiter.signalled:
                        own.inner.acquire(False)  # as it was before
                if self.leader is waiter:
                    self.leader = None
                    first = self.first()
                    if first is not None:
                        first.signal()  # somebody must lead

    def first(self):
        """Who waits for the earliest time."""
        while self.waiting and self.waiting[0][2].gone:
            del self.waiting[0]
        return self.waiting[0][2] if self.waiting else None

    def lead(self, waiter):
        """Lets time pass until this waiter is due, and wakes those that are due before it. Whether what it waits for has come."""
        nap = NAP
        while True:
            with self.mutex:
                first = self.first()
                if first.deadline <= self.now:
                    if first is waiter:
                        waiter.due = True
                        return waiter.came
                    if not first.due:
                        first.due = True
                        first.signal()
                        nap = NAP
            real = self.forked or _has_child() or getitimer(ITIMER_REAL)[0] > 0
            alone = not real and _count() == 0
            before = None if real or alone else self.others(waiter)
            if waiter.nap(0 if alone else min(nap, max(first.until - _real(), 0) / SECOND)):
                return True
            waiter.signalled = False
            settled = alone or (before is not None and self.others(waiter) == before and self.rests(waiter))
            with self.mutex:
                first = self.first()
                if settled or _real() >= first.until:
                    self.now = max(self.now, first.deadline)
                    self.mark = _real()
                else:
                    nap = min(nap * 2, LONGEST_NAP)

    def others(self, leader):
        """The other threads of the process, how often each has run; `None` where one of them runs, or that can't be told.

        Those that look from time to time whether what they wait for has come are left out."""
        left_out = {leader.thread}
        left_out.update([waiter.thread for _, _, waiter in self.waiting if waiter.ready is not None and not waiter.gone and not waiter.due])
        threads = {}
        try:
            for thread in _listdir("/proc/self/task"):
                if int(thread) in left_out:
                    continue
                file = _open(f"/proc/self/task/{thread}/status", os.O_RDONLY | os.O_CLOEXEC)
                try:
                    status = _read(file, 8192)
                finally:
                    _close(file)
                if b"\nState:\tS" not in status:
                    return None
                threads[thread] = status[status.index(b"\nvoluntary_ctxt_switches") :]
        except (OSError, ValueError):
            return None
        return threads

    def rests(self, leader):
        """Whether nobody on the schedule is about to go on."""
        with self.mutex:
            others = [waiter for _, _, waiter in self.waiting if waiter is not leader and not waiter.gone]
        return not any([waiter.due or waiter.came or waiter.signalled or (waiter.ready is not None and waiter.ready(0)) for waiter in others])


class _Lock:
    """The lock of one who waits for a condition: a timeout of it is virtual."""

    def __init__(self, schedule):
        self.schedule = schedule
        self.inner = allocate_lock()
        self.waiter = None

    def acquire(self, blocking=True, timeout=-1):
        if not blocking or timeout < 0:
            return self.inner.acquire(blocking)
        if self.inner.acquire(False):
            return True
        return self.schedule.wait(_nanoseconds(timeout), own=self)

    def release(self):
        with self.schedule.mutex:
            if self.waiter is None:
                self.inner.release()
            else:
                self.waiter.came = True
                self.waiter.signal()

    def locked(self):
        return self.inner.locked()


def _has_child():
    try:
        _waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return False
    except OSError:
        return True
    return True
