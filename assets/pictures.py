"""Pictures of frames for Dagster's pages, drawn on a light background so that they are readable on dark pages too."""

import base64
import io
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

import dagster as dg
import polars as pl

from papersieve.assets.metadata import preview
from papersieve.pipeline.extras import MissingPackageError, needs
from papersieve.pipeline.matching.judgement import REVIEW_FROM
from papersieve.pipeline.matching.model import load_model
from papersieve.pipeline.settings import Settings
from papersieve.warehouse.answers.reasons import JUDGEMENT_NAMES
from papersieve.warehouse.plurals import counted

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.ticker import MaxNLocator

_CARD, _INK, _BLUE, _ORANGE, _GREY = "#f6f7f9", "#20242c", "#3b6fb6", "#d9822b", "#9aa3af"

_COLOURS = {"match": _BLUE, "review": _ORANGE, "non_match": _GREY}


def picture(
    draw: Callable[["Axes"], None], title: str, height: float = 3.2, width: float = 7.0
) -> dg.MarkdownMetadataValue:
    """Draw on one pair of axes. The entry has the picture, or says how to install the library that draws it."""
    try:
        with needs("plots", f"The picture “{title}”"):
            # The import takes half a second, and only a run that changed something draws.
            from matplotlib.backends.backend_agg import FigureCanvasAgg
            from matplotlib.figure import Figure
    except MissingPackageError as missing:
        return dg.MetadataValue.md(str(missing))
    figure = Figure(figsize=(width, height), facecolor=_CARD, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot(facecolor=_CARD)
    draw(axes)
    axes.set_title(title, fontsize=11, color=_INK, loc="left")
    axes.tick_params(colors=_INK, labelsize=8)
    axes.xaxis.label.set_color(_INK)
    axes.yaxis.label.set_color(_INK)
    axes.spines[["top", "right"]].set_visible(False)
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=100)  # 700 dots wide, about 20 KB
    data = base64.b64encode(file.getvalue()).decode()
    return dg.MetadataValue.md(f"![{title.replace(chr(10), ' ')}](data:image/png;base64,{data})")


def whole_numbers() -> "MaxNLocator":
    """Ticks at whole numbers, for years and revisions."""
    from matplotlib.ticker import MaxNLocator

    return MaxNLocator("auto", steps=[1, 2, 2.5, 5, 10], integer=True, min_n_ticks=1)


def _count_axis(axes: "Axes", which: Literal["x", "y"], what: str, largest: int) -> None:
    """Set up an axis of whole numbers. It is logarithmic, and labelled so, if one bar is far larger than the others."""
    is_log = largest > 1_000
    axis = getattr(axes, f"{which}axis")
    if is_log:
        getattr(axes, f"set_{which}scale")("symlog", linthresh=1)
    else:
        axis.set_major_locator(whole_numbers())
    axis.set_major_formatter("{x:,.0f}")
    axis.set_label_text(f"{what} (logarithmic scale)" if is_log else what)
    # There is space for the number at the longest bar.
    getattr(axes, f"set_{which}lim")(0, max(largest, 1) * (4 if is_log else 1.15))


