//! What became of a tap on 关注 or 取消, in words: what happened and what to do next, beside the field it concerns.
//! An outcome travels through the redirect after the POST as a word in the address.

use crate::domain::ids::UnitId;
use crate::web::h5::follows::FOLLOW_LIMIT;
use crate::web::h5::paths;

/// The outcomes of both buttons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FollowOutcome {
    /// The unit is on the list now.
    Followed,
    /// The unit is off the list now.
    Cancelled,
    /// It was on the list already.
    Duplicate,
    /// The list is full.
    Full,
    /// No unit was chosen, or none of that id exists.
    UnknownUnit,
    /// The form was too old, or not ours.
    FormExpired,
}

/// How a message is tinted; its words say the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// It worked.
    Ok,
    /// Nothing happened, and nothing is wrong.
    Warn,
    /// It did not work.
    Bad,
}

impl Tone {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Bad => "bad",
        }
    }
}

/// A message on a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Its tint.
    pub tone: Tone,
    /// One or two sentences.
    pub text: String,
}

impl FollowOutcome {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Followed,
        Self::Cancelled,
        Self::Duplicate,
        Self::Full,
        Self::UnknownUnit,
        Self::FormExpired,
    ];

    /// The word in `/h5/follows?outcome=…`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Followed => "followed",
            Self::Cancelled => "cancelled",
            Self::Duplicate => "duplicate",
            Self::Full => "full",
            Self::UnknownUnit => "unknown_unit",
            Self::FormExpired => "form_expired",
        }
    }

    /// The outcome named by [`Self::as_str`]'s word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|outcome| outcome.as_str() == word)
    }

    /// Where the redirect after the POST leads.
    pub fn redirect(self, unit: Option<&UnitId>) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("outcome", self.as_str());
        if let Some(unit) = unit {
            query.append_pair("unit", unit.as_str());
        }
        format!("{}?{}", paths::FOLLOWS, query.finish())
    }

    /// The message, naming the unit where the name is known.
    pub fn notice(self, unit_name: Option<&str>) -> Notice {
        let unit = unit_name.unwrap_or("这个检察院");
        let (tone, text) = match self {
            Self::Followed => (
                Tone::Ok,
                format!(
                    "您已关注{unit}。在公众号菜单中点“关注院信息”或“关注院文书”，就能看到最新内容。"
                ),
            ),
            Self::Cancelled => (Tone::Ok, format!("您已取消关注{unit}。")),
            Self::Duplicate => (
                Tone::Warn,
                format!("您之前已经关注了{unit}，不需要重复关注。"),
            ),
            Self::Full => (
                Tone::Warn,
                format!(
                    "您可以先取消一个已关注的检察院，再关注{unit}。每人最多关注{FOLLOW_LIMIT}个检察院。"
                ),
            ),
            Self::UnknownUnit => (Tone::Bad, "请先查找，再从列表中选择一个检察院。".to_owned()),
            Self::FormExpired => (
                Tone::Bad,
                "请您再点一次。这个页面打开的时间太久，刚才的操作没有生效。".to_owned(),
            ),
        };
        Notice { tone, text }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_outcome_survives_the_redirect() {
        for outcome in FollowOutcome::ALL {
            assert_eq!(FollowOutcome::from_word(outcome.as_str()), Some(outcome));
        }
        assert_eq!(FollowOutcome::from_word("x"), None);
        assert_eq!(
            FollowOutcome::Full.redirect(Some(&UnitId::new("430100"))),
            "/h5/follows?outcome=full&unit=430100"
        );
    }

    #[test]
    fn a_full_list_names_the_limit_and_the_way_out() {
        let notice = FollowOutcome::Full.notice(Some("长沙市人民检察院"));
        assert_eq!(notice.tone, Tone::Warn);
        assert!(
            notice.text.contains("先取消一个") && notice.text.contains("最多关注5个"),
            "{}",
            notice.text
        );
    }

    #[test]
    fn every_message_is_complete_sentences() {
        for outcome in FollowOutcome::ALL {
            let text = outcome.notice(None).text;
            assert!(text.ends_with('。') && !text.contains("  "), "{text}");
        }
    }
}
