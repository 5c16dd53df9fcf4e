-- Records of the papers $papers, in order of ingestion.
SELECT r.record_id, r.document_id, r.paper_id, r.title, r.abstract, r.authors, r.year, r.venue, r.volume, r.issue, r.pages, r.doi, r.arxiv_id, r.pmid, r.published_date, d.name AS dump, d.listing_date, r.line_start, r.line_end
FROM records AS r JOIN dumps AS d USING (dump_id)
WHERE list_contains($papers, r.paper_id)
ORDER BY d.dump_no, r.ordinal;
