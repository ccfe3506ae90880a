//! Every page rendered: with hostile and long text in every field, against the rules of the content policy, and with
//! real-looking text into files to look at.

mod contrast;
mod signing;

use askama::Template;

use crate::domain::ids::UnitId;
use crate::domain::notice::Kind;
use crate::domain::password::Flaw;
use crate::domain::publication::PublicationKind;
use crate::service::notice_page::{CaseChange, NoticePage, Reply};
use crate::service::reset_page::Problem;
use crate::web::h5::article::{Article, ArticlePage};
use crate::web::h5::follow_outcome::FollowOutcome;
use crate::web::h5::follows::{FollowedUnit, FollowsPage, UnitSearch};
use crate::web::h5::help::HelpPage;
use crate::web::h5::landing::LandingPage;
use crate::web::h5::layout::{Frame, Link, SiteFace};
use crate::web::h5::list::{ListPage, ListedPublications, ListedUnit};
use crate::web::h5::list_address::ListAddress;
use crate::web::h5::message::MessagePage;
use crate::web::h5::notice::NoticeDetail;
use crate::web::h5::paths;
use crate::web::h5::publication_row::PublicationRow;
use crate::web::h5::reading_mode::ReadingMode;
use crate::web::h5::reset::{self, ResetForm};
use crate::web::h5::unit_suggestion::{Region, UnitSuggestion};

/// The words in one set of pages: plausible, hostile or very long.
struct Words {
    title: String,
    unit: String,
    number: String,
    body: String,
    source: String,
    id: String,
}

impl Words {
    fn plausible() -> Self {
        Self {
            title: "长沙市人民检察院依法对李某某涉嫌受贿案提起公诉".to_owned(),
            unit: "长沙市人民检察院".to_owned(),
            number: "长检刑诉〔2026〕123号".to_owned(),
            body: "\u{3000}\u{3000}日前，长沙市某局原局长李某某涉嫌受贿一案，由长沙市监察委员会调查终结，移送检察机关审查起诉。\
                   长沙市人民检察院已依法向长沙市中级人民法院提起公诉。\n\u{3000}\u{3000}检察机关在审查起诉阶段，依法告知了被告人\
                   李某某享有的诉讼权利，讯问了被告人，听取了辩护人的意见。\n\u{3000}\u{3000}起诉指控：被告人李某某利用担任某局局长等\
                   职务上的便利，为他人谋取利益，非法收受他人财物，数额特别巨大，依法应当以受贿罪追究其刑事责任。"
                .to_owned(),
            source: "https://www.12309.gov.cn/12309/gj/hn/cs/zdajxx/202611/t20261121_1.shtml".to_owned(),
            id: "430100".to_owned(),
        }
    }

    fn hostile() -> Self {
        let bad = "</title><script>alert(1)</script>\"'><img src=x onerror=alert(2)>&amp;{{7*7}}{% raw %}";
        Self {
            title: bad.to_owned(),
            unit: bad.to_owned(),
            number: bad.to_owned(),
            body: format!("{bad}\n{bad}"),
            source: format!("https://evil.example/{bad}"),
            id: bad.to_owned(),
        }
    }

    fn long() -> Self {
        let long = "关于对某某有限责任公司涉嫌非法吸收公众存款一案依法提起公诉的信息".repeat(30);
        Self {
            title: long.clone(),
            unit: long.clone(),
            number: "A".repeat(400),
            body: long.repeat(20),
            source: format!("https://example.org/{}", "x".repeat(2000)),
            id: "9".repeat(200),
        }
    }

    fn rows(&self) -> Vec<PublicationRow> {
        let row = |n: i64| PublicationRow {
            public_id: format!("{}-{n}", self.id),
            title: self.title.clone(),
            unit_name: self.unit.clone(),
            document_type: (n % 2 == 0).then(|| "起诉书".to_owned()),
            document_number: (n % 2 == 0).then(|| self.number.clone()),
            published_at: 1_795_224_600_000 - n * 72_000_000,
        };
        (0..4).map(row).collect()
    }

    fn article(&self) -> Article {
        Article {
            kind: PublicationKind::LegalDocument,
            title: self.title.clone(),
            summary: self.body.clone(),
            unit: UnitId::new(self.id.clone()),
            unit_name: self.unit.clone(),
            published_at: 1_795_224_600_000,
            document_type: Some("起诉书".to_owned()),
            document_number: Some(self.number.clone()),
            charges: vec!["受贿罪".to_owned(), self.id.clone()],
            body: self.body.clone(),
            source_url: Some(self.source.clone()),
        }
    }

