"""Strategies for rows: each compared column has a value, no value, or the same value in another form."""

from hypothesis import strategies as st

some_words = st.lists(
    st.sampled_from(
        ["deep", "graph", "on", "the", "a", "of", "part", "i", "ii", "2", "3", "erratum", "editorial", "learning", "networks", "2001", "β", "中"]
    ),
    max_size=6,
)  # fmt: skip
names = st.lists(
    st.sampled_from(["Smith, J.", "Jane Smith", "Li Wu", "Q. J. Zhai", "Zhai QJ", "et al", "李明", "A."]), max_size=3
)
rows = st.fixed_dictionaries(
    {
        "title": some_words.map(" ".join),
        "abstract": st.one_of(st.just(""), some_words.map(lambda w: " ".join(w * 8))),
        "authors": names.map(" and ".join),
        "date": st.sampled_from(["", "1999", "(2001),", "2001-03-04", "no year"]),
        "venue": st.sampled_from(
            ["", "Curr Opin Lipidol", "Current Opinion in Lipidology", "Proc. of the VLDB", "VLDB", "J. ACM", "of the", "arXiv"]
        ),
        "volume": st.sampled_from(["", "12", "012 (3)", "x", "13"]),
        "issue": st.sampled_from(["", "3", "MAR", "4"]),
        "pages": st.sampled_from(["", "221-8", "221-228", "06-Oct", "6-10", "e12"]),
        "doi": st.sampled_from(["", "10.1000/x", "https://doi.org/10.1000/X", "10.1000/y", "10.48550/arXiv.2101.00001"]),
        "arxiv_id": st.sampled_from(["", "2101.00001v2", "arXiv:2101.00001", "2101.00002"]),
        "pmid": st.sampled_from(["", "11", "12"]),
    }
)  # fmt: skip
tables = st.lists(rows, max_size=7)
