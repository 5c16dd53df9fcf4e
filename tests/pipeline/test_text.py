"""Normalised text: the same words give the same text in any spelling."""

import html.entities
import re
import time
from itertools import pairwise
from re import _constants as op
from re import _parser

import ftfy
import polars as pl
import pytest
from ftfy.badness import BADNESS_RE
from ftfy.chardata import CHARMAP_ENCODINGS, CONTROL_CHARS, LIGATURES, WIDTH_MAP
from hypothesis import example, given
from hypothesis import strategies as st
from pylatexenc.latex2text import LatexNodes2Text

from papersieve.pipeline.documents import document_contents
from papersieve.pipeline.records import normalise_records, raw_records
from papersieve.pipeline.text import _broken, _decode, clean_or_none, clean_text, clean_title, match_text, repair
from tests.support.examples import examples


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("  two   spaces\tand\na line ", "two spaces and a line"),
        ("a – b — c ‐ d", "a - b - c - d"),
        ("“curly” ‘quotes’ ``tex''", '"curly" \'quotes\' "tex"'),
        ("ﬁne ﬂow", "fine flow"),
        ("naÃ¯ve", "naïve"),
        ("soft\u00adhyphen zero\u200bwidth", "softhyphen zerowidth"),
        (r"5\% of $\alpha$-{\em divergence}", "5% of α-divergence"),
        (r"Schr\"odinger and $O(n \log n)$", "Schrödinger and O(n log n)"),
        ("costs $5 to $10, 20% off", "costs $5 to $10, 20% off"),
        (r"costs $5 and {\it more} at 20% off", "costs $5 and more at 20% off"),
        (r"broken {\em brace", "broken brace"),
        ("Bells &amp; bees: the hive &gt; the tower", "Bells & bees: the hive > the tower"),
        ("10&nbsp;bees at 20&#176;C, M&uuml;ller", "10 bees at 20°C, Müller"),
        ("escaped twice: R&amp;amp;D, &amp;lt;", "escaped twice: R&D, <"),
        ("R&D of AT&T; ?a=1&copy=2", "R&D of AT&T; ?a=1&copy=2"),
        (r"Bells \&amp; bees of {\em towers}", "Bells & bees of towers"),
        ("CO<sub>2</sub> &amp; <i>Apis</i> in <SPAN class='x'>towers</SPAN>", "CO2 & Apis in towers"),
        ("&lt;i&gt;Apis&lt;/i&gt; flies", "Apis flies"),
        ("<jats:p>H<jats:sub>2</jats:sub>O</jats:p><jats:p>rises</jats:p>", "H2O rises"),
        ("<p>One</p><ul><li>two<br/>three</li></ul>", "One two three"),
        ("p < 0.05 and n > 3", "p < 0.05 and n > 3"),
        ("a <b and c> d, k<i and j>m", "a <b and c> d, k<i and j>m"),
        ("<s> and <UNK> are tokens", "<s> and <UNK> are tokens"),
        ("naïve <b>&lt; 5 %</b> &amp; more", "naïve < 5 % & more"),
        (r"CO$_2$ and Li$_{2}$MnO$_{3}$", "CO2 and Li2MnO3"),
        (r"$\mathrm{CO}_2$ and La$_{1-x}$Sr$_x$MnO$_3$", "CO2 and La1-xSrxMnO3"),
        (r"10$^{3}$ at 5$^\circ$C or $90^{\circ}$", "10^3 at 5°C or 90°"),
        (r"$\alpha_1$ of $x_i^2$ and $\log_{10} n$, a\_2", "α1 of x_i^2 and log10 n, a_2"),
    ],
)
def test_text_is_cleaned(raw, clean):
    assert clean_text(raw) == clean


def test_a_formula_compares_as_equal_in_each_dress():
    same = [r"Uptake of CO$_2$ and H$_{2}$O", "Uptake of CO<sub>2</sub> and H<sub>2</sub>O", "Uptake of CO₂ and H₂O"]
    assert {match_text(clean_text(text)) for text in same} == {"uptake of co2 and h2o"}
    same = [r"The {$\alpha$}-phase of Li$_{2}$MnO$_{3}$ lamps at 5$^\circ$C", "The α-phase of Li2MnO3 lamps at 5°C"]
    assert len({match_text(clean_text(text)) for text in same}) == 1