def score_histogram(counts: pl.DataFrame, settings: Settings) -> dg.MarkdownMetadataValue:
    """counts: score (lower end of its step of 0.5, from -12 to 11.5), judgement, pairs.

    The thresholds are drawn as lines.
    """
    if counts.is_empty():
        return dg.MetadataValue.md("No two documents were compared.")
    of_judgement = {name: int(counts.filter(pl.col("judgement") == name)["pairs"].sum()) for name in _COLOURS}

    def draw(axes: "Axes") -> None:
        steps = pl.DataFrame({"score": [n / 2 for n in range(-24, 24)]})
        places, below = (steps["score"] + 0.25).to_list(), [0] * steps.height
        for judgement, colour in _COLOURS.items():
            of_it = counts.filter(pl.col("judgement") == judgement)
            pairs = steps.join(of_it, on="score", how="left", maintain_order="left")["pairs"].fill_null(0).to_list()
            label = f"{JUDGEMENT_NAMES[judgement]}: {counted(of_judgement[judgement], 'pair')}"
            axes.bar(places, pairs, width=0.45, bottom=below, color=colour, label=label)
            below = [a + b for a, b in zip(below, pairs, strict=True)]
        match_from = load_model().match_from(settings.wrong_share)
        for name, at, side in (("review from", REVIEW_FROM, "right"), ("match from", match_from, "left")):
            axes.axvline(at, color=_INK, linewidth=1, linestyle="--")
            axes.text(at, 1.0, f" {name} {at:+.1f} ", transform=axes.get_xaxis_transform(), fontsize=7, va="top", ha=side, color=_INK)  # fmt: skip
        _count_axis(axes, "y", "pairs of documents", max(below))
        axes.set_xlim(-12, 12)
        axes.set_xlabel("score: log-odds that the two are one paper; the outermost bars include all values beyond")
        axes.legend(fontsize=8, frameon=False, loc="upper center", bbox_to_anchor=(0.5, -0.22), ncols=3)

    return picture(draw, f"{counted(sum(of_judgement.values()), 'compared pair')} of documents by score", height=3.6)


def paper_sizes(sizes: pl.DataFrame) -> dg.MarkdownMetadataValue:
    """sizes: record_count, papers. Papers of ten or more records share one bar."""
    if sizes.is_empty():
        return dg.MetadataValue.md("There is no paper yet.")
    grouped = sizes.group_by(pl.col("record_count").clip(upper_bound=10)).agg(pl.col("papers").sum())
    found = dict(grouped.iter_rows())
    papers = [found.get(n, 0) for n in range(1, 11)]

    def draw(axes: "Axes") -> None:
        bars = axes.bar([*map(str, range(1, 10)), "10+"], papers, color=_BLUE)
        axes.bar_label(bars, [f"{n:,}" if n else "" for n in papers], fontsize=8, color=_INK)
        _count_axis(axes, "y", "papers", max(papers))
        axes.set_xlabel("records per paper")

    return picture(draw, f"{counted(sum(papers), 'paper')}, {sum(papers[1:]):,} of them listed more than once")


def records_by_year(counts: pl.DataFrame) -> dg.MarkdownMetadataValue:
    """counts: year (null if unknown), year_source, records."""
    dated = counts.drop_nulls("year")
    total, missing = (int(frame["records"].sum()) for frame in (counts, counts.filter(pl.col("year").is_null())))
    told = f"{missing:,} of {counted(total, 'record')} have no year"
    if dated.is_empty():
        return dg.MetadataValue.md(f"{told}.")

    def draw(axes: "Axes") -> None:
        below: dict[int, int] = {}
        for source, colour in (("stated", _BLUE), ("listing", _ORANGE)):
            of_it = dict(dated.filter(pl.col("year_source") == source).select("year", "records").iter_rows())
            label = {"stated": "stated by the entry", "listing": "inferred from its listing"}[source]
            bottom = [below.get(year, 0) for year in of_it]
            axes.bar(list(of_it), list(of_it.values()), bottom=bottom, color=colour, label=label)
            below |= {year: below.get(year, 0) + n for year, n in of_it.items()}
        axes.xaxis.set_major_locator(whole_numbers())
        axes.set_xlabel("year of publication")
        _count_axis(axes, "y", "records", max(below.values()))
        axes.legend(fontsize=8, frameon=False, loc="upper left")

    return picture(draw, f"records by year of publication; {told}")


def duplicate_trend(shares: pl.DataFrame) -> dg.MarkdownMetadataValue:
    """shares: revision, duplicate_share."""
    known = shares.drop_nulls()
    if known.height < 2:
        last = f"{known['duplicate_share'][0]:.1%} of the records repeat a paper. " if known.height else ""
        return dg.MetadataValue.md(f"{last}The trend is shown from the second revision on.")

    def draw(axes: "Axes") -> None:
        revisions, of_each = known["revision"].to_list(), known["duplicate_share"].to_list()
        axes.plot(revisions, of_each, color=_BLUE, marker="o", markersize=4)
        axes.set_ylim(0, max([0.1, *(1.1 * share for share in known["duplicate_share"])]))
        axes.xaxis.set_major_locator(whole_numbers())
        axes.yaxis.set_major_formatter("{x:.0%}")
        axes.set_xlabel("revision")
        axes.set_ylabel("share of the records")

    return picture(draw, f"{known['duplicate_share'][-1]:.1%} of the records repeat a paper; by revision")


