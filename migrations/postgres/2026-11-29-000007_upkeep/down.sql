DELETE FROM counters WHERE name IN ('settings', 'daily_stats');
DROP INDEX followers_event_time;
DROP INDEX applications_submitted_at;
DROP INDEX applications_decided_at;
DROP TABLE chore_runs;
DROP TABLE daily_stats;
DROP TABLE unit_changes;
DROP TABLE unit_details;
DROP TABLE settings_overrides;
