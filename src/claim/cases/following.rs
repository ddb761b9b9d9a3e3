//! Comments below a statement.

use super::{check, check_prose};

#[test]
fn values_on_the_next_line() {
    check(&[
        ("print(x)\n# [1, 2]", &["2 following stdout firm [1, 2]"]),
        ("print(x)\n# [1, 2]\n# in the order of the bases", &["2 following stdout firm [1, 2]"]),
        ("f(1)\n# => 3", &["2 following value firm 3"]),
        ("f(1)\n# Output: 3\n", &["2 following stdout firm 3"]),
        ("f(1)\n# ValueError: too small", &["2 following exception firm ValueError: too small"]),
        ("f(1)\n# Fehler: ValueError: too small", &["2 following exception firm ValueError: too small"]),
        ("f(1)\n# Ошибка: ValueError\nf(2)", &["2 following exception firm ValueError"]),
        ("f(1)\n# 错误：ValueError: too small", &["2 following exception firm ValueError: too small"]),
        ("f(1)\n# raises ValueError\nf(2)", &["2 following exception firm ValueError"]),
        ("r = f()\n# r = [1, Odd(...)]", &["2 following state firm [1, Odd(...)]"]),
        ("r = f()\n# [1]", &["2 following state firm [1]"]),
        ("print(1)\n# 1\nprint(2)\n# 2", &["2 following stdout firm 1", "4 following stdout firm 2"]),
        ("if x:\n    print(x)\n    # [3]", &["3 following stdout firm [3]"]),
        ("print(x)\n\n# Output: 3\n", &["3 following stdout firm 3"]),
        ("r = f(\n    2\n)\n\n# {'a': 1}\n", &["5 following state soft {'a': 1}"]),
        ("f(2)\n\n# [\n#   1,\n#   2\n# ]", &["3 following value soft [\\n  1,\\n  2\\n]"]),
        ("print(x)\n\n# [1, 2]", &["3 following stdout firm [1, 2]"]),
        ("r = f()\n# Prints: 3\nprint(r)", &["2 following stdout firm 3"]),
        ("r = f()\n\n# Prints:\n# [\n#   3\n# ]\nprint(r)", &["4 block stdout soft [\\n  3\\n]"]),
        ("r = f()\n\n# Prints:\nprint(r)", &[]),
        ("r = f()\n# Prints [1, 2]\nprint(r)\n# Prints 2\nprint(len(r))", &["2 following stdout firm [1, 2]", "4 following stdout soft 2"]),
        ("print(r)\n# Prints [1, 2]\nprint(len(r))\n# Prints 2", &["2 following stdout firm [1, 2]", "4 following stdout firm 2"]),
        ("r.append(2)\n# Prints\n# 1\n# 2\nfor x in r:\n    print(x)", &["3 block stdout soft 1\\n2"]),
        ("r = f()\n\n# Now it's cold.\n# Prints: 3\nprint(r)", &["4 following stdout firm 3"]),
        ("print(r)\n# Now it's cold.\n# Prints: 3\nprint(r)", &[]),
        ("r = f()\n# Prints:\n# hot tea\nr", &["3 block state soft hot tea <= ?state(r=hot tea) ?printed(hot tea)"]),
        ("r = f()\n\n# Result: 3\nf(r)", &["3 following value soft 3"]),
        ("r = f()\n# Result: 3\nprint(r)", &["2 following state firm 3"]),
        ("cups = {[1]: 'tea'}\n# TypeError: unhashable type", &["2 following exception firm TypeError: unhashable type"]),
        ("cups = {1: 'tea'}\n# TypeError: unhashable type", &[]),
        ("class C(A, B):\n    pass\n# TypeError: no order of bases", &["3 following exception firm TypeError: no order of bases"]),
    ]);
}

