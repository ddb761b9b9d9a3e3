//! Comments behind a statement.

use super::check;

#[test]
fn values_of_expressions() {
    check(&[
        ("double([1])  # [1, 1]", &["1 trailing value firm [1, 1]"]),
        ("6 * 7  # 42", &["1 trailing value firm 42 <= !value(42)"]),
        ("n % 5#-2", &["1 trailing value firm -2"]),
        ("x == y  # True (same number)", &["1 trailing value firm True"]),
        ("x is y  # False!", &["1 trailing value firm False"]),
        ("s[0]  # 'p'", &["1 trailing value firm 'p'"]),
        ("names[1]  # \"ann\"", &["1 trailing value firm \"ann\""]),
        ("point.x  # 1.5", &["1 trailing value firm 1.5"]),
        ("{1, 2} & {2}  # {2}", &["1 trailing value firm {2}"]),
        ("0.1 + 0.2  # 0.30000000000000004", &["1 trailing value firm 0.30000000000000004"]),
        ("z.conjugate()  # (1-2j)", &["1 trailing value firm (1-2j)"]),
        ("find(3)  # None", &["1 trailing value firm None"]),
        ("n ** 0.5  # 1.4142...", &["1 trailing value firm 1.4142..."]),
        ("float(big)  # 1e+300", &["1 trailing value firm 1e+300"]),
        ("mask & 3  # 0b11", &["1 trailing value firm 0b11"]),
        ("await load()  # {'a': 1}", &["1 trailing value firm {'a': 1}"]),
        ("a(); b()  # 'x'", &["1 trailing value firm 'x'"]),
        ("call(\n    1,\n    2,\n)  # 3", &["4 trailing value firm 3"]),
        ("array('i', [42])  # array('i', [42])", &["1 trailing value firm array('i', [42])"]),
        ("counted('aab')  # Counter({'a': 2, 'b': 1})", &["1 trailing value firm Counter({'a': 2, 'b': 1})"]),
        ("obj  # <__main__.Thing object at 0x7f...>", &["1 trailing value firm <__main__.Thing object at 0x7f...>"]),
        ("d.keys()  # dict_keys(['a'])", &["1 trailing value firm dict_keys(['a'])"]),
    ]);
}

#[test]
fn values_with_a_tail() {
    check(&[
        ("print(n)  # 2 -- ran again!", &["1 trailing stdout firm 2"]),
        ("print(n)  # 2 (again)", &["1 trailing stdout firm 2"]),
        ("print(n)  # 1.5 (seconds)", &["1 trailing stdout firm 1.5"]),
        ("print(n, pair)  # 2 (1, 2)", &["1 trailing stdout firm 2 (1, 2)"]),
        ("grow(2)  # [1, 2] -- NOT [2]!", &["1 trailing value firm [1, 2]"]),
        ("print(total)  # 50, not 0!", &["1 trailing stdout firm 50"]),
        ("print(total)  # 0, correct!", &["1 trailing stdout firm 0"]),
        ("print(b)  # [1, 2]     and the first is untouched", &["1 trailing stdout firm [1, 2]"]),
        ("x is y  # True! (small integers are shared)", &["1 trailing value firm True"]),
        ("print(count(a))  # 4 (with the one of the call)", &["1 trailing stdout firm 4"]),
        ("print(i)  # 42 (int, not \"42\")", &["1 trailing stdout firm 42"]),
        ("f()  # 'a' because of the default", &["1 trailing value firm 'a'"]),
        ("f()  # 'a' — the first", &["1 trailing value firm 'a'"]),
        ("f()  # [] <- empty", &["1 trailing value firm []"]),
        ("f()  # 3 # odd", &["1 trailing value firm 3"]),
        ("print(g.__defaults__)  # ([],) initially", &["1 trailing stdout firm ([],)"]),
        ("len(x)  # 5 elements", &["1 trailing value soft 5"]),
        ("print(n)  # 7 items", &["1 trailing stdout soft 7"]),
    ]);
}

