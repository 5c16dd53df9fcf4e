"""The differences of two texts, word by word: words in both, words only in the left, words only in the right.

Words are compared as in matching, so case, accents and dashes make no difference. In scripts without spaces between
words, characters are compared.
"""

import re
from difflib import SequenceMatcher

from papersieve.pipeline.text import match_text

_TOKEN = re.compile(r"\s*\S+\s*")

#: Up to this many words, all are compared with all. In longer texts, frequent words are not aligned, because the time
#: would grow with the square of the length.
_FEW_WORDS = 2_000

#: A part of a text, and whether it is shared: the other text has it at the same place of the common sequence.
Run = tuple[str, bool]


def differences(left: str | None, right: str | None) -> list[tuple[str, str]]:
    """(op, text) in reading order; op is same, left or right. Null means no text.

    `same` has the spelling of the left text. Joined, the texts of same and left are the left text; those of same and
    right have as many words as the right text.
    """
    found: list[tuple[str, str]] = []
    for is_same, one, other in _compared(left, right):
        if is_same:
            found.append(("same", "".join(one)))
        else:
            found += [(side, "".join(words)) for side, words in (("left", one), ("right", other)) if words]
    return found


def shared_runs(left: str | None, right: str | None) -> tuple[list[Run], list[Run]]:
    """Both texts as runs of words (text, is_shared). Joined, the runs of a text give the text. Null means no text."""
    parts = _compared(left, right)
    return _runs([(one, same) for same, one, _ in parts]), _runs([(other, same) for same, _, other in parts])


def words_of(left: str | None, right: str | None) -> dict[str, int]:
    """The numbers of distinct words that are shared, only_left, only_right."""
    one, other = (set(match_text(text or "").split()) for text in (left, right))
    return {"shared": len(one & other), "only_left": len(one - other), "only_right": len(other - one)}


def _compared(left: str | None, right: str | None) -> list[tuple[bool, list[str], list[str]]]:
    """Parts in reading order: whether both texts share the words, and the words of each."""
    one, other = _tokens(left or ""), _tokens(right or "")
    mine, theirs = ([match_text(token) for token in tokens] for tokens in (one, other))
    matcher = SequenceMatcher(None, mine, theirs, autojunk=max(len(one), len(other)) > _FEW_WORDS)
    return [(op == "equal", one[a:b], other[c:d]) for op, a, b, c, d in matcher.get_opcodes()]


def _tokens(text: str) -> list[str]:
    """Words with the space around them; words of scripts without spaces, which fold to many parts, by character."""
    tokens: list[str] = []
    for token in _TOKEN.findall(text):
        is_unspaced = not token.isascii() and len(match_text(token).split()) > len(token.strip()) / 2
        tokens += list(token) if is_unspaced and len(token.strip()) > 1 else [token]
    return tokens


def _runs(parts: list[tuple[list[str], bool]]) -> list[Run]:
    """Runs of words. The space between two runs belongs to the shared one, so that only words are marked."""
    runs: list[Run] = []
    for words, is_shared in parts:
        text = "".join(words)
        if runs and text and is_shared:
            before, was_shared = runs.pop()
            words_only = before.rstrip()
            runs += [(words_only, was_shared)] if words_only else []
            text = before[len(words_only) :] + text
        if text:
            runs.append((text, is_shared))
    return runs
