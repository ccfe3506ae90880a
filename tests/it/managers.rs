//! Managers are administered: duties given and taken, accounts disabled, new addresses handed out; within one's reach only.

use std::sync::Arc;

use jianxin::app::App;
use jianxin::domain::desk::{Duties, Duty};
use jianxin::service::desk::enrol::{self, Typed};
use jianxin::service::desk::{self, Manager};
use jianxin::service::staff::{self, Added, New, Refused, Target};
use jianxin::store::StoreError;
use jianxin::store::staff::{self as table, Reach};
use jianxin::store::{accounts, phone_factors};
use jianxin::{config::Secret, domain::totp};

use crate::support::office::{Office, UNIT};

const OTHER_UNIT: &str = "430200";
const PASSWORD: &str = "正义不会缺席 2026";

fn app(office: &Office) -> &Arc<App> {
    &office.app.app
}

/// A manager with these duties who has password and second factor, as the desk reads one.
async fn manager(office: &Office, id: &str, unit: &str, duties: &[Duty]) -> Manager {
    let mut account = office.account(id, "manager").await;
    account.unit_id = unit.to_owned();
    let row = account.clone();
    let done = app(office)
        .db
        .write(move |c| -> Result<_, StoreError> { Ok(accounts::update(c, &row)?) });
    assert!(done.await.unwrap());
    account.version += 1;
    let duties = Duties::of(duties);
    office.app.database.execute(&format!(
        "INSERT INTO managers (account_id, duties, totp_secret, totp_step, version, created_at, updated_at) \
         VALUES ({}, '{duties}', 'sealed', 0, 1, 0, 0)",
        account.id
    ));
    Manager {
        account,
        duties,
        factor_at: None,
    }
}

fn new(login_name: &str, duties: &[Duty]) -> New {
    New {
        unit_code: None,
        login_name: login_name.to_owned(),
        display_name: "植入戊".to_owned(),
        duties: Duties::of(duties),
    }
}

fn target(public_id: &str, version: i64) -> Target {
    Target {
        public_id: public_id.to_owned(),
        version,
    }
}

