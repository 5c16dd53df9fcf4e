"""Columns and rules of a table, and the polars expressions and the pandera schema that are made from them.

Polars is imported only to look at a frame, so commands that only need the meanings of columns don't load it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandera.polars as pa
    import polars as pl

#: A polars type, as written in a schema.
Type = Any

#: The types of columns, as SQL names them.
TEXT, TEXTS, WHOLE, NUMBER, DATE, TRUTH = "VARCHAR", "VARCHAR[]", "BIGINT", "DOUBLE", "DATE", "BOOLEAN"


@dataclass(frozen=True)
class Rule:
    """A rule for every row of a table. A null verdict passes: a missing value breaks no rule.

    code: the reason code of a row that breaks the rule. holds: the verdict on each row. meaning: the rule in words.
    is_notice: a row that breaks the rule is kept, and a notice with this code reports it.
    """

    code: str
    holds: "pl.Expr"
    meaning: str
    is_notice: bool = False


#: Makes a rule from the values of a column.
ColumnRule = Callable[["pl.Expr"], Rule]
ColumnRules = tuple[ColumnRule, ...]

#: Makes the rules over several columns of a table.
RowRules = Callable[[], tuple[Rule, ...]]


@dataclass(frozen=True)
class Golden:
    """How a paper's value is chosen from those of its records.

    rule: a survivorship rule of `pipeline.merging.golden`, as the lineage names it; or `union`; or `with COLUMN`: the
    value of the record that gave that column. meaning: the meaning of the chosen value.
    """

    rule: str
    meaning: str

    @property
    def leader(self) -> str | None:
        """The column whose record also gives this value; None if the column has its own rule."""
        return self.rule.removeprefix("with ") if self.rule.startswith("with ") else None

    @property
    def is_union(self) -> bool:
        """Whether the values of all records are kept."""
        return self.rule == "union"


@dataclass(frozen=True)
class Column:
    """A column of a table.

    kind: `TEXT` and so on. is_nullable: whether a value may be missing. is_unique: whether all values must differ.
    golden: for a column of records, how its value in papers is chosen; None if papers don't have it. made_of: for a
    derived column, its sources as `table.column`, separated by spaces.
    """

    name: str
    kind: str
    meaning: str
    rules: ColumnRules = ()
    is_nullable: bool = False
    is_unique: bool = False
    golden: Golden | None = None
    made_of: str = ""

    @property
    def sources(self) -> list[tuple[str, str]]:
        """(table, column) of each source."""
        return [(table, column) for table, column in (made.split(".") for made in self.made_of.split())]

    @property
    def values(self) -> "pl.Expr":
        """The column's values in a frame."""
        import polars as pl

        return pl.col(self.name)

    def every_rule(self) -> list[Rule]:
        """All rules of the column, notices included."""
        return [rule(self.values) for rule in self.rules]

    def checked(self) -> list[Rule]:
        """The column's rules that keep rows out."""
        return [rule for rule in self.every_rule() if not rule.is_notice]

    def verdicts(self) -> "list[pl.Expr]":
        """Verdicts on the whole column, one for each rule."""
        found = [rule.holds.all() for rule in self.checked()]
        if not self.is_nullable:
            found.append(self.values.null_count() == 0)
        if self.is_unique:
            found.append(self.values.is_unique().all())
        return found


def said(
    name: str,
    kind: str,
    meaning: str,
    survivorship: str = "",
    of_papers: str = "",
    rules: ColumnRules = (),
    *,
    is_nullable: bool = True,
) -> Column:
    """A column that a record may fill. of_papers: the meaning of the value that the survivorship rule chooses."""
    golden = Golden(survivorship, of_papers) if survivorship else None
    return Column(name, kind, meaning, rules, is_nullable=is_nullable, golden=golden)


