-- Frame: wanted (stratum, pairs). $seed. That many pairs of each stratum, in an order that says nothing of it.
WITH drawn AS (
    SELECT *, row_number() OVER (PARTITION BY stratum ORDER BY md5(left_document_id || right_document_id || $seed)) AS place FROM estimated
)
SELECT d.left_document_id, d.right_document_id, d.stratum
FROM drawn AS d JOIN wanted AS w ON w.stratum = d.stratum AND d.place <= w.pairs
ORDER BY md5($seed || d.left_document_id || d.right_document_id);