#[test]
fn listings() {
    check(&[
        ("run()\n# Output:\n# one\n# two", &["3 block stdout firm one\\ntwo <= !printed(one\\ntwo)"]),
        ("run()\n\n# output\n\n# one\n# two\n", &["5 block stdout firm one\\ntwo <= !printed(one\\ntwo)"]),
        ("run()\n\n# output\n\n# Now again.\nrun()\n", &[]),
        (
            "def f(n):\n    print('cups:', n)\n    print('mugs:', n)\n    return n[0]\nf(3)\n# cups: 3\n# mugs: 3\n# TypeError: no list\nf(4)",
            &["6 block stdout firm cups: 3\\nmugs: 3", "8 following exception firm TypeError: no list"],
        ),
        ("run()\n# Prints:\n#   one\n#     two", &["3 block stdout firm one\\n  two"]),
        ("dis(f)\n# Output (Python 3.12):\n#  RESUME  0\n#  CALL  1", &["3 block stdout firm RESUME  0\\nCALL  1 [python 3.12]"]),
        ("dis(f)\n#   0 LOAD  0\n#   2 ADD", &["2 block stdout firm 0 LOAD  0\\n2 ADD"]),
        ("try:\n    f()\nexcept E as e:\n    print(f'Caught: {e}')\n# Caught: no tea", &["5 block stdout firm Caught: no tea"]),
        ("try:\n    f()\nexcept E as e:\n    print(f'Caught: {e}')\n# Caught: no tea\n# and so on", &[]),
        ("for e in n:\n    print(f'Caught: {e}')\n# Caught: no tea", &[]),
        ("try:\n    f()\nexcept E:\n    print('Caught no tea')\n# Caught some tea", &["5 block stdout firm Caught some tea"]),
        ("try:\n    f()\nexcept E:\n    print('Caught no tea')\n# Caught tea", &[]),
        ("for i in n:\n    print(i)\n# 0\n# 1\n# 2", &["3 block stdout firm 0\\n1\\n2"]),
        ("for i in n:\n    print(i)\n# 0\n# 1\n# ... and so on\n\nf()", &["3 block stdout firm 0\\n1\\n..."]),
        ("def f():\n    pass\n'''\na\nb\n'''\n# f([1])\n# [1]", &[]),
        // Behind an empty line.
        ("for i in n:\n    print(i)\n\n# 0\n# [1]\n\nf()", &["4 block stdout firm 0\\n[1]"]),
        ("for i in n:\n    print('cup', i)\n\n# cup 0\n# cup 1\n", &["4 block stdout firm cup 0\\ncup 1"]),
        ("for i in n:\n    print(i)\n\n# 0\n# 1\nf()", &[]),
        ("for i in n:\n    print(i)\n\n\n# 0\n# 1\n\nf()", &[]),
        ("for i in n:\n    f(i)\n\n# 0\n# 1\n\nf()", &[]),
        ("for i in n:\n    print(i)\n\n# Now the cups\n# 1\n\nf()", &[]),
        ("print(x)\n# 'a'\n# 'b'\n# so it goes on", &["2 block stdout firm 'a'\\n'b'"]),
        (
            "print(x)\n# <a>\n#  <b>\n#   the tea's name\n#  </b>\n# </a>\n# as it was",
            &["2 block stdout firm <a>\\n <b>\\n  the tea's name\\n </b>\\n</a>"],
        ),
        (
            "for i in n:\n    print(repr(i))\n# 'a'\n# <b class=\"c\">...</b>\n# 'd'",
            &["3 block stdout firm 'a'\\n<b class=\"c\">...</b>\\n'd'"],
        ),
        (
            "for i in n:\n    print('cup', i)\nprint('all full')\n# cup 0\n# cup 1\n# all full",
            &["4 block stdout firm cup 0\\ncup 1\\nall full"],
        ),
        ("print('cups:')\nfor i in n:\n    print(i)\n# cups:\n# 0\n# 1", &["4 block stdout firm cups:\\n0\\n1"]),
        ("print('cups:')\nfor i in n:\n    print(i)\n# cups:\n# and mugs", &[]),
        ("print('cups:')  # cups:\nfor i in n:\n    print(i)\n# 0\n# 1", &["1 trailing stdout firm cups:", "4 block stdout firm 0\\n1"]),
        ("print(x)\n# 4\n#   which is even", &["2 following stdout firm 4"]),
        ("print(1)\nprint(2)\n\n# Output:\n# 1\n# 2\n", &["5 block stdout firm 1\\n2"]),
        ("print(1)\nprint(2)\n# Output:\n# 1\n# 2\n", &["4 block stdout firm 1\\n2"]),
        // The command that gave it, and what is drawn below it, are none of it.
        ("print(x)\n# output:-\n# PS C:\\tea> python tea.py\n# hot tea\n", &["4 block stdout firm hot tea"]),
        ("run()\n# Output:\n# $ python3.12 ./tea.py\n# hot tea\n# $ 5\n", &["4 block stdout firm hot tea\\n$ 5"]),
        ("run()\n\n# $ python3 tea.py\n# hot tea\n# 5\n", &["4 block stdout firm hot tea\\n5"]),
        ("run()\n\n# $ python3 tea.py\n# $ python3 tea.py --hot\n", &[]),
        ("run()\n# $ python3 -m tea\n# hot tea\n", &[]),
        ("run()\n# Output:\n# one\n# two\n# -----\n# The next part\n", &["3 block stdout firm one\\ntwo"]),
        ("print('-' * 5)\n# Output:\n# one\n# -----\n# two\n", &["3 block stdout firm one\\n-----\\ntwo"]),
        // Words of the code, a line for each.
        (
            "for pot in Pot:\n    print(pot)\n# Pot.TEA\n# Pot.MILK\n\nclass Pot:\n    TEA = MILK = 1",
            &["3 block stdout firm Pot.TEA\\nPot.MILK <= ?printed(Pot.TEA\\nPot.MILK) !words(Pot.TEA\\nPot.MILK)"],
        ),
        ("for pot in Pot:\n    print(pot)\n# Pot.TEA\n# Pot.MILK\nTEA = MILK = 1", &[]),
        // With values between, and one of several written amiss.
        (
            "print(pour())\n# hot tea\n# 5.5\n\nhot = tea",
            &["2 block stdout firm hot tea\\n5.5 <= ?printed(hot tea\\n5.5) !words(hot tea\\n5.5)"],
        ),
        (
            "print(pour())\n# hot tea\n# pour\n# hottt\n\nhot = tea",
            &["2 block stdout firm hot tea\\npour\\nhottt <= ?printed(hot tea\\npour\\nhottt) !words(hot tea\\npour\\nhottt)"],
        ),
        ("print(pour())\n# hot tea\n# hottt\n\nhot = tea", &[]),
        ("for pot in Pot:\n    print(pot)\n# Now for the tea\n# and the milk\n", &[]),
        // A lone line of them below a `print`.
        ("print(join('/tea', 'hot'))\n# /tea/hot\n\n", &["2 following stdout firm /tea/hot <= ?printed(/tea/hot) !words(/tea/hot)"]),
        (
            "print(join('/tea', 'hot', 'pot'))\n# /tea/hot/pod\n\n",
            &["2 following stdout firm /tea/hot/pod <= ?printed(/tea/hot/pod) !words(/tea/hot/pod)"],
        ),
        ("print(join('/tea', 'hot'))\n# /tea/hot\nx = 1", &[]),
        ("print(join('/tea', 'hot'))\n# tea\n", &[]),
        ("print(join('/tea', 'hot'))\n# tea for two\n", &[]),
        (
            "print(signature(pour))\n# (cups, *, size=2) -> int\n",
            &["2 following stdout firm (cups, *, size=2) -> int <= ?printed((cups, *, size=2) -> int) !words((cups, *, size=2) -> int)"],
        ),
        ("print(signature(pour))\n# (cups, and more)\n", &[]),
        // Rows with numbers.
        (
            "for pot in pots():\n    print(pot, fill(pot))\n# Assam 0.5\n# Ceylon 0.25\n",
            &["3 block stdout firm Assam 0.5\\nCeylon 0.25 <= ?printed(Assam 0.5\\nCeylon 0.25) !words(Assam 0.5\\nCeylon 0.25)"],
        ),
        ("for pot in pots():\n    print(pot, fill(pot))\n# Assam 0.5\n# Ceylon last\n", &[]),
        ("for pot in pots():\n    print(pot, fill(pot))\n# 1. Assam\n# 2. Ceylon\n", &[]),
        ("f()\n# Expected:\n# [1,\n#  2]", &["3 block value firm [1,\\n 2] <= !value([1,\\n 2]) !printed([1,\\n 2])"]),
        ("f()\n# {'a': 1,\n#  'b': 2}", &["2 following value firm {'a': 1,\\n 'b': 2}"]),
        ("f()  # {'a': 1,\n     #  'b': 2}", &["1 trailing value firm {'a': 1,\\n 'b': 2}"]),
        ("print(x)  # one 1\n          # 2", &[]),
        ("print(x)  # 1\n          # 2", &["1 trailing stdout firm 1\\n2"]),
        (
            "f()\n# Traceback (most recent call last):\n#   File \"a.py\", line 1\n# ValueError: no",
            &["4 block exception firm ValueError: no <= !raises(ValueError: no)"],
        ),
    ]);
}