#[test]
fn texts_of_the_code_with_a_lead_in() {
    check(&[
        (
            "def f(n):\n    print(f'{n} is hot')\nf(3)  # => 3 is hot",
            &["3 trailing stdout firm 3 is hot <= !printed(3 is hot) !printed(=> 3 is hot)"],
        ),
        ("print(f'{n} is hot')  # Output: 3 is hot", &["1 trailing stdout firm 3 is hot <= !printed(3 is hot) !printed(Output: 3 is hot)"]),
        ("print(f'=> {n} is hot')  # => 3 is hot", &["1 trailing stdout firm => 3 is hot <= !printed(=> 3 is hot)"]),
    ]);
}

#[test]
fn values_with_a_lead_in() {
    check(&[
        ("g.send(1)  # -> 10", &["1 trailing value firm 10"]),
        ("g.send(1)  # 👉 10", &["1 trailing value firm 10"]),
        ("g.send(1)  # will be 10", &["1 trailing value firm 10"]),
        ("g.send(1)  # should be 10", &["1 trailing value firm 10"]),
        ("g.send(1)  # should be called once", &[]),
        ("f(2)  # => 4", &["1 trailing value firm 4"]),
        ("f(2)  # --> 4", &["1 trailing value firm 4"]),
        ("f(2)  # ->4", &["1 trailing value firm 4"]),
        ("f(2)  #=> 4", &["1 trailing value firm 4"]),
        ("f(2)  # = 4", &["1 trailing value firm 4"]),
        ("f(2)  # → 'x'", &["1 trailing value firm 'x'"]),
        ("f(2)  #> 4", &["1 trailing value firm 4"]),
        ("f(2)  # returns 4", &["1 trailing value firm 4"]),
        ("f(2)  # Returns: [4]", &["1 trailing value firm [4]"]),
        ("f(2)  # Output -> 4", &["1 trailing stdout firm 4"]),
        ("print(f(2))  # Output: 4", &["1 trailing stdout firm 4 <= !printed(4) !value(4)"]),
        ("f(2)  # prints \"four\"", &["1 trailing stdout firm \"four\" <= !printed(\"four\")"]),
        ("f(2)  # Answer is 4", &["1 trailing value firm 4"]),
        ("f(2)  # evaluates to {4}", &["1 trailing value firm {4}"]),
        ("f(2)  # Out[7]: 4", &["1 trailing value firm 4"]),
        ("f(2)  # Result: (4,)", &["1 trailing value firm (4,)"]),
        ("f(2)  # now 4", &["1 trailing value firm 4"]),
        ("find(p)  # every match: ['1', '2']", &["1 trailing value firm ['1', '2']"]),
        ("sub(p, t)  # Swapped: 'bXaX'", &["1 trailing value firm 'bXaX'"]),
        ("next(g)  # start the generator -> 0", &["1 trailing value firm 0"]),
        ("next(g)  # start it - up to the yield, returns 0", &["1 trailing value firm 0"]),
        ("g.send(1)  # goes on, x=1, loops, returns 7", &["1 trailing value firm 7"]),
        ("print(x)  # Output:: ('a', 'b')", &["1 trailing stdout firm ('a', 'b')"]),
        ("print(x)  # 输出 20", &["1 trailing stdout firm 20"]),
        ("print(x)  # Now outputs 5", &["1 trailing stdout firm 5"]),
        ("print(x)  # Here it will print 0 because it is local", &["1 trailing stdout firm 0"]),
        ("print(x)  # Output: // or /* */ depending on the data", &["1 trailing stdout soft // or /* */ depending on the data"]),
        ("layers.append(make(1))  # Output: one number per row", &["1 trailing stdout soft one number per row"]),
        ("compress(['a'])  # Expected output: 6, and the list: ['a']", &["1 trailing stdout firm 6"]),
        (
            "print('sorted:', f(x))  # => [1, 2]",
            &["1 trailing stdout firm [1, 2] <= !printed([1, 2]) !value([1, 2]) !printed(sorted: [1, 2])"],
        ),
        ("print(f'{a}: {b}!')  # 7", &["1 trailing stdout firm 7 <= !printed(7) !value(7) !printed(7: ...!) !printed(...: 7!)"]),
        ("import tools  # prints \"loading tools\"", &["1 trailing stdout firm \"loading tools\""]),
        ("print(x)  # Output: two words", &["1 trailing stdout firm two words"]),
    ]);
}

