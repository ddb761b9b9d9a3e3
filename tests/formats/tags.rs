//! Code between tags of site generators, and marks of other markup that stand below a session.

use super::*;

/// The text and the verdict of each claim of a page.
fn told(text: &str) -> Vec<(String, String)> {
    claims("page.md", text).into_iter().map(|(.., expected, verdict)| (expected, verdict)).collect()
}

fn all(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(expected, verdict)| ((*expected).to_owned(), (*verdict).to_owned())).collect()
}

#[test]
fn code_between_tags_is_code() {
    for (open, close) in [
        ("{% highlight python %}", "{% endhighlight %}"),
        ("{%- highlight python linenos -%}", "{%- endhighlight -%}"),
        ("{% codeblock lang:python %}", "{% endcodeblock %}"),
        ("{{< highlight python \"linenos=table\" >}}", "{{< / highlight >}}"),
        ("[code language=\"python\"]", "[/code]"),
    ] {
        let text = format!("Tea is poured so:\n{open}\ncups = [2, 3]\nprint(sum(cups))  # 6\nlen(cups)  # 2\n{close}\nThat's it.\n");
        assert_eq!(claims("page.md", &text), rows(&[(4, 21, "6", "wrong"), (5, 14, "2", "holds")]), "{text}");
    }
    let session = "{% highlight pycon %}\n>>> 3 * 4\n12\n>>> 3 * 5\n16\n{% endhighlight %}\n";
    assert_eq!(claims("page.md", session), rows(&[(3, 1, "12", "holds"), (5, 1, "16", "wrong")]));
    // What a script prints stands in a block of its own.
    let page = |shown: &str| {
        format!(
            "{{% highlight python %}}\nprint('hot tea')\n{{% endhighlight %}}\n\nOutput:\n\n{{% highlight text %}}\n{shown}\n{{% endhighlight %}}\n"
        )
    };
    assert_eq!(told(&page("hot tea")), all(&[("hot tea", "holds")]));
    assert_eq!(told(&page("hot milk")), all(&[("hot milk", "wrong")]));
    // In a fence they're shown, and a tag without its end is none.
    assert_eq!(told("```liquid\n{% highlight python %}\nlen('tea')  # 4\n{% endhighlight %}\n```\n"), []);
    assert_eq!(told("{% highlight python %}\n\nText.\n"), []);
}

#[test]
fn marks_below_a_session_are_none_of_its_output() {
    for mark in [
        "{% endhighlight %}",
        "{% endraw %}",
        "{% endtab %}",
        "{{< /highlight >}}",
        "{{% /expand %}}",
        "[/code]",
        "</pre>",
        "</div>",
        "</details>",
        "<br>",
        "{: .output}",
        "{:.language-python}",
    ] {
        assert_eq!(told(&format!("Tea:\n\n>>> 3 * 4\n12\n{mark}\n\nMore.\n")), all(&[("12", "holds")]), "{mark}");
        assert_eq!(told(&format!("Tea:\n\n>>> 3 * 4\n13\n{mark}\n\nMore.\n")), all(&[("13", "wrong")]), "{mark}");
        let raised = format!(">>> int('tea')\nTraceback (most recent call last):\n  ...\nValueError: no\n{mark}\n");
        assert_eq!(told(&raised), all(&[("ValueError: no", "wrong")]), "{mark}");
        assert_eq!(told(&format!("Tea:\n\n>>> cups = 3 * 4\n{mark}\n")), [], "{mark}");
    }
    // A session may print such as well.
    assert_eq!(told(">>> print('<p>', 5, '</p>', sep='\\n')\n<p>\n5\n</p>\n"), all(&[("<p>\n5\n</p>", "holds")]));
    assert_eq!(told(">>> print('12', chr(60) + '/div>', sep='\\n')\n12\n</div>\n"), all(&[("12", "holds")]));
}
