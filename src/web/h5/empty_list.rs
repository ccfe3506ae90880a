//! What an empty list says: what would stand here, and the one thing worth trying next.

use crate::web::h5::layout::Link;
use crate::web::h5::list::ListedUnit;
use crate::web::h5::list_address::{ListAddress, UnitScope};
use crate::web::h5::paths;

/// The words of an empty list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmptyList {
    /// What is the case.
    pub heading: String,
    /// What would appear here, or why nothing does.
    pub explanation: String,
    /// The next step.
    pub action: Link,
}

/// The words for the list at `address`, which turned out empty.
pub fn empty_list(address: &ListAddress, unit: Option<&ListedUnit>) -> EmptyList {
    if address.after.is_some() {
        return past_the_end(address);
    }
    match (&address.keyword, unit) {
        (Some(keyword), unit) => nothing_found(address, keyword, unit),
        (None, Some(unit)) => nothing_published(address, unit),
        (None, None) => nothing_at_all(address),
    }
}

fn past_the_end(address: &ListAddress) -> EmptyList {
    EmptyList {
        heading: "后面没有更多信息了".to_owned(),
        explanation: "您已经看到最后一页。".to_owned(),
        action: Link::new("回到第一页", address.first_page().path()),
    }
}

fn nothing_found(address: &ListAddress, keyword: &str, unit: Option<&ListedUnit>) -> EmptyList {
    let board = address.kind.title();
    let action = match unit {
        Some(_) => Link::new("在全国范围内搜索", address.nationwide().path()),
        None => Link::new(format!("查看全部{board}"), address.unfiltered().path()),
    };
    let place = unit
        .map(|unit| format!("{}的", unit.name))
        .unwrap_or_default();
    EmptyList {
        heading: format!("没有找到含有“{keyword}”的{board}"),
        explanation: format!(
            "您可以换一个更短的词，例如罪名“抢劫”。这里会列出{place}{board}中含有这个词的内容。"
        ),
        action,
    }
}

fn nothing_published(address: &ListAddress, unit: &ListedUnit) -> EmptyList {
    let board = address.kind.title();
    let action = match (address.scope, unit.has_subordinates) {
        (UnitScope::Own, true) => Link::new(
            "看看下属院的信息",
            address.with_scope(UnitScope::Subtree).path(),
        ),
        (UnitScope::Own, false) | (UnitScope::Subtree, _) => {
            Link::new(format!("查看全国的{board}"), address.nationwide().path())
        }
    };
    EmptyList {
        heading: format!("{}还没有公开{board}", unit.name),
        explanation: "公开之后，会按时间先后显示在这里，最新的在最前面。".to_owned(),
        action,
    }
}

fn nothing_at_all(address: &ListAddress) -> EmptyList {
    EmptyList {
        heading: format!("还没有公开的{}", address.kind.title()),
        explanation: "各级人民检察院公开之后，会按时间先后显示在这里。".to_owned(),
        action: Link::new("返回首页", paths::HOME),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(has_subordinates: bool) -> ListedUnit {
        ListedUnit {
            name: "长沙市人民检察院".to_owned(),
            has_subordinates,
        }
    }

    #[test]
    fn a_unit_with_subordinates_offers_them_first() {
        let address = ListAddress::from_query("kind=legal_document&unit=430100&sub=0");
        let empty = empty_list(&address, Some(&unit(true)));
        assert_eq!(empty.heading, "长沙市人民检察院还没有公开法律文书");
        assert_eq!(
            empty.action.href,
            "/h5/list?kind=legal_document&unit=430100&sub=1"
        );
    }

    #[test]
    fn a_unit_without_subordinates_offers_the_whole_country() {
        for query in ["unit=430104", "unit=430104&sub=1"] {
            let empty = empty_list(&ListAddress::from_query(query), Some(&unit(false)));
            assert_eq!(empty.action.href, "/h5/list?kind=important_case");
        }
    }

    #[test]
    fn a_search_in_one_unit_offers_the_same_search_everywhere() {
        let empty = empty_list(
            &ListAddress::from_query("unit=430100&q=%E6%8A%A2%E5%8A%AB"),
            Some(&unit(true)),
        );
        assert!(empty.heading.contains("“抢劫”"), "{}", empty.heading);
        assert_eq!(
            empty.action.href,
            "/h5/list?kind=important_case&q=%E6%8A%A2%E5%8A%AB"
        );
    }

    #[test]
    fn a_page_behind_the_last_one_leads_back_to_the_first() {
        let empty = empty_list(&ListAddress::from_query("q=x&after=end"), None);
        assert_eq!(empty.action.href, "/h5/list?kind=important_case&q=x");
    }
}