    fn notice(&self, kind: Kind, result: &str) -> NoticePage {
        let fields = [
            ("task", self.title.as_str()),
            ("applicant", &self.unit),
            ("application", &self.number),
            ("items", &self.title),
            ("result", result),
            ("state", "已提交，待审核"),
            ("count", "1"),
            ("pending", "12"),
            ("case", "****0031"),
            ("change", "程序信息更新"),
            ("time", "2026年11月22日 10:00"),
            ("password", "Hx7mQ2pK"),
        ];
        let change = |field: &str, old: Option<&str>| CaseChange {
            field: field.to_owned(),
            old: old.map(str::to_owned),
            new: Some(self.unit.clone()),
        };
        NoticePage {
            kind,
            fields: fields
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .into(),
            unit_name: self.unit.clone(),
            created_at: 1_795_224_600_000,
            reason: (result == "未通过").then(|| self.body.clone()),
            replies: ["agreed", "refused", "other"]
                .into_iter()
                .filter(|_| kind == Kind::AppointmentReviewed)
                .map(|decision| Reply {
                    item: "reading".to_owned(),
                    decision: decision.to_owned(),
                    opinion: Some(self.body.clone()),
                })
                .collect(),
            remark: (kind == Kind::AppointmentReviewed).then(|| self.title.clone()),
            case_number: Some(self.number.clone()),
            case_name: (kind == Kind::CaseProgressChanged).then(|| self.title.clone()),
            changes: vec![
                change("stage", Some(&self.title)),
                change("due_date", None),
                change("handler", None),
                change("outcome", Some(&self.unit)),
            ],
        }
    }

    fn follows(&self, frame: Frame<'_>, count: usize) -> FollowsPage {
        let followed = |n: usize| FollowedUnit {
            id: format!("{}{n}", self.id),
            name: self.unit.clone(),
        };
        let regions = vec![
            Region {
                id: "430000".to_owned(),
                name: "湖南省".to_owned(),
            },
            Region {
                id: self.id.clone(),
                name: self.unit.clone(),
            },
        ];
        FollowsPage::new(
            frame,
            "c5rf\"token".to_owned(),
            (0..count).map(followed).collect(),
            regions,
        )
    }

    fn search(&self) -> UnitSearch {
        let found = ["岳麓区", "雨花区", "开福区"].map(|area| UnitSuggestion {
            id: format!("{}-{area}", self.id),
            name: format!("长沙市{area}人民检察院"),
            parent: self.unit.clone(),
        });
        UnitSearch {
            region: "430000".to_owned(),
            keyword: self.unit.clone(),
            found: Some(found.to_vec()),
        }
    }
}