/// Sets password and second factor at the address of a slip; the session's token.
async fn enrol(office: &Office, by: &Manager, added: &Added) -> String {
    let shown = staff::show_ticket(app(office), by, (&added.account, &added.slip)).await;
    let token = shown.unwrap().token.expect("shown the first time");
    let open = enrol::look(app(office), token.expose())
        .await
        .unwrap()
        .unwrap();
    let key = totp::from_base32(open.key.expose()).unwrap();
    let typed = Typed {
        password: Secret::new(PASSWORD),
        again: Secret::new(PASSWORD),
        code: totp::code(&key, totp::step_at(app(office).clock.now_ms())).unwrap(),
    };
    match enrol::finish(app(office), token.expose(), &typed)
        .await
        .unwrap()
    {
        enrol::Outcome::In(fresh) => fresh.token,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_manager_is_added_and_loses_a_duty_with_the_next_request() {
    let office = Office::open().await;
    let admin = manager(&office, "a-1", UNIT, &[Duty::UnitAdmin]).await;
    let added = staff::add(
        app(&office),
        &admin,
        new("cs.anguan", &[Duty::Reviewer, Duty::Importer]),
    )
    .await
    .unwrap();
    let token = enrol(&office, &admin, &added).await;
    let shown = staff::show_ticket(app(&office), &admin, (&added.account, &added.slip)).await;
    assert!(
        shown.unwrap().token.is_some(),
        "the page may be loaded once more at once"
    );
    office.app.advance_ms(61_000);
    let shown = staff::show_ticket(app(&office), &admin, (&added.account, &added.slip)).await;
    assert!(shown.unwrap().token.is_none());
    let colleague = manager(&office, "a-2", UNIT, &[Duty::UnitAdmin]).await;
    let theirs = staff::show_ticket(app(&office), &colleague, (&added.account, &added.slip)).await;
    assert!(matches!(theirs, Err(Refused::NotFound)));

    let seated = desk::of_token(app(&office), &token).await.unwrap().unwrap();
    assert!(seated.has(Duty::Reviewer) && seated.has(Duty::Importer));
    let only = Duties::of(&[Duty::Importer]);
    staff::set_duties(
        app(&office),
        &admin,
        target(&added.account, 1),
        only.clone(),
    )
    .await
    .unwrap();
    let seated = desk::of_token(app(&office), &token).await.unwrap().unwrap();
    assert!(!seated.has(Duty::Reviewer) && seated.has(Duty::Importer));
    let stale = staff::set_duties(
        app(&office),
        &admin,
        target(&added.account, 1),
        Duties::default(),
    )
    .await;
    assert!(matches!(stale, Err(Refused::Stale)), "somebody was faster");

    let seen = staff::one(app(&office), &admin, &added.account)
        .await
        .unwrap();
    let (version, id) = (seen.account.version, added.account.as_str());
    let silent = staff::disable(app(&office), &admin, target(id, version), " ").await;
    assert!(matches!(silent, Err(Refused::Said(_))));
    staff::disable(app(&office), &admin, target(id, version), "调离")
        .await
        .unwrap();
    assert!(
        desk::of_token(app(&office), &token)
            .await
            .unwrap()
            .is_none(),
        "out at once"
    );
    staff::enable(app(&office), &admin, target(id, version + 1))
        .await
        .unwrap();
    assert!(
        desk::of_token(app(&office), &token)
            .await
            .unwrap()
            .is_none(),
        "the session is gone"
    );
    let audit = "SELECT action FROM audit WHERE actor = 'manager:p-a-1' ORDER BY at, action";
    let actions = office.rows(audit);
    for action in [
        "manager.added",
        "manager.disabled",
        "manager.duties",
        "manager.enabled",
        "manager.ticket",
    ] {
        assert!(
            actions.iter().any(|one| one == action),
            "{action}: {actions:?}"
        );
    }
}

#[tokio::test]
async fn a_units_administrator_reaches_no_further() {
    let office = Office::open().await;
    let admin = manager(&office, "a-1", UNIT, &[Duty::UnitAdmin]).await;
    let system = manager(&office, "s-1", UNIT, &[Duty::SystemAdmin]).await;
    let stranger = manager(&office, "m-1", OTHER_UNIT, &[Duty::Reviewer]).await;
    let reviewer = manager(&office, "m-2", UNIT, &[Duty::Reviewer]).await;
    let (app, not_allowed) = (app(&office), |found: &Result<(), Refused>| {
        matches!(found, Err(Refused::NotAllowed))
    });

    // Nobody becomes a system administrator by the grace of a unit's.
    let with = new("boss", &[Duty::SystemAdmin]);
    assert!(matches!(
        staff::add(app, &admin, with).await,
        Err(Refused::NotAllowed)
    ));
    let boss = Duties::of(&[Duty::SystemAdmin, Duty::UnitAdmin]);
    for id in [&admin, &reviewer] {
        let id = id.account.public_id.as_str();
        assert!(not_allowed(
            &staff::set_duties(app, &admin, target(id, 1), boss.clone()).await
        ));
    }
    // Nor is one touched: a new address would be the key to everything.
    let above = system.account.public_id.as_str();
    assert!(matches!(
        staff::ticket(app, &admin, above).await,
        Err(Refused::NotAllowed)
    ));
    let seen = target(above, 2);
    assert!(not_allowed(&staff::disable(app, &admin, seen, "x").await));
    assert!(not_allowed(
        &staff::set_duties(app, &admin, target(above, 1), Duties::default()).await
    ));

    let far = stranger.account.public_id.as_str();
    assert!(matches!(
        staff::one(app, &admin, far).await,
        Err(Refused::NotFound)
    ));
    assert!(matches!(
        staff::ticket(app, &admin, far).await,
        Err(Refused::NotFound)
    ));
    let elsewhere = New {
        unit_code: Some(OTHER_UNIT.to_owned()),
        ..new("spy", &[Duty::Reviewer])
    };
    assert!(matches!(
        staff::add(app, &admin, elsewhere.clone()).await,
        Err(Refused::NotFound)
    ));
    assert!(matches!(
        staff::list(app, &admin, Some(OTHER_UNIT)).await,
        Err(Refused::NotFound)
    ));
    let (_, listed) = staff::list(app, &admin, None).await.unwrap();
    assert_eq!(listed.len(), 3);
    for nobody in [&reviewer, &stranger] {
        assert!(matches!(
            staff::list(app, nobody, None).await,
            Err(Refused::NotAllowed)
        ));
        let more = staff::add(app, nobody, new("more", &[Duty::Reviewer])).await;
        assert!(matches!(more, Err(Refused::NotAllowed)));
    }

    // A system administrator reaches everything.
    let added = staff::add(app, &system, elsewhere).await.unwrap();
    let (unit, listed) = staff::list(app, &system, Some(OTHER_UNIT)).await.unwrap();
    assert_eq!((unit.as_str(), listed.len()), (OTHER_UNIT, 2));
    assert!(
        listed
            .iter()
            .any(|one| one.account.public_id == added.account)
    );
    assert!(matches!(
        staff::list(app, &system, Some("000")).await,
        Err(Refused::NotFound)
    ));
}

#[tokio::test]
async fn nobody_takes_the_last_administrator_away() {
    let office = Office::open().await;
    let app = app(&office);
    let first = manager(&office, "s-1", UNIT, &[Duty::SystemAdmin, Duty::UnitAdmin]).await;
    let own = first.account.public_id.as_str();
    let unit_only = Duties::of(&[Duty::UnitAdmin]);
    let last = staff::set_duties(app, &first, target(own, 1), unit_only.clone()).await;
    assert!(matches!(last, Err(Refused::Last(Duty::SystemAdmin))));
    let system_only = Duties::of(&[Duty::SystemAdmin]);
    let last = staff::set_duties(app, &first, target(own, 1), system_only.clone()).await;
    assert!(matches!(last, Err(Refused::Last(Duty::UnitAdmin))));
    assert!(matches!(
        staff::disable(app, &first, target(own, 2), "x").await,
        Err(Refused::Own)
    ));
    // Somebody who never set up a second factor could not sign in, and does not count.
    let second = manager(&office, "s-2", OTHER_UNIT, &[Duty::SystemAdmin]).await;
    let blank = "UPDATE managers SET totp_secret = NULL WHERE duties = 'system_admin'";
    office.app.database.execute(blank);
    let last = staff::set_duties(app, &first, target(own, 1), unit_only.clone()).await;
    assert!(matches!(last, Err(Refused::Last(Duty::SystemAdmin))));
    office
        .app
        .database
        .execute("UPDATE managers SET totp_secret = 'sealed'");

    // Two take it from each other at the same moment: one is left.
    let (theirs, mine) = (second.account.public_id.as_str(), own);
    let none = Duties::of(&[Duty::Reviewer]);
    let (here, there) = tokio::join!(
        staff::set_duties(app, &first, target(theirs, 1), none.clone()),
        staff::set_duties(app, &second, target(mine, 1), none.clone())
    );
    assert_eq!(
        usize::from(here.is_ok()) + usize::from(there.is_ok()),
        1,
        "{here:?} {there:?}"
    );
    let left = "SELECT count(*) FROM managers WHERE duties LIKE '%system_admin%'";
    assert_eq!(office.count(left), 1);
}

#[tokio::test]
async fn a_lost_phone_gets_a_new_address_and_whoever_has_it_is_out() {
    let office = Office::open().await;
    let admin = manager(&office, "a-1", UNIT, &[Duty::UnitAdmin]).await;
    let added = staff::add(app(&office), &admin, new("cs.anguan", &[Duty::Reviewer]))
        .await
        .unwrap();
    let old = enrol(&office, &admin, &added).await;
    assert!(desk::of_token(app(&office), &old).await.unwrap().is_some());
    office.app.advance_ms(120_000);
    // Whoever has the phone has its WeChat, a page that a code has opened, and the authenticator.
    let id = added.account.clone();
    let found = app(&office).db.write(move |c| -> Result<_, StoreError> {
        let found = table::one(c, &Reach::Everywhere, &id)?;
        let (account, _) = found.expect("the manager");
        phone_factors::set(c, "session", account.id, 0)?;
        Ok(account)
    });
    let account = found.await.unwrap();
    office.link(&account, "o-lost", false).await;
    let key = "SELECT coalesce(totp_secret, '-') FROM managers WHERE duties = 'reviewer'";
    let before = office.rows(key);
    let again = staff::ticket(app(&office), &admin, &added.account)
        .await
        .unwrap();
    assert!(desk::of_token(app(&office), &old).await.unwrap().is_none());
    assert_eq!(office.rows(key), ["-"], "the old second factor is void");
    let links = "SELECT end_reason FROM account_links WHERE ended_at IS NOT NULL";
    assert_eq!(office.rows(links), ["new_address"]);
    let opened = "SELECT count(*) FROM phone_factors";
    assert_eq!(office.count(opened), 0);
    office.app.database.execute(&format!(
        "INSERT INTO phone_factors (session, account_id, shown_at) VALUES ('late', {}, 0)",
        account.id
    ));
    let fresh = enrol(&office, &admin, &again).await;
    assert_ne!(office.rows(key), before, "another second factor");
    assert_ne!(office.rows(key), ["-"]);
    assert_eq!(office.count(opened), 0, "what the old one opened");
    // One's own address would sign out whoever is to read it.
    let own = staff::ticket(app(&office), &admin, &admin.account.public_id).await;
    assert!(matches!(own, Err(Refused::OwnTicket)));
    assert!(
        desk::of_token(app(&office), &fresh)
            .await
            .unwrap()
            .is_some()
    );
    // A manager who came by import has no duties until somebody gives some.
    let imported = office.account("u-9", "manager").await;
    let id = imported.public_id.as_str();
    assert!(matches!(
        staff::ticket(app(&office), &admin, id).await,
        Err(Refused::Stale)
    ));
    let duties = Duties::of(&[Duty::Publisher]);
    staff::set_duties(app(&office), &admin, target(id, 0), duties.clone())
        .await
        .unwrap();
    let seen = staff::one(app(&office), &admin, id).await.unwrap();
    assert_eq!((seen.duties, seen.version), (duties, 1));
    staff::ticket(app(&office), &admin, id).await.unwrap();
}
