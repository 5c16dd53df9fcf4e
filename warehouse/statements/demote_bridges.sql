-- Frame: new_bridges (left_no, right_no, rule). A match that the audit cut is left to a person.
UPDATE pairs SET judgement = 'review', rule = b.rule
FROM new_bridges AS b WHERE pairs.left_no = b.left_no AND pairs.right_no = b.right_no;
