//! The case managers' desk, under `/console/`: one struct per page, filled with plain data by a handler and rendered by
//! its template in `templates/console/`. Nothing here asks a service, a database or a clock.

pub mod account_pages;
pub mod audit;
pub mod audit_words;
pub mod case_access;
pub mod csv;
pub mod dashboard;
pub mod frame;
pub mod gate;
pub mod holidays;
pub mod imports;
pub mod lane;
pub mod laws;
pub mod manager_pages;
pub mod notice_templates;
pub mod own_password;
pub mod plot;
pub mod publications;
pub mod publicity;
pub mod qr;
pub mod queue_page;
pub mod queue_pane;
pub mod queue_place;
pub mod replies;
pub mod units;
pub mod upkeep;