#[test]
fn lead_ins_of_other_languages_and_orders() {
    check(&[
        ("len(cups)  # return 3", &["1 trailing value firm 3"]),
        ("cups['tea']  # return [1, 2]", &["1 trailing value firm [1, 2]"]),
        ("pour()\n# return [1, 2]", &[]),
        ("pour()  # return early", &[]),
        ("print(x)  # Imprime 'té'", &["1 trailing stdout firm 'té'"]),
        ("pour()  # retourne 3", &["1 trailing value firm 3"]),
        ("pour()  # 返回 [1, 2]", &["1 trailing value firm [1, 2]"]),
    ]);
}

#[test]
fn labels_that_are_printed() {
    check(&[
        ("print('\\nTea:', f(2))  # Output: 3", &["1 trailing stdout firm 3 <= !printed(3) !value(3) !printed(Tea: 3)"]),
        (
            "print('Tea:', f(2))  # 'hot'",
            &["1 trailing stdout firm 'hot' <= !printed('hot') !value('hot') !printed(Tea: 'hot') !printed(Tea: hot)"],
        ),
    ]);
}

#[test]
fn several_values_in_one() {
    check(&[
        ("print(f(1), f(2))  # 1, 2", &["1 trailing stdout firm 1, 2 <= !printed(1, 2) !lines(1|2) !printed(1 2) !value(1, 2)"]),
        ("divmod(7, 2)  # 3, 1", &["1 trailing value firm 3, 1"]),
        ("print(a, b, c)  # 1 2 3", &["1 trailing stdout firm 1 2 3"]),
        (
            "for i in n:\n    print(i)  # 0, 1, 2",
            &["2 trailing stdout firm 0, 1, 2 <= !lines(0|1|2) !printed(0, 1, 2) !printed(0 1 2) !value(0, 1, 2)"],
        ),
        (
            "class Mood(Enum):\n    GOOD = 1\n    BAD = 2\nfor m in Mood:\n    print(m.name, m.value)  # GOOD 1, BAD 2",
            &["5 trailing stdout firm GOOD 1, BAD 2 <= !lines(GOOD 1|BAD 2) !printed(GOOD 1, BAD 2)"],
        ),
        (
            "def hi():\n    print('in')\n    print('out')\nhi()  # Prints \"in\" then \"out\"",
            &["4 trailing stdout firm \"in\" then \"out\" <= !lines(\"in\"|\"out\") !printed(\"in\" then \"out\")"],
        ),
        (
            "class P:\n    def go(self): print('P')\nclass Q:\n    def go(self): print('Q')\nclass R:\n    def go(self): print('R')\nr.go()  # R -> Q -> P (by the order)",
            &["7 trailing stdout firm R -> Q -> P <= !lines(R|Q|P) !printed(R -> Q -> P) !items(R|Q|P)"],
        ),
        ("squares()  # 0, 1, 4, ...", &["1 trailing value firm 0, 1, 4, ..."]),
        ("f(x)  # \"42\" -> 42", &["1 trailing value soft \"42\" -> 42"]),
        ("f(x)  # 50, 100 is the limit", &["1 trailing value soft 50"]),
        (
            "for x in n:\n    print('Hi')  # Hi Hi Hi",
            &["2 trailing stdout firm Hi Hi Hi <= ?printed(Hi Hi Hi) !words(Hi Hi Hi) ?lines(Hi|Hi|Hi)"],
        ),
        ("for x in n:\n    print(x)  # prints -1 -2 to the console", &["2 trailing stdout firm -1 -2"]),
        ("for x in n:\n    print(x)  # prints 5 to everybody", &[]),
        ("hi('x')  # Prints 3 times", &["1 trailing stdout firm 3 times <= !times(3)"]),
        ("hi('x')  # prints twice", &["1 trailing stdout firm twice <= !times(2)"]),
    ]);
}

