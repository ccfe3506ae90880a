//! 我的绑定: the list, one application, and the forms that make and change one.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};

use crate::service::attachments::Shown;
use crate::service::bindings::{self, Asked, Asking, Sent};
use crate::service::error::{RecordError, ServiceError};
use crate::service::{drafts, submissions};
use crate::web::h5::binding_page;
use crate::web::h5::detail::File;
use crate::web::h5::follow_outcome::Tone;
use crate::web::h5::form::FormPage;
use crate::web::h5::layout::Link;
use crate::web::h5::message::{MessagePage, Sign};
use crate::web::h5::paths;
use crate::web::handlers::binding_form::{self, Filled};
use crate::web::handlers::form::{Posted, parameter};
use crate::web::handlers::form_files::{FormFiles, kind_words, picture_of};
use crate::web::handlers::guard::Member;
use crate::web::pages::Pages;

/// Rows of a page.
const ROWS: i64 = 20;
/// The name of a new one's draft.
const DRAFT: &str = "binding";

pub(crate) async fn list(
    State(pages): State<Arc<Pages>>,
    Extension(member): Extension<Member>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    let query = uri.query().unwrap_or_default();
    let word = parameter(query, "state").unwrap_or_default();
    let (word, _, states) = binding_page::tab(binding_page::TABS, &word);
    let page = page_of(query);
    let range = (page * ROWS, ROWS + 1);
    match bindings::list(&pages.app, member.account.id, states, range).await {
        Ok(mut found) => {
            let more = rest(&mut found, ROWS);
            let next = more.then(|| binding_page::next_page(paths::BINDINGS, word, page));
            let frame = pages.frame(&headers);
            let list = binding_page::cards(frame, &found, (word, states), next);
            pages.personal(StatusCode::OK, &list)
        }
        Err(error) => pages.failure(&headers, &error),
    }
}

/// Which page of a list is asked for, from 0.
pub(super) fn page_of(query: &str) -> i64 {
    let page = parameter(query, "page").and_then(|page| page.parse().ok());
    page.unwrap_or(0).clamp(0, 10_000)
}

/// Cuts a list that was read with one row too many; whether there was one.
pub(super) fn rest<T>(found: &mut Vec<T>, rows: i64) -> bool {
    let rows = usize::try_from(rows).unwrap_or(usize::MAX);
    let more = found.len() > rows;
    found.truncate(rows);
    more
}

pub(crate) async fn show(
    State(pages): State<Arc<Pages>>,
    Extension(member): Extension<Member>,
    headers: HeaderMap,
    Path(public_id): Path<String>,
) -> Response {
    match bindings::one(&pages.app, member.account.id, &public_id).await {
        Ok(one) => {
            let frame = pages.frame(&headers);
            let name = &member.account.display_name;
            let mut page = binding_page::detail(frame, &one, name, &member.visitor.csrf);
            page.files = files(&pages, &member, &one.files);
            pages.personal(StatusCode::OK, &page)
        }
        Err(error) => pages.failure(&headers, &error),
    }
}

pub(crate) async fn new(
    State(pages): State<Arc<Pages>>,
    Extension(member): Extension<Member>,
    headers: HeaderMap,
) -> Response {
    let mut form = Form::new(&pages, &member, &headers);
    let kept = match drafts::of(&pages.app, &member.visitor.openid, DRAFT).await {
        Ok(kept) => Posted::from_draft(&kept),
        Err(error) => return pages.failure(&headers, &error),
    };
    let restored = !kept.is_empty();
    if let Err(error) = form.look_up(&kept).await {
        return pages.failure(&headers, &error);
    }
    let mut page = form.page(&kept, &submissions::fresh());
    if restored {
        page = page.saying(Tone::Ok, "已经恢复您上次填写的内容，请检查后提交。");
    }
    pages.personal(StatusCode::OK, &page)
}

