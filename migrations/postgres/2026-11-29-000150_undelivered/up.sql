-- A result that WeChat did not deliver is told by telephone. fallback_at says when that was settled, whether a call was made
-- or none was needed; until then the notice stands in the index. The words are those of store/pushes/undelivered.rs.
ALTER TABLE pushes ADD COLUMN fallback_at BIGINT;
CREATE INDEX pushes_undelivered ON pushes (ended_at, id) WHERE fallback_at IS NULL
    AND kind IN ('registration_reviewed', 'binding_reviewed', 'appointment_reviewed', 'password_reset_done')
    AND (state IN ('refused', 'expired') OR (state = 'cancelled' AND reason IN ('unsubscribed', 'blocked', 'signed_out', 'replaced'))
        OR (state = 'sent' AND receipt IN ('user_block', 'system_failed')));
