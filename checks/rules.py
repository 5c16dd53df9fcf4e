"""Columns and rules of a table, and the polars expressions that are made from them.

Polars is imported only to look at a frame, so commands that only need the meanings of columns don't load it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
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


#: A reason code, and whether each row keeps the rule that it stands for; never null.
Verdict = tuple[str, "pl.Expr"]

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

    def verdicts(self) -> "list[Verdict]":
        """The verdicts on each row."""
        found = [_verdict(rule) for rule in self.checked()]
        if not self.is_nullable:
            found.append((f"{self.name}_missing", self.values.is_not_null()))
        if self.is_unique:
            found.append((f"{self.name}_repeated", self.values.is_unique()))
        return found


def _verdict(rule: Rule) -> "Verdict":
    return rule.code, rule.holds.fill_null(True)


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
    def verdicts(self) -> "list[Verdict]":
        """The verdicts on each row of a frame."""
        of_columns = [verdict for column in self.columns.values() for verdict in column.verdicts()]
        return [*of_columns, *map(_verdict, self.checked())]

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