#[test]
fn amounts_for_the_whole_block() {
    check(&[
        ("a = A()\n\n# Total with dict: ~152 bytes", &["3 following size soft ~152 bytes"]),
        ("r = await all()\n# Total: ~3s (not 6s)", &["2 following timing soft ~3s"]),
    ]);
}

#[test]
fn headings_and_remarks_are_no_claims() {
    check_prose(&[
        "print(x)\n# Now the second way\nprint(y)",
        "a = 1\n# b = 2",
        "a = f()\n# a = 2",
        "c = f()\n# c[1] = 9090  # TypeError: no",
        "c = f()\n# c[1] = 9090",
        "f()\n# 1. Use the other",
        "f()\n# list",
        "f()\n# Done",
        "x = [1]\n# [2]",
        "def f():\n    pass\n# [1, 2]",
        "class A:\n    pass\n# [1, 2]",
        "print(x)\n\n# [1, 2]\nf()",
        "print(x)\n\n# 5",
        "print(x)\n    # [1, 2]",
        "# [1, 2]\nprint(x)",
        "f()\n# All tasks are done here\n# If one raises, the others end",
        "f()\n# Great for grouping: defaultdict(list), counting: defaultdict(int)",
        "@log\ndef add(): pass\n# Equivalent to: add = log(add)",
        "m = [1]\n# Read as: for row in m: for x in row",
        "f()\n# SELECT * FROM books (1 query)",
        "books = f()\n# SELECT * FROM books; SELECT 1 (2 queries)",
        "for b in books:\n    print(b)  # SELECT * FROM books WHERE id=? (N queries!)\n# 1000 books = 1001 queries.",
    ]);
}

