DROP TABLE access_tokens;
DROP TABLE push_lane;
DROP TABLE push_blocks;
DROP TABLE push_receipts;
DROP TABLE push_attempts;
DROP TABLE pushes;
DELETE FROM counters WHERE name = 'push_blocks';
