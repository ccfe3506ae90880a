DELETE FROM audit_words WHERE word LIKE 'staff:%';