def funnel(stations: dict[str, int]) -> dg.MarkdownMetadataValue:
    """Counts by name, in their order from top to bottom."""
    if not any(stations.values()):
        return dg.MetadataValue.md("There is no dump yet.")

    def draw(axes: "Axes") -> None:
        names = [name.replace("_", " ") for name in stations]
        bars = axes.barh(names, list(stations.values()), color=_BLUE)
        axes.bar_label(bars, [f" {n:,}" for n in stations.values()], fontsize=8, color=_INK)
        _count_axis(axes, "x", "number of each", max(stations.values()))
        axes.invert_yaxis()

    return picture(draw, "from lines to papers", height=3.6)


def overlap(shared: pl.DataFrame) -> dg.MarkdownMetadataValue:
    """shared: one row per pair with left_no <= right_no: left_dump, right_dump, left_no, right_no, shared_share, dumps
    (the number of all dumps).
    """
    numbers = sorted(set(shared["left_no"]) | set(shared["right_no"]))
    if len(numbers) < 2:
        return dg.MetadataValue.md("Overlap is drawn from the second dump on.")
    sides = (shared.select(f"{side}_no", f"{side}_dump").iter_rows() for side in ("left", "right"))
    names = {number: name for side in sides for number, name in side}
    place = {number: n for n, number in enumerate(numbers)}

    def draw(axes: "Axes") -> None:
        grid = [[0.0] * len(numbers) for _ in numbers]
        for left, right, share in shared.select("left_no", "right_no", "shared_share").iter_rows():
            grid[place[left]][place[right]] = grid[place[right]][place[left]] = share
        colours = axes.imshow(grid, cmap="Blues", vmin=0, vmax=1)
        whole = [names[number] for number in numbers]
        labels = [name if len(name) <= 18 else f"{name[:8]}…{name[-8:]}" for name in whole]
        axes.set_xticks(range(len(numbers)), labels, rotation=60, ha="right", rotation_mode="anchor")
        axes.set_yticks(range(len(numbers)), labels)
        if len(numbers) > 12:
            bar = axes.figure.colorbar(colours, ax=axes, format="{x:.0%}", shrink=0.6)
            bar.ax.tick_params(colors=_INK, labelsize=8)
            return
        for y, row in enumerate(grid):
            for x, share in enumerate(row):
                colour = _CARD if share > 0.5 else _INK
                axes.text(x, y, f"{share:.0%}", ha="center", va="center", fontsize=7, color=colour)

    size = 2.2 + 0.32 * max(len(numbers), 4)
    dumps = int(shared["dumps"][0])
    of_all = "" if dumps == len(numbers) else f"\nthe {len(numbers)} largest of {dumps:,} dumps"
    title = f"papers that two dumps share,\nas a share of the smaller one{of_all}"
    return picture(draw, title, height=size, width=max(size + 1, 5.5))


#: The columns shown of a record, the most records shown of a paper, and the most characters of each text.
_TOLD, _SIDE_BY_SIDE, _CELL_CHARS = ("place", "title", "abstract"), 3, 220


def side_by_side(records: pl.DataFrame) -> dg.MarkdownMetadataValue:
    """The largest papers: for each, a table with its first records side by side. records: paper_id, record_count, …"""
    parts = []
    for (_, count), found in records.group_by(["paper_id", "record_count"], maintain_order=True):
        shown = found.select(_TOLD).head(_SIDE_BY_SIDE)
        numbers = [str(number) for number in range(1, shown.height + 1)]
        table = shown.transpose(include_header=True, header_name="", column_names=numbers)
        parts.append(f"**{count:,} records of one paper**\n\n{preview(table, chars=_CELL_CHARS).md_str}")
    return dg.MetadataValue.md("\n\n".join(parts) or "none")