#[test]
fn shortened_values_and_names() {
    check(&[
        ("first(9)  # [0, 1, 4, ...]", &["1 trailing value firm [0, 1, 4, ...]"]),
        ("first(9)  # [0, 1, …, 8]", &["1 trailing value firm [0, 1, …, 8]"]),
        ("data.raw()  # b'\\x01...'", &["1 trailing value firm b'\\x01...'"]),
        ("class P: pass\nprint(P.mro())  # [P, object]", &["2 trailing stdout firm [P, object]"]),
        ("type(x)  # list", &["1 trailing value firm list <= !value(list) ?type(list) ?value(list)"]),
        ("type(g)  # generator", &["1 trailing value soft generator"]),
        ("class P: pass\nmake()  # P instance", &["2 trailing value firm P instance <= !type(P)"]),
        ("print(kind)  # banana", &["1 trailing stdout firm banana"]),
        ("state(c)  # CORO_CREATED", &["1 trailing value soft CORO_CREATED"]),
        ("print('ripe banana'[5:])  # banana", &["1 trailing stdout firm banana"]),
    ]);
}

#[test]
fn exceptions() {
    check(&[
        ("f(-1)  # ValueError", &["1 trailing exception firm ValueError <= !raises(ValueError: ?)"]),
        ("f(-1)  # raises ValueError", &["1 trailing exception firm ValueError"]),
        ("f(-1)  # Raises: ValueError", &["1 trailing exception firm ValueError"]),
        ("f(-1)  # -> ValueError", &["1 trailing exception firm ValueError"]),
        ("f(-1)  # => ValidationError", &["1 trailing exception firm ValidationError"]),
        ("f(-1)  # raises ValidationError with details", &["1 trailing exception firm ValidationError"]),
        ("f(-1)  # ❌ TypeError", &["1 trailing exception firm TypeError"]),
        ("f(-1)  # KeyError!", &["1 trailing exception firm KeyError"]),
        ("f(-1)  # KeyError: 'a'", &["1 trailing exception firm KeyError: 'a' <= !raises(KeyError: 'a')"]),
        ("f(-1)  # KeyError('a')", &["1 trailing exception firm KeyError('a') <= !raises(KeyError: a)"]),
        ("o.x = -5  # ValueError: x must be >= 0", &["1 trailing exception firm ValueError: x must be >= 0"]),
        (
            "f(-1)  # TypeError: no (really)",
            &["1 trailing exception firm TypeError: no (really) <= !raises(TypeError: no (really)) !raises(TypeError: no)"],
        ),
        ("x = f()  # NameError", &["1 trailing exception firm NameError"]),
        ("del d['a']  # KeyError", &["1 trailing exception firm KeyError"]),
        ("import nothing  # ModuleNotFoundError", &["1 trailing exception firm ModuleNotFoundError"]),
        ("assert 1 == 2  # AssertionError", &["1 trailing exception firm AssertionError"]),
        ("raise Odd('x')  # OddError: x", &["1 trailing exception firm OddError: x"]),
        ("class Odd(Exception): pass\nf()  # Odd", &["2 trailing exception firm Odd"]),
        ("class C(A, B): pass  # TypeError", &["1 trailing exception firm TypeError"]),
        ("f()  # raises User.DoesNotExist", &["1 trailing exception firm User.DoesNotExist"]),
        ("f()  # ValueError if x is negative", &["1 trailing exception soft ValueError [if x is negative]"]),
        ("t.cancel()  # Raises CancelledError in the task later", &["1 trailing exception soft CancelledError"]),
        ("f()  # error: out of range", &["1 trailing exception soft out of range <= ?raises(?: out of range)"]),
        ("hari[0] = 'x'  # ERROR", &["1 trailing exception soft ERROR <= ?raises(?: ?)"]),
        ("f()  # raises an error", &["1 trailing exception soft error"]),
        ("f()  # -> throws unexpected call", &["1 trailing exception soft unexpected call"]),
        ("f()  # throws the cup away", &[]),
        ("f()  # No KeyError! Makes a list", &["1 trailing exception soft No KeyError <= ?raises()"]),
        ("f()  # Works!", &["1 trailing exception soft Works <= ?raises()"]),
        ("print(o.x)  # Fine", &["1 trailing exception soft Fine"]),
        ("f()  # ✅", &["1 trailing exception soft ✅"]),
    ]);
}

