-- Publications that their unit wrote or corrected at its desk: an import does not replace them.
CREATE TABLE desk_publications (
    external_id TEXT NOT NULL PRIMARY KEY,
    -- The fingerprint of what stood there before; none when nothing did, or when nobody noted it.
    replaced TEXT,
    taken_at BIGINT NOT NULL
);
INSERT INTO desk_publications (external_id, replaced, taken_at)
SELECT external_id, NULL, MIN(updated_at) FROM publication_drafts WHERE approved_by IS NOT NULL GROUP BY external_id;
