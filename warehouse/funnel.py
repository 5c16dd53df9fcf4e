"""The funnel: the counts at each step from files to papers."""

#: The store's measures in the funnel, with their descriptions.
FUNNEL = {
    "dumps": "files read as dumps",
    "lines": "lines in them, all accounted for",
    "records": "entries found in them",
    "rejected_lines": "lines not read, with the reason",
    "quarantined": "entries that break their contract",
    "documents": "distinct contents of the good records",
    "candidate_pairs": "pairs of records compared",
    "matches": "compared pairs that are one paper",
    "papers": "distinct papers",
}