/// Every page in every state worth looking at, with a name for its file.
fn pages(words: &Words, mode: ReadingMode) -> Vec<(&'static str, String)> {
    let face = SiteFace::default();
    let frame = Frame { face: &face, mode };
    let unit = ListedUnit {
        name: words.unit.clone(),
        has_subordinates: true,
    };
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("q", &words.unit)
        .finish();
    let searched = ListAddress::from_query(&query);
    let of_unit = ListAddress::from_query("kind=legal_document&unit=430100&sub=1");
    let found = ListedPublications {
        rows: words.rows(),
        total: Some(1234),
        next: Some(words.id.clone()),
    };
    let last = ListedPublications {
        rows: words.rows(),
        total: Some(2),
        next: None,
    };
    let nothing = ListedPublications::default();
    let follows_found = FollowsPage {
        search: words.search(),
        notice: Some(FollowOutcome::Followed.notice(Some(&words.unit))),
        ..words.follows(frame, 2)
    };
    let follows_full = FollowsPage {
        notice: Some(FollowOutcome::Full.notice(Some(&words.unit))),
        ..words.follows(frame, 5)
    };
    let rendered = [
        ("landing", LandingPage::new(frame, words.rows()).render()),
        ("landing_bare", LandingPage::new(frame, Vec::new()).render()),
        ("help", HelpPage::new(frame).render()),
        (
            "list",
            ListPage::new(frame, of_unit.clone(), Some(unit.clone()), found).render(),
        ),
        (
            "list_search",
            ListPage::new(frame, searched.page_after("c"), None, last).render(),
        ),
        (
            "list_empty_search",
            ListPage::new(frame, searched, None, nothing.clone()).render(),
        ),
        (
            "list_empty_unit",
            ListPage::new(frame, of_unit, Some(unit), nothing).render(),
        ),
        (
            "article",
            ArticlePage::new(frame, words.article(), words.rows()).render(),
        ),
        (
            "article_alone",
            ArticlePage::new(frame, words.article(), Vec::new()).render(),
        ),
        ("follows_first", words.follows(frame, 0).render()),
        ("follows", follows_found.render()),
        ("follows_full", follows_full.render()),
        (
            "notice_to_do",
            NoticeDetail::new(frame, &words.notice(Kind::BindingSubmitted, "")).render(),
        ),
        (
            "notice_refused",
            NoticeDetail::new(frame, &words.notice(Kind::BindingReviewed, "未通过")).render(),
        ),
        (
            "notice_replies",
            NoticeDetail::new(frame, &words.notice(Kind::AppointmentReviewed, "部分回复")).render(),
        ),
        (
            "notice_progress",
            NoticeDetail::new(frame, &words.notice(Kind::CaseProgressChanged, "")).render(),
        ),
        (
            "reset",
            ResetForm::new(frame, words.id.clone(), words.number.clone()).render(),
        ),
        (
            "reset_flawed",
            ResetForm::new(frame, words.id.clone(), words.number.clone())
                .flawed(Problem::Flaw(Flaw::Common))
                .render(),
        ),
        (
            "reset_differs",
            ResetForm::new(frame, words.id.clone(), words.number.clone())
                .flawed(Problem::Differs)
                .expired()
                .render(),
        ),
        ("reset_done", reset::done(frame, 1_795_224_600_000).render()),
        ("reset_void", reset::void(frame).render()),
        ("reset_too_many", reset::too_many(frame).render()),
        (
            "open_notice_in_wechat",
            MessagePage::open_notice_in_wechat(frame).render(),
        ),
        ("bad_request", MessagePage::bad_request(frame).render()),
        (
            "form_expired",
            MessagePage::form_expired(frame, Link::new("我的关注", paths::FOLLOWS)).render(),
        ),
        ("not_found", MessagePage::not_found(frame).render()),
        ("unit_unknown", MessagePage::unit_unknown(frame).render()),
        (
            "withdrawn",
            MessagePage::withdrawn(frame, PublicationKind::LegalDocument).render(),
        ),
        (
            "server_error",
            MessagePage::server_error(frame, words.number.clone()).render(),
        ),
        ("unavailable", MessagePage::unavailable(frame).render()),
        (
            "open_in_wechat",
            MessagePage::open_in_wechat(frame).render(),
        ),
        (
            "full_service_needed",
            MessagePage::full_service_needed(frame).render(),
        ),
    ];
    let rendered = rendered.map(|(name, page)| (name, page.unwrap()));
    let mut pages = rendered.to_vec();
    pages.extend(signing::pages(words, frame));
    pages
}

const MODES: [ReadingMode; 2] = [ReadingMode::Normal, ReadingMode::Care];

#[test]
fn hostile_words_never_become_markup() {
    for (name, page) in pages(&Words::hostile(), ReadingMode::Normal) {
        for forbidden in ["<script>", "<img src=x", "onerror=alert(2)>", "\"'>"] {
            assert!(!page.contains(forbidden), "{forbidden} in {name}:\n{page}");
        }
        // The one script, and the one title, that the page itself has.
        assert_eq!(page.matches("<script").count(), 1, "{name}");
        assert_eq!(page.matches("</title>").count(), 1, "{name}");
    }
}

#[test]
fn no_page_needs_what_the_content_policy_refuses() {
    for mode in MODES {
        for (name, page) in pages(&Words::plausible(), mode) {
            for forbidden in [
                "<style",
                " style=",
                "javascript:",
                " onclick=",
                " onsubmit=",
                "src=\"http",
                "user-scalable",
            ] {
                assert!(!page.contains(forbidden), "{forbidden} in {name}");
            }
        }
    }
}