@pytest.mark.parametrize(
    "text", ["<b" + " a=b" * 50_000, "<" * 200_000, "<b " * 60_000, "<i" + " " * 200_000, "&" * 200_000]
)
def test_tags_that_do_not_end_take_no_time(text):
    started = time.process_time()
    assert clean_text(text) == " ".join(text.split())
    assert time.process_time() - started < 5


@given(st.text(st.characters(max_codepoint=127, exclude_characters="&<$\\`'")))
def test_a_text_without_marks_is_cleaned_of_blanks_alone(text):
    assert clean_text(text) == " ".join(text.split())


#: Letters, signs and marks that occur in papers, in scripts that ftfy knows and in others, alone and in words.
_CHARACTERS = "éüñøßŁœŒÂÃàÐ§°±²µ·×–—‘’“”„•…€™∂∑√∞≈≤→αβΓωЖвЂГРСאعहไ中の한ｱＡ，ﬁŉ👍🏽\u3000\u0301\xa0\xad\u2028\u200b\ufeff\ufffd\ufff9"
_WORDS = "naïve|Schrödinger|à la|Ã la|10⁻³|x²|Gödel’s|Фурье|数学|R&D|déjà vu|œuvre|±0.5|“Àb”|ГўВЂВ. a|Ø§Ù„"
WRITTEN = st.sampled_from([*_CHARACTERS, *_WORDS.split("|")])
MOJIBAKE = st.builds(
    lambda text, codec: text.encode().decode(codec, "replace"),
    WRITTEN | st.text(max_size=3),
    st.sampled_from(CHARMAP_ENCODINGS),
)
#: Pieces from which texts are built. They include every character that a step of ftfy replaces.
PIECES = st.one_of(
    WRITTEN,
    MOJIBAKE,
    MOJIBAKE.flatmap(lambda text: st.just(text.encode("utf-8", "replace").decode("sloppy-windows-1252"))),
    st.sampled_from([f"&{name}" for name in html.entities.html5] + ["&#233;", "&#xe9;", "&EACUTE;", "&", "<b>", ";"]),
    st.sampled_from([chr(c) for c in {**LIGATURES, **WIDTH_MAP, **CONTROL_CHARS}]),
    st.sampled_from(
        ["\n", "\r\n", "\r", "\t", "\f", "\x0b", "\x85", "\x1b[31m", "\ud83d", "\udca9", " ", "a", "word", "?"]
    ),
    st.characters(),
    st.characters(max_codepoint=0x24F),
)


@examples(150)
@given(st.lists(st.tuples(PIECES, st.sampled_from(["", " ", "a", ". "])), max_size=12))
def test_a_text_that_is_not_given_to_ftfy_is_one_that_it_would_not_change(pieces):
    text = "é" + "".join(part for pair in pieces for part in pair)
    assert repair(text) == ftfy.fix_text(text, uncurl_quotes=False, normalization=None)


@pytest.mark.parametrize("encoding", CHARMAP_ENCODINGS)
def test_each_pair_of_characters_is_repaired_as_ftfy_does(encoding):
    high = bytes(range(0x80, 0x100)).decode(encoding)
    for first in high:
        for text in (
            f"a{first} b",
            f"{first} ",
            f"\n{first} {first}\n",
            f"{first}?",
            f"({first}{high[ord(first) % 128]})",
        ):
            assert repair(text) == ftfy.fix_text(text, uncurl_quotes=False, normalization=None)


def test_whatever_ftfy_takes_for_mojibake_has_what_is_looked_for():
    """Each path through its pattern has two adjacent non-ASCII characters, or one that is searched for by itself."""
    ways = list(ways_through(_parser.parse(BADNESS_RE.pattern, BADNESS_RE.flags)))
    assert len(ways) > 30
    for way in ways:
        is_beyond = [all(c > 0x7F for c in characters) for characters in way]
        is_alone = [all(_broken().search(chr(c)) for c in characters) for characters in way]
        assert any(is_alone) or any(a and b for a, b in pairwise(is_beyond))


def ways_through(parsed):
    """All sequences of character sets (code points) that a pattern without loops matches."""
    ways = [[]]
    for kind, value in parsed:
        if kind is op.BRANCH:
            steps = [way for branch in value[1] for way in ways_through(branch)]
        elif kind is op.SUBPATTERN:
            steps = list(ways_through(value[-1]))
        elif kind is op.MAX_REPEAT:
            least, most, repeated = value
            assert (least, most) == (0, 1)
            steps = [[], *ways_through(repeated)]
        elif kind is op.AT:
            steps = [[]]
        else:
            steps = [[characters_of([(kind, value)])]]
        ways = [way + step for way in ways for step in steps]
    return ways


