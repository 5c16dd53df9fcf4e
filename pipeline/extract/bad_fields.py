"""Implausible field values: they become null, with a notice, and the entry is kept."""

import polars as pl

from papersieve.checks.record_columns import EARLIEST_DATE, LATEST_DATE, MAX_ABSTRACT_CHARS, MAX_TITLE_CHARS
from papersieve.pipeline.extract.shared.other_fields import LEFT_OUT

_DATE = ("year", "published_date", "date_precision", "year_source")
_MAX_AUTHORS = 100_000

#: (notice code, condition for a bad field, columns that become null, message)
_RULES: tuple[tuple[str, pl.Expr, tuple[str, ...], str], ...] = (
    (
        "year_implausible",
        ~pl.col("year").is_between(EARLIEST_DATE.year, LATEST_DATE.year),
        _DATE,
        f"expected years from {EARLIEST_DATE.year} to {LATEST_DATE.year}; entries with another one are kept without a date",
    ),
    (
        "date_unreadable",
        pl.col("published_raw").is_not_null() & pl.col("date_precision").is_null(),
        (),
        "expected dates that can be read; entries with another one are kept without a date, and published_raw has it",
    ),
    (
        "author_count_implausible",
        ~pl.col("author_count").is_between(1, _MAX_AUTHORS),
        ("author_count",),
        f"expected 1 to {_MAX_AUTHORS:,} authors; entries with another number are kept without it",
    ),
    (
        "comment_count_implausible",
        pl.col("comment_count") < 0,
        ("comment_count",),
        "expected no negative number of comments; entries with one are kept without it",
    ),
    (
        "title_too_long",
        pl.col("title_raw").str.len_chars() > MAX_TITLE_CHARS,
        (),
        f"titles of more than {MAX_TITLE_CHARS:,} characters are cut; title_raw has all of them",
    ),
    (
        "abstract_too_long",
        pl.col("abstract_raw").str.len_chars() > MAX_ABSTRACT_CHARS,
        (),
        f"abstracts of more than {MAX_ABSTRACT_CHARS:,} characters are cut; abstract_raw has all of them",
    ),
    (
        "other_fields_too_large",
        pl.col("other_fields").str.starts_with(f'{{"{LEFT_OUT}":'),
        (),
        "fields without a column are kept up to max_other_chars characters an entry; those left out are named in other_fields",
    ),
)


def without_bad_fields(
    records: pl.DataFrame, told: dict[str, set[str]]
) -> tuple[pl.DataFrame, list[tuple[str, int, str, str]]]:
    """Records with implausible values set to null, and notices as rows (dump_id, line, code, message).

    Each dump gets one notice per code, about the first such record, unless the code is in `told`, to which it is added.
    """
    broken = records.select(is_bad.fill_null(value=False).alias(code) for code, is_bad, _, _ in _RULES)
    notices = []
    for code, _, columns, message in _RULES:
        if not broken[code].any():
            continue
        firsts = records.filter(broken[code]).unique("dump_id", keep="first", maintain_order=True)
        for dump_id, line in firsts.select("dump_id", "line_start").iter_rows():
            if code not in told[dump_id]:
                told[dump_id].add(code)
                notices.append((dump_id, line, code, message))
        records = records.with_columns(
            pl.when(pl.lit(broken[code])).then(None).otherwise(pl.col(c)).alias(c) for c in columns
        )
    return records, notices