#[test]
fn texts_between_quotes_below_a_print() {
    check(&[
        ("print(x)\n\"\"\"\na  b\n1\n\"\"\"\n", &["3 output stdout firm a  b\\n1"]),
        ("if x:\n    print(x)\n    \'\'\'\n    a\n      b\n    \'\'\'\n", &["4 output stdout firm a\\n  b"]),
        ("print(x)\n\"\"\"a remark\"\"\"\n", &[]),
        ("print(x)\n\n\"\"\"\na  b\n1  2\n\"\"\"\n", &["4 output stdout firm a  b\\n1  2"]),
        ("print(x)\n\n\"\"\"\na\n\"\"\"\n", &["4 output stdout soft a"]),
        ("print(x)\n\n\"\"\"\nNow pour the tea.\nx\n\"\"\"\n", &["4 output stdout soft Now pour the tea.\\nx"]),
        ("print(x)\n\n\"\"\"\nx = 1\nprint(x)\n\"\"\"\n", &["4 output stdout soft x = 1\\nprint(x)"]),
        ("print(x)\n\n\n\"\"\"\na\nb\n\"\"\"\n", &[]),
        ("x = 1\n\"\"\"\na\n\"\"\"\n", &[]),
        ("def f():\n    \"\"\"\n    a\n    \"\"\"\n", &[]),
    ]);
}

#[test]
fn lines_that_are_marked_as_output() {
    check(&[
        ("print(x)\n#> tea for two\n", &["2 following stdout firm tea for two <= !printed(tea for two)"]),
        ("print(x)\n#> https://tea.example/pot\n", &["2 following stdout firm https://tea.example/pot"]),
        (
            "print(x)\n#> two cups\n#>   of tea\n#\n# and so on\n",
            &["2 block stdout firm two cups\\n  of tea <= !printed(two cups\\n  of tea)"],
        ),
        ("for x in y:\n    print(x)\n    #> milk\n    #> sugar\n", &["3 block stdout firm milk\\nsugar"]),
        ("try:\n    f()\nexcept ValueError as e:\n    print(e)\n    #> no tea\n", &["5 following stdout firm no tea"]),
        ("print(x)  #> tea for two\n", &["1 trailing stdout firm tea for two"]),
        ("brew()\n#> tea for two\n", &["2 following value firm tea for two <= !value(tea for two) !printed(tea for two)"]),
        ("brew()\n#> [1, 2]\n", &["2 following value firm [1, 2]"]),
        ("import os\n#> tea for two\n", &[]),
        ("print(x)\n# tea for two\n", &[]),
    ]);
}

#[test]
fn a_line_for_each_of_several_prints() {
    check(&[
        ("print(a)\nprint(b)\n# 1\n# [2]\nf()\n", &["3 following stdout firm 1", "4 following stdout firm [2]"]),
        ("print(a)\nprint(b)\n#> one\n#> two\n", &["3 following stdout firm one", "4 following stdout firm two"]),
        ("print(a)\nprint(b)\n# Output:\n# 1\n# 2\nf()\n", &["4 following stdout firm 1", "5 following stdout firm 2"]),
        ("print(a)  # 0\nprint(b)\n# 1\n# 2\n", &["1 trailing stdout firm 0", "3 block stdout firm 1\\n2"]),
        ("print(a)\n\nprint(b)\n# 1\n# 2\n", &["4 block stdout firm 1\\n2"]),
        ("for a in b:\n    print(a)\n    print(a)\n    # 1\n    # 2\n", &["4 block stdout firm 1\\n2"]),
    ]);
}
