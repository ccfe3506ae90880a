DELETE FROM counters WHERE name = 'case_imports';
DROP TABLE import_rows;
DROP TABLE import_batches;