#[test]
fn state() {
    check(&[
        ("a = []  # refcount = 1", &["1 trailing state firm refcount = 1 <= !references(1)"]),
        ("b = a   # refcount = 2", &["1 trailing state firm refcount = 2"]),
        ("del a   # refcount = 0 -> freed at once", &["1 trailing state firm refcount = 0"]),
        ("t = 'e' in s  # True", &["1 trailing state firm True <= !state(t=True)"]),
        ("n += 1  # 6", &["1 trailing state firm 6 <= !state(n=6)"]),
        ("d['a'] = f()  # 3", &["1 trailing state firm 3 <= !state(d['a']=3) !state(d=3)"]),
        ("flat = [x for r in m for x in r]  # [1, 2]", &["1 trailing state firm [1, 2]"]),
        ("a, b = f()  # 1, 2", &["1 trailing state firm 1, 2 <= !value(1, 2) !items(1|2)"]),
        ("del a[2:4]  # [0, 1]", &["1 trailing state firm [0, 1] <= !state(a=[0, 1])"]),
        ("lst.append(3)  # [1, 3]", &["1 trailing value firm [1, 3] <= !value([1, 3]) !items(1|3) !state(lst=[1, 3]) !printed([1, 3])"]),
        (
            "class E(Enum):\n    ONE = auto()  # 1\n    TWO = auto()  # 2",
            &["2 trailing state firm 1 <= !state(ONE=1)", "3 trailing state firm 2 <= !state(TWO=2)"],
        ),
        ("Config(port='80')  # port='80' - kept as it is", &["1 trailing state firm port='80' <= !attribute(port='80')"]),
        ("c = Config(port='80')  # port=80 (converted)", &["1 trailing state firm port=80 <= !attribute(port=80)"]),
        ("Point(1, 2)  # x=1, y=2", &["1 trailing state firm x=1 <= !attribute(x=1)", "1 trailing state firm y=2 <= !attribute(y=2)"]),
        ("n = 0\nbump()  # n = 1", &["2 trailing state firm n = 1 <= !state(n=1)"]),
        ("x = f()  # x = 5", &["1 trailing state firm 5 <= !state(x=5)"]),
        ("x = f()  # x is 5", &["1 trailing state firm 5 <= !state(x=5)"]),
        ("x = f()  # x => [5, 6]", &["1 trailing state firm [5, 6] <= !state(x=[5, 6])"]),
        ("x = f()  # x -> [5, 6]", &["1 trailing state firm [5, 6] <= !state(x=[5, 6])"]),
        ("x = 3 + 2  # so x is 5", &["1 trailing state firm 5 <= !state(x=5)"]),
        ("x = 3 + 2  # now x == 5", &["1 trailing state firm 5 <= !state(x=5)"]),
        ("x = 3 + 2  # x will be 5", &["1 trailing state firm 5 <= !state(x=5)"]),
        ("x = 3 + 2  # so x is 5 cups", &[]),
        ("x = 3 + 2  # so y is 5", &[]),
        ("x = [5]\nx.append(6)  # x is now [5, 6] (two cups)", &["2 trailing state firm x is now [5, 6] <= !state(x=[5, 6])"]),
        ("x, y = f()  # x is 6, y is 5", &["1 trailing state firm x is 6 <= !state(x=6)", "1 trailing state firm y is 5 <= !state(y=5)"]),
        ("x = f()  # x is 5 at most", &[]),
        ("x = f()  # x is y", &[]),
        ("x = f()  # y is 5", &[]),
        ("x = 7  # y is 5", &[]),
        (
            "class E(Enum):\n    AND = auto()  # 'and'\n    BAND = auto()  # '&'",
            &["2 trailing state firm 'and'", "3 trailing state soft '&'"],
        ),
        ("mask = 0xff  # 255", &["1 trailing state soft 255"]),
    ]);
}

