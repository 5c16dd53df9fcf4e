-- severity: error
-- The lineage of each value of a paper names a record of that paper.
-- All columns of papers are checked, except ids, counts and those that come with another column's value. Each is a bit
-- of a number, in the order of `names`: one row per paper and column would not fit in memory for millions of papers.
WITH named AS (
    SELECT list(column_name ORDER BY column_index) AS names FROM duckdb_columns()
    WHERE database_name = current_database() AND table_name = 'papers'
      AND column_name NOT IN ('paper_id', 'paper_uuid', 'date_precision', 'year_source', 'arxiv_version',
                              'record_count', 'document_count', 'dump_count')
),
givers AS (
    SELECT l.paper_uuid, bit_or(1 << (list_position(n.names, l.column_name) - 1)) AS given
    FROM paper_lineage AS l SEMI JOIN records AS r ON r.record_id = l.record_id AND r.paper_id = l.paper_id, named AS n
    GROUP BY l.paper_uuid
),
shown AS (  -- an empty list is not a value
    SELECT paper_id, paper_uuid,
           COLUMNS(* EXCLUDE (paper_id, paper_uuid, date_precision, year_source, arxiv_version,
                              record_count, document_count, dump_count))::VARCHAR <> '[]'
    FROM papers
),
valued AS (
    SELECT paper_id, paper_uuid, list_value(*COLUMNS(* EXCLUDE (paper_id, paper_uuid))) AS has_value FROM shown
),
compared AS (
    SELECT v.paper_id, coalesce(g.given, 0) AS given,
           list_sum([if(has_one, 1 << (place - 1), 0) for has_one, place in v.has_value])::BIGINT AS valued
    FROM valued AS v LEFT JOIN givers AS g USING (paper_uuid)
)
SELECT c.paper_id, list_filter(n.names, lambda name, place: c.valued >> (place - 1) & 1 = 1) AS with_value,
       list_filter(n.names, lambda name, place: c.given >> (place - 1) & 1 = 1) AS with_giver
FROM compared AS c, named AS n
WHERE c.valued <> c.given;
