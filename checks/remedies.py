"""What to do where a check or a measure fails, by its name, in commands;
a check that is not here fails only by a fault of the software.
"""

_READ = "look at the files that brought it with `papersieve inspect FILE`"

REMEDIES = {
    "unreadable_dumps": "`papersieve status` names these files and what is wrong. Repair or remove them, and run again.",
    "rejected_line_share": f"Is the layout of a dump a new one? The table rejected_lines has the lines; {_READ}.",
    "quarantined_share": f"The table quarantined_records says why in its column reason_codes; {_READ}.",
    "held_back_dumps": "The other dumps are published. `papersieve status` says what is wrong with these. Replace them by whole files, or take them as they are with `papersieve run FILE --accept DUMP`.",
    "hot_buckets": "Look at the table hot_buckets. Do many abstracts have the same boilerplate? The setting bucket_cap says how many documents are too many.",
    "duplicate_share": "Is this the folder that you meant? Nearly all of its records repeat others.",
    "largest_paper_records": "Look at the records of this paper. Boilerplate in place of abstracts can make one paper of many.",
    "records_drift": "Look at the last dumps. Did one bring or lose far more records than usual?",
    "every_abstract_is_said_once": "Compare two of the papers with `papersieve explain ID ID`. If they are one, say so in `papersieve review`.",
    "no_paper_has_two_arxiv_ids": "`papersieve explain ID` shows what holds the records together. A person may decide that they are one paper.",
}

OF_SOFTWARE = "This is a fault of papersieve, not of your data. `papersieve rebuild` derives everything anew; please report it, with the rows above."


def remedy(name: str) -> str:
    """What to do where the check or the measure of this name fails."""
    return REMEDIES.get(name, OF_SOFTWARE)