#[test]
fn amounts() {
    check(&[
        ("big = make()  # ~8MB in memory", &["1 trailing size soft ~8MB"]),
        ("total = sum(x)  # Memory: ~120 bytes", &["1 trailing size soft ~120 bytes"]),
        ("print(f'{t:.2f}s')  # ~1.5s", &["1 trailing timing soft ~1.5s <= ?about(0.75..3.0)"]),
        ("work()  # ~2s (no faster)", &["1 trailing timing soft ~2s <= ?takes(1.0..4.0)"]),
        ("fib(90)  # Instant (thanks to the cache)", &["1 trailing timing soft Instant <= ?takes(0.0..0.1)"]),
        ("fib(90)  # Takes MINUTES without it", &["1 trailing timing soft Takes MINUTES"]),
        ("f()  # 10-20 ms", &["1 trailing timing soft 10-20 ms"]),
        ("print(size)  # about 3 KB", &["1 trailing size soft about 3 KB"]),
        ("print(mean)  # ~3.5", &["1 trailing stdout soft ~3.5 <= ?about(3.15..3.85)"]),
        ("print(f())  # ≈ 10", &["1 trailing stdout soft ≈ 10"]),
    ]);
}

#[test]
fn conditions() {
    check(&[
        ("x is y  # False in REPL, may be True in a script", &["1 trailing value firm False [prompt]"]),
        ("print(on())  # False in free-threaded build", &["1 trailing stdout firm False [free-threaded]"]),
        ("f()  # 'a' (Python 3.12)", &["1 trailing value firm 'a' [python 3.12]"]),
        ("f()  # 'a' (3.11+)", &["1 trailing value firm 'a' [python >=3.11]"]),
        ("f()  # 'a' before Python 3.9", &["1 trailing value firm 'a' [python <3.9]"]),
        (
            "print(ago(d))  # Output: \"19 hours ago\" (assuming that it is noon)",
            &["1 trailing stdout soft \"19 hours ago\" [assuming that it is noon]"],
        ),
        ("id(x)  # 140234 (will vary)", &["1 trailing value soft 140234 [will vary]"]),
        ("print(f'The tea is {kind}')  # The tea was hot", &["1 trailing stdout firm The tea was hot"]),
        ("print(f'The tea is {kind}')  # Whatever it is now", &[]),
        ("f()  # True on Windows", &["1 trailing value soft True [on Windows]"]),
        ("x = f()  # None, at least on Windows, if it has none", &["1 trailing state soft None [at least on Windows]"]),
        ("f()  # True if x is set", &["1 trailing value soft True [if x is set]"]),
        ("print(f())  # Output (Python 3.12): 5", &["1 trailing stdout firm 5 [python 3.12]"]),
    ]);
}

