DROP INDEX audit_seq;
CREATE UNIQUE INDEX audit_seq ON audit (seq);
