-- severity: error
-- Each value of a paper names a record of that same paper which gave it.
-- Columns are bits of a number, in the order of `names`: eighteen rows for each paper would not fit in memory for millions.
WITH named AS (
    SELECT ['title', 'abstract', 'published_date', 'author_count', 'organisation', 'comment_count', 'urls', 'code_urls',
            'authors', 'venue', 'volume', 'pages', 'year', 'doi', 'arxiv_id', 'categories', 'issue', 'pmid'] AS names
),
givers AS (
    SELECT l.paper_uuid, bit_or(1 << (list_position(n.names, l.column_name) - 1)) AS given
    FROM paper_lineage AS l SEMI JOIN records AS r ON r.record_id = l.record_id AND r.paper_id = l.paper_id, named AS n
    GROUP BY l.paper_uuid
),
compared AS (
    SELECT p.paper_id, coalesce(g.given, 0) AS given,
           if(title IS NOT NULL, 1 << 0, 0) + if(abstract IS NOT NULL, 1 << 1, 0) + if(published_date IS NOT NULL, 1 << 2, 0) +
           if(author_count IS NOT NULL, 1 << 3, 0) + if(organisation IS NOT NULL, 1 << 4, 0) + if(comment_count IS NOT NULL, 1 << 5, 0) +
           if(len(urls) > 0, 1 << 6, 0) + if(len(code_urls) > 0, 1 << 7, 0) + if(authors IS NOT NULL, 1 << 8, 0) +
           if(venue IS NOT NULL, 1 << 9, 0) + if(volume IS NOT NULL, 1 << 10, 0) + if(pages IS NOT NULL, 1 << 11, 0) +
           if(year IS NOT NULL, 1 << 12, 0) + if(doi IS NOT NULL, 1 << 13, 0) + if(arxiv_id IS NOT NULL, 1 << 14, 0) +
           if(len(categories) > 0, 1 << 15, 0) + if(issue IS NOT NULL, 1 << 16, 0) + if(pmid IS NOT NULL, 1 << 17, 0) AS valued
    FROM papers AS p LEFT JOIN givers AS g USING (paper_uuid)
)
SELECT c.paper_id, list_filter(n.names, lambda name, place: c.valued >> (place - 1) & 1 = 1) AS with_value,
       list_filter(n.names, lambda name, place: c.given >> (place - 1) & 1 = 1) AS with_giver
FROM compared AS c, named AS n
WHERE c.valued <> c.given;
