//! Two publishers of a unit, for stories.

use jianxin::domain::desk::{Duties, Duty};
use jianxin::domain::publishing::{Content, State, Typed, read};
use jianxin::service::desk::Manager;
use jianxin::service::publishing;

use super::office::{Office, UNIT};

/// A text without anything to mask.
pub(crate) const CLEAN: &str = "2026年3月4日，被告人王某某在长沙市某小区窃得被害人李某手机一部。";

/// A text with a name and a number.
pub(crate) const DIRTY: &str =
    "2026年3月4日，被告人王某某窃得被害人李小明手机一部，联系电话13800138000。";

/// Two publishers of a unit and one of another.
pub(crate) struct Desks {
    pub(crate) office: Office,
    pub(crate) anna: Manager,
    pub(crate) bert: Manager,
    pub(crate) other: Manager,
}

impl Desks {
    pub(crate) async fn open() -> Self {
        Self::with(&[]).await
    }

    pub(crate) async fn with(settings: &[(&str, &str)]) -> Self {
        let office = Office::with(settings).await;
        let duties = Duties::of(&[Duty::Publisher]);
        Self {
            anna: seated(&office, "m-anna", UNIT, &duties).await,
            bert: seated(&office, "m-bert", UNIT, &duties).await,
            other: seated(&office, "m-other", "430200", &duties).await,
            office,
        }
    }

    /// Anna writes a draft.
    pub(crate) async fn written(&self, title: &str, body: &str) -> (String, i64) {
        let id = publishing::create(&self.office.app.app, &self.anna, content(title, body))
            .await
            .unwrap();
        (id, 1)
    }

    /// Anna writes and submits; Bert approves.
    pub(crate) async fn published(&self, title: &str, body: &str) -> String {
        let (id, version) = self.written(title, body).await;
        self.submitted(&id, version).await;
        publishing::approve(&self.office.app.app, &self.bert, (&id, version + 1))
            .await
            .unwrap();
        self.office.app.index().await;
        id
    }

    pub(crate) async fn submitted(&self, id: &str, version: i64) {
        publishing::submit(&self.office.app.app, &self.anna, (id, version))
            .await
            .unwrap();
    }

    pub(crate) async fn state(&self, id: &str) -> State {
        publishing::draft(&self.office.app.app, &self.anna, id)
            .await
            .unwrap()
            .state()
    }

    /// What the public address of the publication with that title is.
    pub(crate) fn address(&self, title: &str) -> String {
        let sql = format!("SELECT public_id FROM publications WHERE title = '{title}'");
        self.office.rows(&sql).remove(0)
    }

    pub(crate) fn audited(&self, action: &str) -> usize {
        self.office.count(&format!(
            "SELECT count(*) FROM audit WHERE action = 'publication.{action}'"
        ))
    }
}

/// A manager of a unit with these duties.
pub(crate) async fn seated(
    office: &Office,
    external_id: &str,
    unit: &str,
    duties: &Duties,
) -> Manager {
    let mut account = office.account(external_id, "manager").await;
    let sql = format!("UPDATE accounts SET unit_id = '{unit}' WHERE external_id = '{external_id}'");
    office.app.database.execute(&sql);
    account.unit_id = unit.to_owned();
    Manager {
        account,
        duties: duties.clone(),
        factor_at: None,
    }
}

pub(crate) fn typed(title: &str, body: &str) -> Typed {
    Typed {
        kind: "legal_document".into(),
        title: title.into(),
        body: body.into(),
        document_type: "起诉书".into(),
        document_number: "长检刑诉〔2026〕12号".into(),
        charges: "盗窃罪".into(),
        ..Typed::default()
    }
}

pub(crate) fn content(title: &str, body: &str) -> Content {
    read(&typed(title, body)).unwrap()
}