pub(crate) async fn apply(
    State(pages): State<Arc<Pages>>,
    Extension(member): Extension<Member>,
    headers: HeaderMap,
    body: String,
) -> Response {
    let mut form = Form::new(&pages, &member, &headers);
    let posted = Posted::parse(&body);
    if let Err(error) = form.look_up(&posted).await {
        return pages.failure(&headers, &error);
    }
    let checked = match form.checked(&posted, &body) {
        Ok(checked) => checked,
        Err(refused) => return *refused,
    };
    let sent = form.sent(&posted, DRAFT);
    let asked = bindings::apply(&pages.app, sent, checked.wish).await;
    form.answer(&posted, asked)
}

pub(crate) async fn edit(
    State(pages): State<Arc<Pages>>,
    Extension(member): Extension<Member>,
    headers: HeaderMap,
    Path(public_id): Path<String>,
) -> Response {
    let one = match bindings::one(&pages.app, member.account.id, &public_id).await {
        Ok(one) => one,
        Err(error) => return pages.failure(&headers, &error),
    };
    let mut form = Form::of(&pages, &member, &headers, &one);
    if !binding_page::may_edit(&one.application.state) {
        return form.stale();
    }
    let draft = form.draft.clone();
    let kept = match drafts::of(&pages.app, &member.visitor.openid, &draft).await {
        Ok(kept) => Posted::from_draft(&kept),
        Err(error) => return pages.failure(&headers, &error),
    };
    let posted = if kept.is_empty() {
        binding_form::of_request(&pages.app.units(), &one)
    } else {
        kept
    };
    if let Err(error) = form.look_up(&posted).await {
        return pages.failure(&headers, &error);
    }
    let page = form.page(&posted, &submissions::fresh());
    pages.personal(StatusCode::OK, &page)
}

pub(crate) async fn change(
    State(pages): State<Arc<Pages>>,
    Extension(member): Extension<Member>,
    headers: HeaderMap,
    Path(public_id): Path<String>,
    body: String,
) -> Response {
    let one = match bindings::one(&pages.app, member.account.id, &public_id).await {
        Ok(one) => one,
        Err(error) => return pages.failure(&headers, &error),
    };
    let mut form = Form::of(&pages, &member, &headers, &one);
    let posted = Posted::parse(&body);
    let version: i64 = posted.text("version").parse().unwrap_or(-1);
    form.version = Some(version);
    if let Err(error) = form.look_up(&posted).await {
        return pages.failure(&headers, &error);
    }
    let checked = match form.checked(&posted, &body) {
        Ok(checked) => checked,
        Err(refused) => return *refused,
    };
    let sent = form.sent(&posted, &form.draft);
    let asked = bindings::edit(&pages.app, sent, (public_id, version), checked.wish).await;
    form.answer(&posted, asked)
}

/// One of the two forms.
struct Form<'a> {
    pages: &'a Pages,
    member: &'a Member,
    headers: &'a HeaderMap,
    title: &'static str,
    action: String,
    draft: String,
    version: Option<i64>,
    reason: Option<String>,
    files: FormFiles,
}

impl<'a> Form<'a> {
    fn new(pages: &'a Pages, member: &'a Member, headers: &'a HeaderMap) -> Self {
        Self {
            pages,
            member,
            headers,
            title: "申请绑定",
            action: paths::BINDINGS_NEW.to_owned(),
            draft: DRAFT.to_owned(),
            version: None,
            reason: None,
            files: FormFiles::default(),
        }
    }

    /// Looks up the files that the form names.
    async fn look_up(&mut self, posted: &Posted) -> Result<(), ServiceError> {
        let visitor = &self.member.visitor;
        self.files = FormFiles::of(self.pages, visitor, posted, binding_form::SLOTS).await?;
        Ok(())
    }

