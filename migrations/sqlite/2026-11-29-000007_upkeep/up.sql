-- What the console says in place of the files: notice templates, answers, holidays, texts of laws. Every version is kept;
-- the highest one counts. A version without a value means: as in the file again.
CREATE TABLE settings_overrides (
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    version BIGINT NOT NULL,
    value TEXT,
    changed_by TEXT NOT NULL,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (kind, key, version)
);

-- What people added to a unit by hand; an import of the official table leaves it alone.
CREATE TABLE unit_details (
    unit_id TEXT NOT NULL PRIMARY KEY,
    phone TEXT,
    aliases TEXT NOT NULL,
    code_aliases TEXT NOT NULL,
    updated_at BIGINT NOT NULL
);

-- Changes of units: planned, done, cancelled or failed. Nothing is ever deleted here.
CREATE TABLE unit_changes (
    id BIGINT NOT NULL PRIMARY KEY,
    public_id TEXT NOT NULL UNIQUE,
    unit_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    -- The name that the unit had when the change was written down, and once more when it was done.
    old_name TEXT NOT NULL,
    -- The new name, the successor's unit_id, an alias or a telephone number.
    value TEXT NOT NULL,
    -- The new name of the area, with a new name of the unit.
    area_name TEXT NOT NULL,
    -- What it rests on, for instance the number of a decision.
    basis TEXT NOT NULL,
    effective_on TEXT NOT NULL,
    state TEXT NOT NULL,
    -- Texts that meant the unit before, parted by |.
    former TEXT NOT NULL,
    reason TEXT,
    made_by TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    ended_at BIGINT
);
CREATE INDEX unit_changes_unit ON unit_changes (unit_id, id);
CREATE INDEX unit_changes_planned ON unit_changes (effective_on) WHERE state = 'planned';
CREATE INDEX unit_changes_done ON unit_changes (id) WHERE state = 'done';

-- Numbers a day for the dashboard: of the unit itself, and with all below it as the tree was on that day.
CREATE TABLE daily_stats (
    unit_id TEXT NOT NULL,
    day TEXT NOT NULL,
    measure TEXT NOT NULL,
    own BIGINT NOT NULL,
    tree BIGINT NOT NULL,
    PRIMARY KEY (unit_id, day, measure)
);
CREATE INDEX daily_stats_day ON daily_stats (day);

-- When each chore ran last, and when it last found something to delete.
CREATE TABLE chore_runs (
    name TEXT NOT NULL PRIMARY KEY,
    ran_at BIGINT NOT NULL,
    failed_at BIGINT,
    deleted_at BIGINT,
    deleted BIGINT NOT NULL
);

CREATE INDEX applications_decided_at ON applications (decided_at) WHERE decided_at IS NOT NULL;
CREATE INDEX applications_submitted_at ON applications (submitted_at);
CREATE INDEX followers_event_time ON followers (event_time);

INSERT INTO counters (name, value) VALUES ('settings', 0), ('daily_stats', 0);
