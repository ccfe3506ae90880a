//! The case managers' desk, under `/console/`: one struct per page, filled with plain data by a handler and rendered by
//! its template in `templates/console/`. Nothing here asks a service, a database or a clock.

pub mod account_pages;
pub mod csv;
pub mod frame;
pub mod gate;
pub mod home;
pub mod manager_pages;
pub mod qr;
pub mod queue_page;
pub mod queue_pane;
pub mod queue_place;
