"""Links in abstracts, and which of them lead to code."""

import re
from urllib.parse import urlsplit

#: Chinese and Japanese put no space after a link.
_URL = re.compile(r"https?://[^\s<>{}\"|\\^`\[\]\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]+")

#: Characters in links that LaTeX escapes.
_ESCAPED = re.compile(r"\\(?:([_%&#$])|(?:textasciitilde|~) ?(?:\{\})?)")

#: Punctuation that ends the sentence around a link, not the link.
_TRAILING = ".,;:!?'’”)*"

#: Hosts whose pages are source repositories (a `github.io` page is a site, not code).
CODE_HOSTS = frozenset(
    "github.com gitlab.com bitbucket.org codeberg.org sourceforge.net anonymous.4open.science".split()
)


def find_urls(text: str) -> list[str]:
    r"""Links in a text in order of appearance, each once, without punctuation after them and dollars of mathematics.

    >>> find_urls("Code (https://github.com/a/b), see https://x.org/y.")
    ['https://github.com/a/b', 'https://x.org/y']
    >>> find_urls(r"http://x.org/\~{}ann/a\_b and https://github$.$com/a")
    ['http://x.org/~ann/a_b', 'https://github.com/a']
    >>> find_urls("请访问https://x.org/y。代码在https://github.com/a/b公开")
    ['https://x.org/y', 'https://github.com/a/b']
    """
    if "\\" in text:
        text = _ESCAPED.sub(lambda found: found[1] or "~", text)
    return list(dict.fromkeys(_trim(u.replace("$", "")) for u in _URL.findall(text)))


def _trim(url: str) -> str:
    end, unopened = len(url), url.count(")") - url.count("(")
    while end and url[end - 1] in _TRAILING:
        if url[end - 1] == ")":
            if unopened <= 0:
                break
            unopened -= 1
        end -= 1
    return url[:end]


def find_code_urls(urls: list[str]) -> list[str]:
    """The links that lead to a source repository."""
    return [u for u in urls if _host(u) in CODE_HOSTS]


def _host(url: str) -> str:
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:  # "Invalid IPv6 URL": a bracket where the host should be
        return ""
    return host.removeprefix("www.")
