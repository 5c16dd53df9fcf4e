"""Two texts as one, word by word: what both say, what only the left one says, what only the right one."""

import re
from difflib import SequenceMatcher

from papersieve.pipeline.text import match_text

_TOKEN = re.compile(r"\S+\s*")


def differences(left: str | None, right: str | None) -> list[tuple[str, str]]:
    """(op, text) in reading order, op being same, left or right. Null is no text.

    Words are compared as the matcher compares them, so other case, accents or dashes are no difference; `same` has
    the left one's spelling. The texts of same and left are the left text, those of same and right have as many words
    as the right one. Where a script puts no spaces between words, characters are compared.
    """
    one, other = _tokens(left or ""), _tokens(right or "")
    matcher = SequenceMatcher(None, [match_text(t) for t in one], [match_text(t) for t in other], autojunk=False)
    found: list[tuple[str, str]] = []
    for op, a, b, c, d in matcher.get_opcodes():
        if op == "equal":
            found.append(("same", "".join(one[a:b])))
        else:
            found += [(side, "".join(tokens)) for side, tokens in (("left", one[a:b]), ("right", other[c:d])) if tokens]
    return found


def words_of(left: str | None, right: str | None) -> dict[str, int]:
    """How many distinct words are shared, only_left, only_right."""
    one, other = (set(match_text(text or "").split()) for text in (left, right))
    return {"shared": len(one & other), "only_left": len(one - other), "only_right": len(other - one)}


def _tokens(text: str) -> list[str]:
    """Words with the space behind them; characters, where a word is folded to more than its marks could be."""
    tokens: list[str] = []
    for token in _TOKEN.findall(text):
        is_unspaced = not token.isascii() and len(match_text(token).split()) > len(token.strip()) / 2
        tokens += list(token) if is_unspaced and len(token.strip()) > 1 else [token]
    return tokens
