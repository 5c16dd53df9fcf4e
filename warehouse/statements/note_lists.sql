-- Frame: lists (dump_id, lists_once).
UPDATE dumps SET lists_once = l.lists_once FROM lists AS l WHERE dumps.dump_id = l.dump_id;