@dataclass(frozen=True)
class Contract:
    """The contract of a table: its name, what one row is, its columns by name, and the rules over several columns."""

    table: str
    description: str
    columns: Mapping[str, Column]
    rules: RowRules = tuple

    @cached_property
    def schema(self) -> dict[str, Type]:
        """The type of each column."""
        import polars as pl

        types = (pl.String, pl.List(pl.String), pl.Int64, pl.Float64, pl.Date, pl.Boolean)
        of_kinds = dict(zip((TEXT, TEXTS, WHOLE, NUMBER, DATE, TRUTH), types, strict=True))
        return {name: of_kinds[column.kind] for name, column in self.columns.items()}

    @cached_property
    def verdicts(self) -> "list[pl.Expr]":
        """Verdicts on a whole frame, one for each rule."""
        of_columns = [verdict for column in self.columns.values() for verdict in column.verdicts()]
        return [*of_columns, *(rule.holds.all() for rule in self.checked())]

    def every_rule(self) -> list[Rule]:
        """All rules, of single columns and over several, notices included."""
        return [*(rule for column in self.columns.values() for rule in column.every_rule()), *self.rules()]

    def checked(self) -> list[Rule]:
        """The rules over several columns that keep rows out."""
        return [rule for rule in self.rules() if not rule.is_notice]

    def empty(self) -> "pl.DataFrame":
        """The table without rows."""
        import polars as pl

        return pl.DataFrame(schema=self.schema)

    def broken_columns(self, frame: "pl.DataFrame") -> set[str]:
        """The columns that break a rule, found in one query: none if every row keeps every rule, all columns if their
        names or types differ from the contract.
        """
        if dict(frame.schema) != self.schema:
            return set(self.columns)
        if frame.is_empty():
            return set()
        kept = frame.select(verdict.alias(str(place)) for place, verdict in enumerate(self.verdicts)).row(0)
        broken = [verdict for verdict, is_kept in zip(self.verdicts, kept, strict=True) if not is_kept]
        return {name for verdict in broken for name in verdict.meta.root_names()}

    def pandera(self, named: set[str] | None = None) -> "pa.DataFrameSchema":
        """The pandera schema of the contract, which finds the rows that break each rule. named: check only these
        columns, of a frame that has all.

        Pandera is imported here, because its import takes longer than all others, and nearly every frame keeps its
        contract.
        """
        import pandera.polars as pa

        def check(rule: Rule) -> pa.Check:
            verdict = rule.holds.fill_null(True)
            return pa.Check(lambda data: data.lazyframe.select(verdict), name=rule.code, description=rule.meaning)

        columns = {
            name: pa.Column(
                self.schema[name],
                [check(rule) for rule in column.checked()],
                nullable=column.is_nullable,
                unique=column.is_unique,
                description=column.meaning,
            )
            for name, column in self.columns.items()
            if named is None or name in named
        }
        checks = [check(rule) for rule in self.checked()]
        strict = len(columns) == len(self.columns)
        return pa.DataFrameSchema(columns, checks=checks, strict=strict, ordered=False, description=self.description)


def table(name: str, description: str, *columns: Column, rules: RowRules = tuple) -> Contract:
    """Make the contract of a table."""
    return Contract(name, description, {column.name: column for column in columns}, rules)


def told(rule: ColumnRule) -> ColumnRule:
    """Turn a column's rule into a notice: a value that breaks it is kept."""
    return lambda value: replace(rule(value), is_notice=True)


def at_least(low: float) -> ColumnRule:
    """Values are at least `low`."""
    return lambda value: Rule("greater_than_or_equal_to", value >= low, f"at least {low}")


def between(low: Any, high: Any, code: str = "in_range") -> ColumnRule:
    """Values are between the two, or equal to one of them."""
    return lambda value: Rule(code, (value >= low) & (value <= high), f"from {low} to {high}")


def one_of(*values: str) -> ColumnRule:
    """Values are one of these."""
    return lambda value: Rule("isin", value.is_in(values), f"one of {', '.join(values)}")


def matches(pattern: str, code: str, meaning: str) -> ColumnRule:
    """Texts match the pattern."""
    return lambda value: Rule(code, value.str.contains(pattern), meaning)


def at_most_chars(most: int, code: str) -> ColumnRule:
    """Texts have at most this many characters."""
    return lambda value: Rule(code, value.str.len_chars() <= most, f"at most {most:,} characters")


def not_repeated(code: str) -> ColumnRule:
    """No value of the column occurs twice. Has its own reason code."""
    return lambda value: Rule(code, ~value.is_duplicated(), "unique")