def characters_of(parts):
    """Code points that a character, or a set of characters, can match; for a class, all that it might match."""
    found = set()
    for kind, value in parts:
        if kind is op.LITERAL:
            found.add(value)
        elif kind is op.RANGE:
            found.update(range(value[0], value[1] + 1))
        elif kind is op.IN and value[0][0] is not op.NEGATE:
            found |= characters_of(value)
        else:
            assert kind in (op.ANY, op.NOT_LITERAL, op.IN, op.CATEGORY)
            found.update(range(0x250))
    return found


def test_spaces_are_cut_where_a_pattern_cuts_them():
    text = "".join(f"a{chr(c)}b{chr(c)}" for c in range(0x3100))
    assert " ".join(text.split()) == re.sub(r"\s+", " ", text).strip()


@given(st.text())
def test_cleaning_and_matching_fail_on_no_text(text):
    assert match_text(clean_text(text)) == match_text(clean_text(text)).strip()


@given(st.text())
def test_a_match_text_is_words_joined_by_single_spaces(text):
    got = match_text(text)
    assert got == " ".join(got.split())
    assert match_text(got) == got


@given(st.text(st.characters(max_codepoint=127)))
def test_the_fast_path_for_ascii_equals_the_slow_one(text):
    # A trailing accented letter forces the slow path; it is a word of its own, and is removed again.
    assert match_text(text) == match_text(text + " é").removesuffix("e").strip()


def test_case_accents_and_dashes_do_not_tell_documents_apart():
    same = ["Schrödinger’s Cat–Box", "SCHRODINGER'S CAT-BOX", "schrödinger's  cat box"]
    assert len({match_text(clean_text(text)) for text in same}) == 1


def test_text_nested_beyond_reason_is_left_as_it_is_and_takes_no_time():
    started = time.process_time()
    text = "\\em " + "{" * 100_000
    assert clean_text(text) == text.strip()
    assert time.process_time() - started < 5


def frame(*rows: tuple[str | None, str | None]) -> pl.DataFrame:
    return (
        pl.DataFrame(rows, schema={"title_raw": pl.String, "abstract_raw": pl.String}, orient="row")
        .with_row_index("record_id")
        .cast({"record_id": pl.String})
    )


def test_records_that_say_the_same_carry_one_document():
    got = normalise_records(
        frame(("A Title", "Some “text”."), ("a  title", "some text"), (None, "some text"), ("A", "title some text"))
    )
    assert got["document_id"].n_unique() == 3
    assert got["document_id"][0] == got["document_id"][1]
    assert got["title_raw"].to_list() == [None, "a  title", None, None]  # where cleaning changed it


@given(st.lists(st.none() | st.text("ab. \t’éÃ©αÂ±œ…—&;<>$\\{}`'-\x1f", max_size=70), max_size=6))
def test_a_column_of_abstracts_is_cleaned_as_each_of_them_is(texts):
    raw = frame(*((None, text) for text in texts))
    got = normalise_records(raw)
    assert got["abstract"].to_list() == [clean_or_none(text) for text in texts]
    assert raw_records(got)["abstract_raw"].to_list() == raw["abstract_raw"].to_list()


def test_letters_beyond_ascii_are_cleaned_in_a_column_as_they_are_alone():
    texts = [
        text for point in range(0x80, 0x3000) for text in (f"be{chr(point)}be", f"be {chr(point)}", f"{chr(point)}be")
    ]
    got = normalise_records(frame(*((None, text) for text in texts)))
    assert got["abstract"].to_list() == [clean_or_none(text) for text in texts]


AROUND_TITLES = (
    "[PDF] ", "Title: ", "TITLE : ", "tıtle: ", "arXiv:2101.00001 ", "arxiv: 2101.00001v2 [cs.CL] - ", "[2101.00001] ",
    " (arXiv:2101.00001v2 [q-bio.PE])", " [German]", " (12 upvotes)", " [v2]", " [Abstract]", "[", "]", "(", ")", ".",
    " ", "\n", "Bees", "and", "é", "&amp;", "?",
)  # fmt: skip


