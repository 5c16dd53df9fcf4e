-- Frame: pair (left_document_id, right_document_id), one row. Both documents: text and facts of the record listed first, and every listing.
SELECT r.document_id, arg_min(r.title, (d.dump_no, r.ordinal)) AS title, arg_min(r.abstract, (d.dump_no, r.ordinal)) AS abstract,
       min(r.published_date) AS published_date, max(r.author_count) AS author_count, any_value(r.organisation) AS organisation,
       any_value(r.paper_id) AS paper_id, any_value(p.record_count) AS paper_records,
       list({'dump': d.name, 'listing': d.listing, 'listing_date': d.listing_date, 'line_start': r.line_start, 'line_end': r.line_end}
            ORDER BY d.dump_no, r.ordinal) AS listings
FROM records AS r
JOIN dumps AS d USING (dump_id)
JOIN papers AS p USING (paper_id)
WHERE r.document_id IN (SELECT unnest([left_document_id, right_document_id]) FROM pair)
GROUP BY r.document_id;
