//! The stories of the whole program, in one binary: our own code runs for real on a database of its own for every
//! test; only WeChat is played by somebody else.
//!
//! SQLite by default. `JIANXIN_TEST_DATABASE_URL=postgres://…` runs the same stories on PostgreSQL (a schema each),
//! `JIANXIN_TEST_REDIS_URL=redis://…` with Redis as the shared cache (a prefix each).
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test that meets something unexpected shall stop there"
)]

mod support;

mod accounts;
mod api;
mod appointments;
mod arrows;
mod attachments;
mod audit;
mod audit_pages;
mod audit_rows;
mod authorization;
mod authorization_console;
mod bindings;
mod captcha;
mod case_access;
mod case_files;
mod case_import_faults;
mod case_import_notices;
mod case_import_pages;
mod case_import_ways_back;
mod case_imports;
mod cases;
mod choices;
mod coming_and_going;
mod command_line;
mod console;
mod counter;
mod counter_pages;
mod cross_unit;
mod dashboard;
mod deadline;
mod decisions;
mod decisions_answers;
mod decisions_bindings;
mod deliveries;
mod description;
mod drift;
mod events;
mod follows;
mod held_changes;
mod home;
mod imports;
mod keywords;
mod links;
mod lists;
mod login;
mod managers;
mod menu;
mod notice_page;
mod notice_settings;
mod outcomes;
mod pages;
mod password_requests;
mod phone_desk;
mod publication_register;
mod publishing;
mod publishing_corrections;
mod publishing_pages;
mod push_chaos;
mod push_doubts;
mod push_lane;
mod push_outcomes;
mod push_people;
mod push_receipts;
mod push_render;
mod push_story;
mod push_workers;
mod queue_pages;
mod queues;
mod reconcile;
mod registrations;
mod replies;
mod reseal;
mod reset_page;
mod running;
mod sign_in;
mod store;
mod to_dos;
mod tokens;
mod undelivered;
mod unit_queries;
mod upkeep;
