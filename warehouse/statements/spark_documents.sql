-- Frame: chosen (document_id, place); spark_documents: what Spark made of the dumps in which these documents stand. What is said
-- in them, numbered on from the last document, with their keys. A document that stands in several dumps is alike in each.
SELECT (SELECT coalesce(max(document_no), 0) FROM documents) + c.place AS document_no, s.*
FROM chosen AS c JOIN spark_documents AS s USING (document_id)
QUALIFY row_number() OVER (PARTITION BY c.place) = 1
ORDER BY c.place;
