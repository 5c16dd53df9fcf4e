"""The funnel: what is counted on the way from files to papers."""

#: Measures of the store, in the order of the way: the funnel from files to papers.
FUNNEL = {
    "dumps": "files read as dumps",
    "lines": "lines in them, each with a fate",
    "records": "entries found in them",
    "rejected_lines": "lines that are part of no record",
    "quarantined": "records kept apart, with the reason",
    "documents": "distinct contents of the others",
    "candidate_pairs": "pairs of records compared",
    "matches": "compared pairs of one paper",
    "papers": "distinct papers",
}
