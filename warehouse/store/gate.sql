-- name: dump_shares
-- One row per dump: its lines and entries, how many of each can't be used, and the most frequent reason.
SELECT d.dump_id, l.name, d.lines, coalesce(j.rejected_lines, 0) AS rejected_lines, coalesce(e.entries, 0) AS entries,
       coalesce(e.quarantined, 0) AS quarantined, e.reason, d.dump_id IN (SELECT dump_id FROM accepted_dumps) AS is_accepted
FROM dumps AS d
JOIN (SELECT dump_id, min(name) AS name FROM dump_locations GROUP BY dump_id) AS l USING (dump_id)
LEFT JOIN (SELECT dump_id, count(*) AS rejected_lines FROM rejected_lines GROUP BY dump_id) AS j USING (dump_id)
LEFT JOIN (
    SELECT dump_id, count(*) AS entries, count(reason) AS quarantined, mode(reason) AS reason
    FROM (
        SELECT dump_id, NULL AS reason FROM records
        UNION ALL
        SELECT dump_id, nullif(reason_codes[1], 'dump_held_back') FROM quarantined_records
    )
    GROUP BY dump_id
) AS e USING (dump_id)
ORDER BY d.dump_no;

-- name: hold_back
-- Frame: failing (dump_id, reason_code, message). These dumps, and no others, are held back from now on. A dump that is
-- let in counts as ingested now; one that is held back counts as withdrawn for everything derived.
CREATE TEMP TABLE moved AS
SELECT (SELECT coalesce(max(seq), 0) FROM dump_ledger) + row_number() OVER (ORDER BY d.dump_no) AS seq, action, dump_id
FROM (
    SELECT dump_id, 'hold' AS action FROM failing WHERE dump_id NOT IN (SELECT dump_id FROM held_back_dumps)
    UNION ALL
    SELECT dump_id, 'let_in' FROM held_back_dumps WHERE dump_id NOT IN (SELECT dump_id FROM failing)
) JOIN dumps AS d USING (dump_id);
INSERT INTO dump_ledger BY NAME
SELECT m.*, (SELECT min(location) FROM dump_locations AS l WHERE l.dump_id = m.dump_id) AS location,
       (now() AT TIME ZONE 'UTC') AS recorded_at
FROM moved AS m;
UPDATE dumps SET lists_once = NULL, dump_no = CASE m.action WHEN 'let_in' THEN m.seq ELSE dump_no END
FROM moved AS m WHERE dumps.dump_id = m.dump_id;
INSERT INTO changes SELECT (SELECT coalesce(max(revision), 0) + 1 FROM revisions), 'dump', dump_id FROM moved;
DELETE FROM held_back_dumps;
INSERT INTO held_back_dumps BY NAME FROM failing;

INSERT INTO pending
SELECT DISTINCT 'documents', document_id FROM records WHERE dump_id IN (SELECT dump_id FROM held_back_dumps);
INSERT INTO quarantined_records BY NAME
SELECT * EXCLUDE (document_uuid), ['dump_held_back'] AS reason_codes FROM records WHERE dump_id IN (SELECT dump_id FROM held_back_dumps);
DELETE FROM records WHERE dump_id IN (SELECT dump_id FROM held_back_dumps);

CREATE TEMP TABLE freed AS
SELECT * EXCLUDE (reason_codes) FROM quarantined_records
WHERE reason_codes = ['dump_held_back'] AND dump_id NOT IN (SELECT dump_id FROM held_back_dumps);
DELETE FROM quarantined_records WHERE record_id IN (SELECT record_id FROM freed);
INSERT INTO records BY NAME SELECT *, document_id::UUID AS document_uuid FROM freed;
INSERT INTO pending SELECT DISTINCT 'documents', document_id FROM freed;
DROP TABLE freed;
DROP TABLE moved;

-- name: held_back_dumps
-- One row per place of a dump that is held back, with the reason and the remedy.
SELECT l.name, l.location, h.dump_id, h.reason_code, h.message
FROM held_back_dumps AS h JOIN dump_locations AS l USING (dump_id) ORDER BY l.location;

-- name: accept_dumps
-- Frame: accepted (dump_id, location). They are never held back, until they are withdrawn.
INSERT INTO accepted_dumps BY NAME SELECT dump_id, (now() AT TIME ZONE 'UTC') AS accepted_at FROM accepted;
INSERT INTO dump_ledger BY NAME
SELECT (SELECT coalesce(max(seq), 0) FROM dump_ledger) + row_number() OVER (ORDER BY location) AS seq,
       'accept' AS action, dump_id, location, (now() AT TIME ZONE 'UTC') AS recorded_at
FROM accepted;

-- name: accepted_dumps
SELECT dump_id FROM accepted_dumps;

-- name: has_entries
SELECT $dump_id IN (SELECT dump_id FROM records UNION ALL SELECT dump_id FROM quarantined_records);
