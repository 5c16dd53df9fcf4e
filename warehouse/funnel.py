"""The funnel: what is counted on the way from files to papers."""

#: Measures of the store, in the order of the way: the funnel from files to papers.
FUNNEL = {
    "dumps": "files read as dumps",
    "lines": "lines in them, all accounted for",
    "records": "entries found in them",
    "rejected_lines": "lines that are part of no record",
    "quarantined": "records set aside, with the reason",
    "documents": "distinct contents of the other records",
    "candidate_pairs": "pairs of records compared",
    "matches": "compared pairs that are one paper",
    "papers": "distinct papers",
}
