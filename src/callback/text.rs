//! Text messages: `zyaj_`/`flws_` and a unit, a number from the last list of choices, or a keyword.

use std::fmt::Write;
use std::sync::Arc;

use crate::callback::answers::{Question, Said, State};
use crate::callback::door::Door;
use crate::callback::lists::{self, ListText};
use crate::domain::ids::{OpenId, UnitId};
use crate::domain::publication::PublicationKind;
use crate::domain::query::Query;
use crate::domain::unit_change::Former;
use crate::domain::unit_names::Resolution;
use crate::search::Position;
use crate::service::choices::{self, Choices};
use crate::service::error::ServiceError;
use crate::service::inbox::Body;
use crate::service::publications;
use crate::service::search::{self, Wanted};
use crate::wechat::reply::{self, Reply};

/// Hints that are named behind an answer.
const HINTS: usize = 3;

pub(super) async fn answer(door: &Arc<Door>, openid: &OpenId, content: &str) -> Arc<Body> {
    let query = Query::parse(content);
    let is_number = matches!(query, Query::Number(_));
    let answer = match query {
        Query::Latest { kind, unit_text } => by_name(door, openid, kind, &unit_text).await,
        Query::Number(number) => by_number(door, openid, number).await,
        Query::Keyword(words) => by_keyword(door, openid, words).await,
        Query::Empty => help(door, openid).await,
    };
    let said = answer.unwrap_or_else(|error| lists::busy(door, &error).into());
    // What a number means depends on what this follower was shown.
    if !is_number {
        door.answers.keep_typed(content, &said);
    }
    said.body()
}

async fn help(door: &Door, openid: &OpenId) -> Result<Said, ServiceError> {
    choices::forget(&door.app, openid).await;
    Ok(Reply::Text(door.replies().help).into())
}

async fn by_name(
    door: &Arc<Door>,
    openid: &OpenId,
    kind: PublicationKind,
    unit_text: &str,
) -> Result<Said, ServiceError> {
    match door.app.units().resolver.resolve(unit_text) {
        Resolution::One { unit, hints } => {
            let forget = choices::forget(&door.app, openid);
            let former = door
                .app
                .units()
                .former
                .meant(unit_text, &unit)
                .map(|former| formerly(door, former));
            let asked = Asked {
                kind,
                unit,
                hints,
                former,
            };
            let (answer, ()) = tokio::join!(of_unit(door, asked), forget);
            answer
        }
        Resolution::Choices(units) => {
            let choices = Choices { kind, units };
            choices::remember(&door.app, openid, &choices).await;
            Ok(Reply::Text(choice_list(door, unit_text, &choices)).into())
        }
        Resolution::Nearest(units) => {
            choices::forget(&door.app, openid).await;
            Ok(Reply::Text(did_you_mean(door, kind, unit_text, &units)).into())
        }
        Resolution::Nothing if unit_text.is_empty() => help(door, openid).await,
        Resolution::Nothing => {
            choices::forget(&door.app, openid).await;
            Ok(Reply::Text(no_such_unit(door, unit_text)).into())
        }
    }
}

async fn by_number(door: &Arc<Door>, openid: &OpenId, number: u32) -> Result<Said, ServiceError> {
    let picked = choices::recall(&door.app, openid)
        .await
        .and_then(|choices| {
            let index = usize::try_from(number).ok()?.checked_sub(1)?;
            Some((choices.kind, choices.units.get(index)?.clone()))
        });
    match picked {
        // The list stays: the follower may look at another one of it.
        Some((kind, unit)) => {
            let asked = Asked {
                kind,
                unit,
                hints: Vec::new(),
                former: None,
            };
            of_unit(door, asked).await
        }
        None => by_keyword(door, openid, number.to_string()).await,
    }
}

/// One unit, and how it was asked for.
struct Asked {
    kind: PublicationKind,
    unit: UnitId,
    /// Others that may have been meant.
    hints: Vec<UnitId>,
    /// The sentence about a former name by which it was asked for.
    former: Option<String>,
}

/// 甲县人民检察院已于2026年12月1日并入乙市人民检察院。
fn formerly(door: &Door, former: &Former) -> String {
    let now = door.unit_name(former.unit.as_str());
    let day = chrono::NaiveDate::parse_from_str(&former.since, "%Y-%m-%d");
    let day = day.map_or_else(
        |_| former.since.clone(),
        |day| day.format("%Y年%-m月%-d日").to_string(),
    );
    let what = if former.merged { "并入" } else { "更名为" };
    format!("{}已于{day}{what}{now}。", former.name)
}

async fn of_unit(door: &Arc<Door>, asked: Asked) -> Result<Said, ServiceError> {
    let Asked {
        kind,
        unit,
        hints,
        former,
    } = asked;
    let app = &door.app;
    let state = State {
        revision: app.freshness.current().await?,
        indexed: Position::default(),
        units: app.units().wording(),
    };
    let question = Question::Unit(kind, unit.clone(), hints.clone(), former.clone());
    if let Some(said) = door.answers.get(&question, state, app.clock.now_ms()) {
        return Ok(said);
    }
    let found = publications::latest_of_unit(app, kind, &unit).await?;
    let name = door.unit_name(unit.as_str());
    let note = match (found.own, found.items.len()) {
        (own, all) if own == all => String::new(),
        (0, _) => "本院还没有公开，以上由下属院公开。".to_owned(),
        (own, _) => format!("前{own}条由本院公开，其余由下属院公开。"),
    };
    let reply = if found.items.is_empty() {
        let other = PublicationKind::ALL
            .into_iter()
            .find(|other| *other != kind)
            .unwrap_or(kind);
        let former = former.unwrap_or_default();
        let mut text = format!("{former}{name}还没有公开的{}。", kind.title());
        text.push_str(&hint_lines(door, kind, &hints));
        let _ = write!(
            text,
            "\n{}",
            reply::link(
                &format!("看看该院的{}", other.title()),
                &door.unit_url(other, &unit)
            )
        );
        Reply::Text(text)
    } else {
        let hints = hint_lines(door, kind, &hints);
        let note = [note.as_str(), hints.trim_start()]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>();
        lists::as_text(
            door,
            &ListText {
                header: format!(
                    "{}{name}最新{}：",
                    former.map_or_else(String::new, |former| format!("{former}\n")),
                    kind.title()
                ),
                items: found.items,
                note: note.join("\n"),
                more: vec![("更多".to_owned(), door.unit_url(kind, &unit))],
            },
        )
    };
    let good_until = publications::next_due(app).await?;
    Ok(door.answers.keep(question, state, good_until, &reply))
}

