-- The funnel and the shares, one row a measure. Pairs are counted between records, as in `duplicate_pairs`.
WITH counts AS (
    SELECT
        (SELECT count(*) FROM dumps) AS dumps,
        (SELECT coalesce(sum(lines), 0) FROM dumps) AS lines,
        (SELECT count(*) FROM records) + (SELECT count(*) FROM quarantined_records) AS records,
        (SELECT count(*) FROM rejected_lines) AS rejected_lines,
        (SELECT count(*) FROM quarantined_records) AS quarantined,
        (SELECT count(*) FROM records) AS good_records,
        (SELECT count(*) FROM documents) AS documents,
        (SELECT count(*) FROM pairs) AS document_pairs,
        (SELECT count(*) FROM pairs WHERE judgement = 'match') AS document_matches,
        (SELECT count(*) FROM pairs WHERE judgement = 'review') AS reviews,
        (SELECT count(*) FROM papers) AS papers,
        (SELECT count(*) FROM papers WHERE record_count > 1) AS repeated_papers,
        (SELECT coalesce(max(record_count), 0) FROM papers) AS largest_paper_records,
        (SELECT count(*) FROM hot_buckets) AS hot_buckets,
        (SELECT count(*) FROM unreadable_dumps) AS unreadable_dumps
)
UNPIVOT (
    SELECT
        dumps::DOUBLE AS dumps, lines::DOUBLE AS lines, records::DOUBLE AS records,
        rejected_lines::DOUBLE AS rejected_lines, quarantined::DOUBLE AS quarantined, documents::DOUBLE AS documents,
        (document_pairs + good_records - documents)::DOUBLE AS candidate_pairs,
        (document_matches + good_records - documents)::DOUBLE AS matches,
        reviews::DOUBLE AS reviews, papers::DOUBLE AS papers, repeated_papers::DOUBLE AS repeated_papers,
        largest_paper_records::DOUBLE AS largest_paper_records, hot_buckets::DOUBLE AS hot_buckets,
        unreadable_dumps::DOUBLE AS unreadable_dumps,
        CASE WHEN lines > 0 THEN rejected_lines / lines ELSE 0 END AS rejected_line_share,
        CASE WHEN records > 0 THEN quarantined / records ELSE 0 END AS quarantined_share,
        CASE WHEN good_records > 0 THEN 1 - papers / good_records ELSE 0 END AS duplicate_share
    FROM counts
) ON COLUMNS(*) INTO NAME measure VALUE value;
