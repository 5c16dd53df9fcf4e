"""What to do if a check or a measure fails, by its name, in terms of commands.

A check that is not listed fails only because of a fault in the software.
"""

_READ = "inspect the files that they came from with `papersieve inspect FILE`"

REMEDIES = {
    "unreadable_dumps": "`papersieve status` lists these files and what is wrong with them. Repair or remove them, or rename them so that their names start with `_`, and run again.",
    "rejected_line_share": f"A dump may have a new layout. The table rejected_lines holds the lines; {_READ}.",
    "quarantined_share": f"The table quarantined_records gives the reasons in its column reason_codes; {_READ}.",
    "held_back_dumps": "The other dumps are published. `papersieve status` says what is wrong with these. Replace them with complete files, or accept them as they are with `papersieve run FILE --accept DUMP`.",
    "hot_buckets": "Look at the table hot_buckets. Many abstracts may share the same boilerplate. The setting bucket_cap sets how many documents are too many.",
    "duplicate_share": "Nearly all records repeat others. Check that this is the folder you meant.",
    "largest_paper_records": "Look at the records of this paper. Boilerplate in place of abstracts can merge many papers into one.",
    "records_drift": "Look at the latest dumps. One may have added or removed far more records than usual.",
    "every_abstract_is_said_once": "Compare two of the papers with `papersieve explain ID ID`. If they are one paper, say so in `papersieve review`.",
    "no_paper_has_two_arxiv_ids": "`papersieve explain ID` shows which matches connect the records. A person can decide that they are one paper.",
}

OF_SOFTWARE = "This is a fault of papersieve, not of your data. `papersieve rebuild` derives everything again. Please report the fault, with the rows above."


def remedy(name: str) -> str:
    """What to do if the check or the measure with this name fails."""
    return REMEDIES.get(name, OF_SOFTWARE)
