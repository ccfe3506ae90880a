//! A large office: accounts, applications of many units, calls, cases; made by one statement a table.

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection, SqliteConnection};

use crate::Failure;

/// The unit whose queues are asked for; it has a fifth of everything.
pub(crate) const UNIT: &str = "430100";
/// Applicants.
const ACCOUNTS: i64 = 100_000;
/// Calls.
const CALLS: i64 = 20_000;

/// Fills a migrated, empty database over a connection of its own: the program's have deadlines. The newest application
/// came at `now` (milliseconds UTC).
pub(crate) fn fill(url: &str, applications: i64, now: i64) -> Result<(), Failure> {
    let path = url.strip_prefix("sqlite:");
    let numbers = |count: i64| match path {
        Some(_) => format!(
            "(WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {}) SELECT i FROM n) AS n",
            count - 1
        ),
        None => format!("generate_series(0::bigint, {}) AS n(i)", count - 1),
    };
    // A pace at which the oldest is a year old.
    let pace = 365 * 24 * 3_600_000 / applications.max(1);
    let start = now - 365 * 24 * 3_600_000;
    let unit =
        format!("CASE WHEN n.i % 5 = 0 THEN '{UNIT}' ELSE '43' || (1000 + n.i * 7919 % 97) END");
    let waits = "(n.i * 104729 % 1000) < 60";
    let kind = "CASE n.i / 5 % 4 WHEN 0 THEN 'registration' WHEN 1 THEN 'binding' WHEN 2 THEN 'appointment' ELSE 'password_reset' END";
    // One request of an account for a new password may wait at a unit.
    let open =
        format!("({waits} AND ({kind} <> 'password_reset' OR n.i >= {applications} - {ACCOUNTS}))");
    let script = [
        format!(
            "INSERT INTO accounts (id, public_id, external_id, role, login_name, display_name, unit_id, must_reset, state, notices_off, version, created_at, updated_at) \
             SELECT n.i + 1, 'p' || n.i, 'e' || n.i, 'lawyer', '1607' || (10000000 + n.i), \
             substr('李王张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗', CAST(1 + n.i % 20 AS INTEGER), 1) || substr('明伟芳娜敏静丽强磊军洋勇艳杰娟涛超秀霞平', CAST(1 + n.i / 20 % 20 AS INTEGER), 1), \
             {unit}, n.i < 0, 'active', n.i < 0, 1, {start}, {start} FROM {}",
            numbers(ACCOUNTS)
        ),
        format!(
            "INSERT INTO applications (id, public_id, external_id, kind, account_id, unit_id, state, is_change, reason, details, submitted_at, decided_at, remind_at, version) \
             SELECT n.i + 1, 'a' || n.i, 'SQ' || (100000000 + n.i), {kind}, \
             CASE WHEN {kind} = 'password_reset' THEN n.i % {ACCOUNTS} ELSE n.i * 31 % {ACCOUNTS} END + 1, {unit}, \
             CASE WHEN {open} THEN 'pending' WHEN n.i % 50 = 0 THEN 'rejected' WHEN {kind} = 'appointment' THEN 'answered' WHEN {kind} = 'password_reset' THEN 'reset' ELSE 'approved' END, \
             n.i % 10 = 0, NULL, '{{\"case_name\":\"张某某故意伤害案\",\"items\":[\"reading\",\"opinion\"],\"applicant_role\":\"defender\"}}', \
             {start} + n.i * {pace}, CASE WHEN {open} THEN NULL ELSE {start} + n.i * {pace} + n.i * 7919 % 259200000 END, NULL, 1 FROM {}",
            numbers(applications)
        ),
        format!(
            "INSERT INTO phone_tasks (id, public_id, dedupe_key, kind, account_id, unit_id, reason, details, created_at, done_at, done_by) \
             SELECT n.i + 1, 'c' || n.i, 'd' || n.i, 'registration_reviewed', n.i % {ACCOUNTS} + 1, {unit}, 'not_linked', '{{\"result\":\"通过\"}}', \
             {start} + n.i * 1000, CASE WHEN n.i % 10 = 0 THEN NULL ELSE {start} + n.i * 2000 END, NULL FROM {}",
            numbers(CALLS)
        ),
        "ANALYZE".to_owned(),
    ];
    match path {
        Some(path) => {
            let mut c = SqliteConnection::establish(path)?;
            c.batch_execute("PRAGMA busy_timeout = 60000")?;
            for statement in script {
                c.batch_execute(&statement)?;
            }
        }
        None => {
            let mut c = PgConnection::establish(url)?;
            for statement in script {
                c.batch_execute(&statement)?;
            }
            c.batch_execute("VACUUM ANALYZE")?;
        }
    }
    Ok(())
}
