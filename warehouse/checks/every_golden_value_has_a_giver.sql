-- severity: error
-- Each value of a paper names a record of that same paper which gave it.
WITH golden AS (
    SELECT paper_id, unnest(['title', 'abstract', 'published_date', 'author_count', 'organisation', 'comment_count', 'urls', 'code_urls',
                             'authors', 'venue', 'volume', 'pages', 'year', 'doi', 'arxiv_id', 'categories']) AS column_name,
           unnest([title IS NOT NULL, abstract IS NOT NULL, published_date IS NOT NULL, author_count IS NOT NULL,
                   organisation IS NOT NULL, comment_count IS NOT NULL, len(urls) > 0, len(code_urls) > 0,
                   authors IS NOT NULL, venue IS NOT NULL, volume IS NOT NULL, pages IS NOT NULL, year IS NOT NULL,
                   doi IS NOT NULL, arxiv_id IS NOT NULL, len(categories) > 0]) AS has_value
    FROM papers
)
SELECT g.paper_id, g.column_name, g.has_value, count(r.record_id) AS givers
FROM golden AS g
LEFT JOIN paper_lineage AS l USING (paper_id, column_name)
LEFT JOIN records AS r ON r.record_id = l.record_id AND r.paper_id = l.paper_id
GROUP BY g.paper_id, g.column_name, g.has_value
HAVING g.has_value <> (count(r.record_id) > 0);