fn hint_lines(door: &Door, kind: PublicationKind, hints: &[UnitId]) -> String {
    if hints.is_empty() {
        return String::new();
    }
    let links: Vec<String> = hints
        .iter()
        .take(HINTS)
        .map(|unit| reply::link(&door.unit_name(unit.as_str()), &door.unit_url(kind, unit)))
        .collect();
    format!("\n您是否要找：{}", links.join("、"))
}

fn choice_list(door: &Door, typed: &str, choices: &Choices) -> String {
    let book = door.app.units();
    let mut text = format!(
        "叫“{}”的检察院有{}个，请回复序号，或点名称查看{}：",
        reply::plain(typed),
        choices.units.len(),
        choices.kind.title()
    );
    for (index, unit) in choices.units.iter().enumerate() {
        let parent = book
            .tree
            .get(unit)
            .and_then(|found| found.parent_id.clone());
        let parent = parent.map_or_else(String::new, |parent| {
            format!("{}，", book.tree.short_name(&parent))
        });
        let link = reply::link(
            &door.unit_name(unit.as_str()),
            &door.unit_url(choices.kind, unit),
        );
        let _ = write!(text, "\n{}. {link}（{parent}{unit}）", index + 1);
    }
    text
}

fn did_you_mean(door: &Door, kind: PublicationKind, typed: &str, units: &[UnitId]) -> String {
    let mut text = format!("没有找到“{}”。您是否要找：", reply::plain(typed));
    for unit in units {
        let _ = write!(
            text,
            "\n{}",
            reply::link(&door.unit_name(unit.as_str()), &door.unit_url(kind, unit))
        );
    }
    let _ = write!(
        text,
        "\n点名称查看，或者回复 {}加上完整的名称或编码。",
        kind.text_command()
    );
    text
}

fn no_such_unit(door: &Door, typed: &str) -> String {
    format!(
        "没有找到“{}”这个检察院，请核对名称或编码。\n\n{}",
        reply::plain(typed),
        door.replies().help
    )
}

async fn by_keyword(
    door: &Arc<Door>,
    openid: &OpenId,
    words: String,
) -> Result<Said, ServiceError> {
    let app = &door.app;
    let forget = choices::forget(app, openid);
    let (revision, ()) = tokio::join!(app.freshness.current(), forget);
    let state = State {
        revision: revision?,
        indexed: app.search.position(),
        units: app.units().wording(),
    };
    let question = Question::Keyword(words.clone());
    if let Some(said) = door.answers.get(&question, state, app.clock.now_ms()) {
        return Ok(said);
    }
    let wanted = |kind, limit| Wanted {
        words: words.clone(),
        kind,
        scope: None,
        offset: 0,
        limit,
    };
    let hits = search::search(app, wanted(None, publications::LATEST)).await?;
    if hits.items.is_empty() && !door.index.is_ready() {
        return Ok(Reply::Text(door.replies().busy).into());
    }
    let reply = if hits.items.is_empty() {
        Reply::Text(nothing_found(door, &words))
    } else {
        let cases = wanted(Some(PublicationKind::ImportantCase), 1);
        let cases = search::search(app, cases).await?.total.min(hits.total);
        let boards = [
            (PublicationKind::ImportantCase, cases),
            (PublicationKind::LegalDocument, hits.total - cases),
        ];
        let more = boards
            .into_iter()
            .filter(|(_, count)| *count > 0)
            .map(|(kind, count)| {
                let label = format!("更多：{}{count}条", kind.title());
                (label, door.search_url(kind, &words))
            })
            .collect();
        lists::as_text(
            door,
            &ListText {
                header: format!(
                    "全国公开信息中含有“{}”的共{}条：",
                    reply::plain(&words),
                    hits.total
                ),
                items: hits.items,
                note: String::new(),
                more,
            },
        )
    };
    let good_until = publications::next_due(app).await?;
    Ok(door.answers.keep(question, state, good_until, &reply))
}

fn nothing_found(door: &Door, words: &str) -> String {
    let mut text = format!(
        "没有找到含有“{}”的公开信息，请换一个词，例如罪名“盗窃”。",
        reply::plain(words)
    );
    let unit = match door.app.units().resolver.resolve(words) {
        Resolution::One { unit, .. } => Some(unit),
        Resolution::Choices(units) | Resolution::Nearest(units) => units.first().cloned(),
        Resolution::Nothing => None,
    };
    if let Some(unit) = unit {
        let kind = PublicationKind::ImportantCase;
        let link = reply::link(&door.unit_name(unit.as_str()), &door.unit_url(kind, &unit));
        let _ = write!(
            text,
            "\n如果要查检察院，您是否要找：{link}？请回复 {}加上名称。",
            kind.text_command()
        );
    }
    let _ = write!(
        text,
        "\n{}",
        reply::link("自助查询说明", &format!("{}/h5/help", door.app.public_url))
    );
    text
}