#[test]
fn every_page_names_its_language_its_mode_and_its_operator() {
    for mode in MODES {
        for (name, page) in pages(&Words::plausible(), mode) {
            assert!(
                page.contains(&format!("<html lang=\"zh-CN\" data-mode=\"{mode}\">")),
                "{name}"
            );
            assert!(page.contains("<p>人民检察院案件信息公开网</p>"), "{name}");
            assert!(page.contains("href=\"tel:12309\""), "{name}");
            assert!(
                page.matches("<h1").count() == 1,
                "{name} has not exactly one main heading"
            );
            assert!(!page.contains("最高人民法院"), "{name}");
        }
    }
}

#[test]
fn long_words_are_shown_whole_for_reading() {
    let words = Words::long();
    for (name, page) in pages(&words, ReadingMode::Normal) {
        assert!(page.ends_with("</html>"), "{name}");
        if name.starts_with("article") {
            assert!(
                page.contains(&words.title) && page.contains(&words.body),
                "{name}"
            );
        }
    }
}

#[test]
fn a_row_leads_to_its_publication_and_a_page_to_the_next() {
    let pages = pages(&Words::plausible(), ReadingMode::Normal);
    let list = &pages.iter().find(|(name, _)| *name == "list").unwrap().1;
    assert!(list.contains("href=\"/h5/publications/430100-3\""));
    let next = "/h5/list?kind=legal_document&#38;unit=430100&#38;sub=1&#38;after=430100";
    assert!(
        list.contains(&format!("rel=\"next\" href=\"{next}\"")),
        "{list}"
    );
    assert!(list.contains("共1234条"));
}

#[test]
fn a_full_list_of_follows_has_no_form_to_add_another() {
    let pages = pages(&Words::plausible(), ReadingMode::Normal);
    let page = |wanted: &str| &pages.iter().find(|(name, _)| *name == wanted).unwrap().1;
    assert!(
        page("follows").contains("已关注 2/5")
            && page("follows").contains("data-suggest=\"/h5/units\"")
    );
    assert!(
        page("follows_full").contains("已关注 5/5")
            && !page("follows_full").contains("data-suggest")
    );
    assert_eq!(
        page("follows_full")
            .matches("action=\"/h5/follows/cancel\"")
            .count(),
        5
    );
}

#[test]
fn a_notice_says_what_the_push_must_not_and_shows_no_password() {
    let pages = pages(&Words::plausible(), ReadingMode::Normal);
    let page = |wanted: &str| &pages.iter().find(|(name, _)| *name == wanted).unwrap().1;
    let refused = page("notice_refused");
    assert!(refused.contains("<span class=\"pill bad\">未通过</span>") && refused.contains("原因"));
    assert!(refused.contains("听取了辩护人的意见") && refused.contains("再次提交申请"));
    let progress = page("notice_progress");
    assert!(progress.contains("长检刑诉〔2026〕123号") && !progress.contains("****0031"));
    assert!(progress.contains("办案进程") && progress.contains("<span class=\"muted\">无</span>"));
    let replies = page("notice_replies");
    for text in [
        "阅卷",
        "<span class=\"pill bad\">不同意</span>",
        "已答复",
        "还有事项没有回复",
    ] {
        assert!(replies.contains(text), "{text}");
    }
    // Not told: the field is not one of those, or nothing differs.
    assert!(!progress.contains("handler") && !progress.contains("处理结果"));
    assert!(page("notice_to_do").contains("12项") && !page("notice_to_do").contains("本次待办"));
    for name in [
        "notice_refused",
        "notice_replies",
        "notice_progress",
        "notice_to_do",
    ] {
        assert!(!page(name).contains("Hx7mQ2pK"), "{name}");
        assert!(page(name).contains("2026年11月22日 10:00"), "{name}");
    }
}

/// Not a check: writes the pages below the directory in `JIANXIN_PAGES_OUT`, for looking at in a browser.
#[test]
fn pages_are_written_out_when_asked_for() {
    let Ok(directory) = std::env::var("JIANXIN_PAGES_OUT") else {
        return;
    };
    for (folder, words) in [
        ("plausible", Words::plausible()),
        ("hostile", Words::hostile()),
        ("long", Words::long()),
    ] {
        for mode in MODES {
            let folder = std::path::Path::new(&directory)
                .join(folder)
                .join(mode.as_str());
            std::fs::create_dir_all(&folder).unwrap();
            for (name, page) in pages(&words, mode) {
                std::fs::write(folder.join(format!("{name}.html")), page).unwrap();
            }
        }
    }
}