    fn desk(&self) -> binding_form::Desk<'_> {
        binding_form::Desk {
            pages: self.pages,
            member: self.member,
            files: &self.files,
        }
    }

    fn of(pages: &'a Pages, member: &'a Member, headers: &'a HeaderMap, one: &Asking) -> Self {
        let id = &one.application.public_id;
        Self {
            title: "修改绑定申请",
            action: binding_page::edit_path(id),
            draft: format!("{DRAFT}-{id}"),
            version: Some(one.application.version),
            reason: one.application.reason.clone(),
            ..Self::new(pages, member, headers)
        }
    }

    fn page(&self, posted: &Posted, once: &str) -> FormPage {
        self.filled(binding_form::fields(&self.desk(), posted), once)
    }

    fn filled(&self, filled: Filled, once: &str) -> FormPage {
        let frame = self.pages.frame(self.headers);
        let csrf = &self.member.visitor.csrf;
        let mut page = FormPage::new(frame, self.title, &self.action, csrf, "提交");
        page.intro = vec![
            "请填写您要绑定的案件。案件管理人员会按您填写的内容查找案件，并审核材料。".to_owned(),
            "一份申请只能绑定一名当事人。".to_owned(),
        ];
        if let Some(reason) = &self.reason {
            page.intro.push(format!("上次没有通过的原因：{reason}"));
        }
        page.sections = filled.sections;
        once.clone_into(&mut page.once);
        page.version = self.version;
        page.draft = Some(self.draft.clone());
        page.links = vec![Link::new("返回我的绑定", paths::BINDINGS)];
        page
    }

    /// What was typed, if it is this session's and complete.
    fn checked(&self, posted: &Posted, body: &str) -> Result<binding_form::Checked, Box<Response>> {
        let once = posted.text("once");
        if !self.member.visitor.sent(body) || once.is_empty() {
            let page = self.page(posted, &submissions::fresh()).expired();
            return Err(Box::new(self.pages.personal(StatusCode::FORBIDDEN, &page)));
        }
        binding_form::check(&self.desk(), posted).map_err(|filled| {
            let page = self.filled(filled, &once);
            Box::new(self.pages.personal(StatusCode::UNPROCESSABLE_ENTITY, &page))
        })
    }

    fn sent(&self, posted: &Posted, draft: &str) -> Sent {
        Sent {
            account: self.member.account.clone(),
            openid: self.member.visitor.openid.clone(),
            once: posted.text("once"),
            draft: draft.to_owned(),
        }
    }

    fn answer(&self, posted: &Posted, asked: Result<Asked, RecordError>) -> Response {
        match asked {
            Ok(Asked::At(path)) => Redirect::to(&path).into_response(),
            Ok(Asked::Refused(words)) => {
                let page = self.page(posted, &posted.text("once"));
                let page = page.saying(Tone::Bad, &words);
                self.pages.personal(StatusCode::UNPROCESSABLE_ENTITY, &page)
            }
            Ok(Asked::Stale) => self.stale(),
            Ok(Asked::NotFound) => self.pages.failure(self.headers, &ServiceError::NotFound),
            Err(error) => failed(self.pages, self.headers, error),
        }
    }

    /// It was decided while the form was open.
    fn stale(&self) -> Response {
        stale(self.pages, self.headers, paths::BINDINGS, "查看我的绑定")
    }
}

/// The files of an application as its page shows them.
pub(super) fn files(pages: &Pages, member: &Member, shown: &[Shown]) -> Vec<File> {
    let file = |one: &Shown| File {
        name: format!("{}：{}", one.label, one.name),
        kind: kind_words(one),
        href: paths::below(paths::ATTACHMENTS, &one.public_id),
        picture: Some(picture_of(&pages.app, &member.visitor, &one.public_id, 0)),
    };
    shown.iter().map(file).collect()
}

/// Somebody was faster.
pub(super) fn stale(pages: &Pages, headers: &HeaderMap, base: &str, words: &str) -> Response {
    let frame = pages.frame(headers);
    let page = MessagePage::new(frame, "已被处理", Sign::Info, "请您先看一下处理结果")
        .saying("这份申请已被处理，或者已经在别处修改过，您刚才的操作没有生效。")
        .leading_to(Link::new(words, base));
    pages.message(StatusCode::CONFLICT, &page)
}

/// What went wrong behind a form.
pub(super) fn failed(pages: &Pages, headers: &HeaderMap, error: RecordError) -> Response {
    match error {
        RecordError::Store(error) => pages.failure(headers, &ServiceError::Store(error)),
        other => {
            tracing::error!(
                error = &other as &dyn std::error::Error,
                "a form could not be taken"
            );
            let error = ServiceError::Rejected(String::new());
            pages.failure(headers, &error)
        }
    }
}