@given(st.lists(st.none() | st.lists(st.sampled_from(AROUND_TITLES), max_size=8).map("".join), max_size=6))
def test_a_column_of_titles_is_cleaned_as_each_of_them_is(texts):
    got = normalise_records(frame(*((text, None) for text in texts)))
    assert got["title"].to_list() == [clean_or_none(text, clean_title) for text in texts]


def test_a_title_is_cleaned_of_what_stands_around_it_and_an_abstract_is_not():
    got = normalise_records(frame(("[PDF] Bees &amp; bells [German]", "[PDF] Some text [German]")))
    assert got.select("title", "abstract").rows() == [("Bees & bells", "[PDF] Some text [German]")]


def test_a_text_without_a_word_is_missing():
    got = normalise_records(frame(("?!", " ... "), (None, None)))
    assert got.select("title", "abstract").rows() == [(None, None), (None, None)]


def test_document_contents_are_those_of_the_first_record_of_each():
    records = normalise_records(frame(("A Title", "Some text"), ("A title", "Some text."), (None, "Other")))
    assert document_contents(records).select("title_text", "abstract_text").rows() == [
        ("a title", "some text"),
        ("", "other"),
    ]


def test_a_macro_without_its_arguments_is_no_news_to_the_user(caplog):
    clean_text(r"the ratio $\frac$ of $\frac{a}$ two")
    assert not caplog.records


_MARKED = r"$\alpha$|5\%|{\em a b}|$O(n \log n)$|Schr\"odinger|\frac|\frac{a}{b}|a~b|{|}|$|word|\cite{x}|\emph{so}|$x_i^2$|\title{A}"
LATEX = st.sampled_from(
    [*_MARKED.split("|"), r"\begin{itemize}", r"\end{itemize}", r"\item", r"\'e", r"\&", "%", "\\", "é"]
)


DAMAGED = r"$|$|\$|x^2|10,000|$5| | |&amp;|&amp;amp;lt;|<i>|<|\\|_{2}|\alpha|é|ﬁ|’|´|``|'|~|\url{x}|\begin{a}"


@given(st.lists(LATEX | st.sampled_from(DAMAGED.split("|")), max_size=14).map("".join))
@example(r"The sum $\Pi(x)$ of $\sum_{n}$ is $f(x), $ and $g$ of $ all")
@example(r"a low-cost (\$$<$\$100$) system")
def test_what_was_cleaned_stays_as_it_is_however_damaged_the_text_was(text):
    assert clean_text(clean_text(text)) == clean_text(text)


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        (r"top quarks ($t\bar t$) at \sqrt s=1.8 TeV, 167 \pm 10\%", r"top quarks (tt̅) at \sqrt s=1.8 TeV, 167 ± 10%"),
        (r"the sum \frac of \textbf{all} for $5 or 5%", r"the sum \frac of all for $5 or 5%"),
    ],
)
def test_a_command_without_its_argument_leaves_the_other_words_readable(raw, clean):
    assert clean_text(raw) == clean


@pytest.mark.parametrize("tilde", ["~", r"\~", r"\~{}", r"\textasciitilde{}", r"\textasciitilde ", r"$\sim$"])
def test_a_link_keeps_its_tilde_in_a_text_with_latex(tilde):
    clean = r"Code of α at http://a.org/~ann/x"
    assert clean_text(rf"Code of $\alpha$ at http://a.org/{tilde}ann/x") == clean
    assert clean_text(rf"Code of $\alpha$ at \url{{http://a.org/{tilde}ann/x}}") == clean


def test_prices_keep_their_dollars_beside_mathematics():
    assert clean_text(r"from \$5 to 10$ and $\alpha$") == "from $5 to 10$ and α"


@given(st.lists(st.tuples(LATEX, st.sampled_from(["", " "])), min_size=1, max_size=8))
def test_a_word_that_was_decoded_before_is_decoded_as_by_a_decoder_of_its_own(pieces):
    word = "".join(part for pair in pieces for part in pair)
    for decode in (_decode, _decode):
        try:
            expected = LatexNodes2Text(math_mode="text").latex_to_text(word)
        except Exception as error:
            with pytest.raises(type(error)):
                decode(word)
        else:
            assert decode(word) == expected


def test_what_one_text_declares_is_not_said_in_another():
    clean_text(r"\title{Theirs} of \author{Them}")
    assert "Theirs" not in clean_text(r"Ours \maketitle")
    assert "Ours" in clean_text(r"\title{Ours} \maketitle")
