//! An importer at the desk, for stories.

use std::sync::Arc;

use jianxin::domain::binding::ApplicantRole;
use jianxin::domain::desk::UnitScope;
use jianxin::service::case_imports::{self, BatchPage, Importer, Upload, UploadError};
use jianxin::service::error::ServiceError;
use jianxin::store::StoreError;
use jianxin::store::accounts::Account;
use jianxin::store::case_persons::{self, CasePerson};
use jianxin::store::import_batches::Batch;

use super::office::{Office, UNIT};
use super::sheets::{self, Line};

/// The importer's desk.
pub(crate) struct Desk {
    pub(crate) office: Office,
    pub(crate) importer: Account,
    pub(crate) scope: UnitScope,
}

impl Desk {
    pub(crate) async fn open() -> Self {
        let office = Office::with(&[("demo.test_identities", "true")]).await;
        let importer = office.account("m-1", "manager").await;
        Self {
            office,
            importer,
            scope: UnitScope::of_manager(UNIT),
        }
    }

    pub(crate) fn who(&self) -> Importer<'_> {
        Importer {
            scope: &self.scope,
            account_id: self.importer.id,
            actor: "manager:p-m-1",
        }
    }

    /// Hands a file in, and it is looked through.
    pub(crate) async fn upload(&self, bytes: &[u8]) -> BatchPage {
        let batch = self.hand_in(bytes).await.unwrap();
        case_imports::run(&self.office.app.app, batch.id)
            .await
            .unwrap();
        self.page(&batch.public_id).await
    }

    pub(crate) async fn hand_in(&self, bytes: &[u8]) -> Result<Batch, UploadError> {
        let app = Arc::clone(&self.office.app.app);
        let (bytes, scope, account_id) = (bytes.to_vec(), self.scope.clone(), self.importer.id);
        let task = tokio::task::spawn_blocking(move || {
            let mut upload = Upload::begin(&app)?;
            for piece in bytes.chunks(700_001) {
                upload.take(piece)?;
            }
            let who = Importer {
                scope: &scope,
                account_id,
                actor: "manager:p-m-1",
            };
            upload.finish(who, "案件.csv")
        });
        task.await.unwrap()
    }

    pub(crate) async fn page(&self, public_id: &str) -> BatchPage {
        case_imports::one(&self.office.app.app, self.who(), public_id, 0)
            .await
            .unwrap()
    }

    pub(crate) async fn apply(&self, page: &BatchPage) -> Result<BatchPage, ServiceError> {
        let (app, id) = (&self.office.app.app, &page.view.batch.public_id);
        let batch = case_imports::apply(app, self.who(), id).await?;
        case_imports::run(app, batch).await.unwrap();
        Ok(self.page(id).await)
    }

    pub(crate) async fn roll_back(&self, page: &BatchPage) -> Result<BatchPage, ServiceError> {
        let (app, id) = (&self.office.app.app, &page.view.batch.public_id);
        let batch = case_imports::roll_back(app, self.who(), id).await?;
        case_imports::run(app, batch).await.unwrap();
        Ok(self.page(id).await)
    }

    pub(crate) async fn release(&self, page: &BatchPage) -> BatchPage {
        let (app, id) = (&self.office.app.app, &page.view.batch.public_id);
        let batch = case_imports::release_now(app, self.who(), id)
            .await
            .unwrap();
        case_imports::run(app, batch).await.unwrap();
        self.page(id).await
    }

    /// The chore that comes every minute.
    pub(crate) async fn chore(&self) -> usize {
        case_imports::carry_on(&self.office.app.app).await.unwrap()
    }

    /// All the way to the notices.
    pub(crate) async fn import(&self, lines: &[Line]) -> BatchPage {
        let page = self.upload(&sheets::csv(lines)).await;
        assert_eq!(page.view.batch.rows_refused, 0);
        let page = self.apply(&page).await.unwrap();
        self.release(&page).await
    }

    pub(crate) async fn person(&self, case: &str, person: &str) -> CasePerson {
        let (case, person) = (case.to_owned(), person.to_owned());
        let found =
            self.office.app.app.db.read(move |c| {
                case_persons::by_numbers(c, &case, &person).map_err(StoreError::from)
            });
        found.await.unwrap().unwrap()
    }

    pub(crate) async fn bind(
        &self,
        account: &Account,
        case: &str,
        person: &str,
        role: ApplicantRole,
    ) {
        let person = self.person(case, person).await;
        bind(&self.office, account, &person, role).await;
    }

    /// Whom the outbox tells, sorted.
    pub(crate) fn told(&self) -> Vec<String> {
        self.office.rows(
            "SELECT a.external_id FROM pushes p JOIN accounts a ON a.id = p.account_id ORDER BY a.external_id",
        )
    }

    /// Cases and persons without what differs by chance and by being touched.
    pub(crate) fn standing(&self) -> Vec<String> {
        let columns = "unified_number || '|' || department_number || '|' || c.name || '|' || category || '|' || COALESCE(c.charge, '-') \
            || '|' || COALESCE(c.stage, '-') || '|' || COALESCE(department, '-') || '|' || person_number || '|' || p.name \
            || '|' || COALESCE(p.id_number, '-') || '|' || COALESCE(p.id_blind, '-') || '|' || COALESCE(p.stage, '-') || '|' \
            || COALESCE(p.coercive_measure, '-') || '|' || COALESCE(p.due_date, '-') || '|' || p.fingerprint || '|' || p.updated_at";
        self.office.rows(&format!(
            "SELECT {columns} FROM case_persons p JOIN cases c ON c.id = p.case_id ORDER BY unified_number, person_number"
        ))
    }
}

async fn bind(office: &Office, account: &Account, person: &CasePerson, role: ApplicantRole) {
    use jianxin::service::bindings::{self, Act};
    let app = Arc::clone(&office.app.app);
    let (account, person, desk) = (account.clone(), person.clone(), Arc::clone(&app));
    let done = app.db.write(move |c| {
        let act = Act {
            actor: "story",
            at: desk.clock.now_ms(),
        };
        bindings::bind(c, &desk, (&account, role), &person, None, act)
    });
    done.await.unwrap();
}