#[test]
fn text_without_quotes() {
    check(&[
        ("print(f'{n} items')  # 3 items", &["1 trailing stdout firm 3 items <= !printed(3 items)"]),
        ("print('x is', x)  # x is 5", &["1 trailing stdout firm x is 5"]),
        ("print(f'{x=}')  # x=5", &["1 trailing stdout firm x=5"]),
        ("print('done')  # done", &["1 trailing stdout firm done"]),
        (
            "def echo():\n    while True:\n        got = yield\n        print(f'Received: {got}')\ng = echo()\nnext(g)  # Start the generator\ng.send('Hi')  # Received: Hi",
            &["7 trailing stdout firm Received: Hi"],
        ),
        ("for k in f():\n    print(k)  # 10\\n20", &["2 trailing stdout firm 10\\n20 <= !lines(10|20) !printed(10\\n20) !value(10\\n20)"]),
        ("def save(x):\n    return dump(x)  # TypeError: not serializable", &["2 trailing exception soft TypeError: not serializable"]),
        ("def hi(n):\n    print(f'Hello {n}')\nhi('Bo')  # Hello Bo", &["3 trailing stdout firm Hello Bo"]),
        ("def hi(n):\n    return f'Hello {n}'\nprint(hi('Bo'))  # Hello Bo", &["3 trailing stdout firm Hello Bo"]),
        ("def hi(n):\n    return f'Hello {n}'\nhi('Bo')  # Hello Bo", &["3 trailing value firm Hello Bo <= !value(Hello Bo)"]),
        ("print(day)  # 2024-01-15", &["1 trailing stdout firm 2024-01-15"]),
        ("print(f'{x:,}')  # 1,000", &["1 trailing stdout firm 1,000"]),
        ("print(part)  # 45.0%", &["1 trailing stdout firm 45.0%"]),
        (
            "try:\n    f()\nexcept ValueError as e:\n    print(type(e).__name__)  # ValueError",
            &["4 trailing stdout firm ValueError <= !printed(ValueError) !raises(ValueError: ?)"],
        ),
    ]);
}

#[test]
fn words_that_are_printed_or_speak_of_it() {
    check(&[
        ("print(Pot.TEA)  # Pot.TEA", &["1 trailing stdout firm Pot.TEA <= ?printed(Pot.TEA) ?value(Pot.TEA) !words(Pot.TEA)"]),
        ("print(cups['hot'])  # hot cups (of tea)", &["1 trailing stdout firm hot cups <= ?printed(hot cups) !words(hot cups)"]),
        ("print('hot tea'.upper())  # HOT TEA", &["1 trailing stdout firm HOT TEA <= ?printed(HOT TEA) !words(HOT TEA)"]),
        (
            "hot = tea\nprint(cup)  # hot tea.  ✓",
            &["2 trailing stdout firm hot tea.  ✓ <= ?printed(hot tea.  ✓) !words(hot tea.  ✓) ?printed(hot tea.)"],
        ),
        ("print(pour('hot'))  # Output: hot then 1", &["1 trailing stdout firm hot then 1 <= !printed(hot then 1) !lines(hot|1)"]),
        ("print('hot tea'.upper())  # HOT MILK", &[]),
        // Written amiss: one word is nearly one of the code's, or several others are of it.
        ("print('hot tea'.upper())  # HOT TEAS", &["1 trailing stdout firm HOT TEAS <= ?printed(HOT TEAS) !words(HOT TEAS)"]),
        ("print(cups['hot'])  # hot cups, mug", &["1 trailing stdout firm hot cups <= ?printed(hot cups) !words(hot cups)"]),
        ("my = tea\nprint(pour(my))  # My cold tea", &["2 trailing stdout firm My cold tea <= ?printed(My cold tea) !words(My cold tea)"]),
        ("my = tea\nprint(pour(my))  # Your cold tea", &[]),
        ("print(cups)  # cup size", &[]),
        ("print(x.keys())  # dict_key(['a'])", &["1 trailing stdout firm dict_key(['a'])"]),
        ("print(x)  # False（cold）", &["1 trailing stdout firm False"]),
        ("print('tea'.upper())  # Tea", &["1 trailing stdout firm Tea <= ?printed(Tea) ?value(Tea) !words(Tea)"]),
        ("pour('hot tea')  # prints hot tea", &["1 trailing stdout firm hot tea <= ?printed(hot tea) !words(hot tea)"]),
        ("pour('hot tea')  # prints the tea", &[]),
    ]);
}

#[test]
fn what_varies_is_soft() {
    check(&[
        ("random.choice('abc')  # 'b'", &["1 trailing value soft 'b'"]),
        ("random.seed(1)\nrandom.choice('abc')  # 'b'", &["2 trailing value firm 'b'"]),
        ("n = randint(1, 6)\nprint(n)  # 4", &["2 trailing stdout soft 4"]),
        ("def roll():\n    return random.randint(1, 6)\nprint(roll())  # 4", &["3 trailing stdout soft 4"]),
        ("print(id(x))  # 140234", &["1 trailing stdout soft 140234"]),
        ("datetime.now()  # datetime.datetime(2024, 1, 15, 10, 0)", &["1 trailing value soft datetime.datetime(2024, 1, 15, 10, 0)"]),
        ("start = time.time()\nprint(f'{time.time() - start:.1f}')  # 0.5", &["2 trailing stdout soft 0.5"]),
        ("os.environ['CUP']  # 'tea'", &["1 trailing value soft 'tea'"]),
        ("os.environ['CUP'] = 'tea'\nos.environ['CUP']  # 'tea'", &["2 trailing value firm 'tea'"]),
        ("os.environ['CUP'] = 'tea'\nos.environ['POT']  # 'tea'", &["2 trailing value soft 'tea'"]),
        ("os.getcwd()  # '/home/ann'", &["1 trailing value soft '/home/ann'"]),
        ("name = input()  # 'ann'", &["1 trailing state soft 'ann'"]),
        ("def timed(f):\n    start = time.time()\n    return f()\ntimed(g)  # 3", &["4 trailing value firm 3"]),
        ("random.choice([])  # IndexError", &["1 trailing exception firm IndexError"]),
    ]);
}

#[test]
fn what_runs_otherwise_is_soft() {
    check(&[
        ("def f(x):\n    return x + 1  # 2", &["2 trailing value soft 2"]),
        ("def f(x):\n    print(x)  # 2", &["2 trailing stdout soft 2"]),
        ("def main():\n    print(1 + 1)  # 2\nmain()", &["2 trailing stdout firm 2"]),
        ("async def main():\n    print(await f())  # 2\nasyncio.run(main())", &["2 trailing stdout firm 2"]),
        ("def main():\n    print(1 + 1)  # 2", &["2 trailing stdout soft 2"]),
        ("b = a  # [1]", &["1 trailing state soft [1]"]),
        ("def f(x):\n    return str(x)  # returns a str, not an int!", &["2 trailing value soft str <= ?type(str)"]),
        ("if __name__ == '__main__':\n    print(2)  # 2", &["2 trailing stdout firm 2"]),
    ]);
}

#[test]
fn copies_of_what_is_printed() {
    check(&[
        ("print(p.suffix)  # .md", &["1 trailing stdout firm .md <= ?printed(.md) !words(.md)"]),
        ("print(p)  # => hot tea", &["1 trailing stdout firm hot tea <= ?printed(hot tea) !words(hot tea)"]),
        ("print(h)  # 9001ab12", &["1 trailing stdout firm 9001ab12 <= ?printed(9001ab12) !words(9001ab12)"]),
        ("print('tea')\n# /tea\n", &["2 following stdout firm /tea <= ?printed(/tea) !words(/tea)"]),
        ("print('tea')\n# tea.py\nserve()", &[]),
        ("print(n)  # see tea.py", &[]),
        ("serve()  # tea.py", &[]),
        ("n = 1  # A\nprint(n)  # B", &["2 trailing stdout soft B"]),
        ("n = 1  # A\nprint(n)  # D", &["2 trailing stdout firm D"]),
    ]);
}

#[test]
fn marks_that_may_compare() {
    check(&[
        ("f(1)  # > [1]", &["1 trailing value firm [1]"]),
        ("f(1)  # >> ValueError: no tea", &["1 trailing exception firm ValueError: no tea"]),
        ("f(1)  # > 5", &["1 trailing value soft 5"]),
        ("f(1)  # > 5\nf(2)  # > [1]", &["1 trailing value firm 5", "2 trailing value firm [1]"]),
        ("f(1)  # >>> f(2)", &[]),
    ]);
}
