//! What every page of the desk has around its content: who is signed in, and where one can go.

use crate::domain::desk::Duty;
use crate::web::h5::layout::SiteFace;

/// A place in the navigation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// What a page says it is.
    pub key: &'static str,
    /// As people read it.
    pub label: &'static str,
    /// Where it is.
    pub href: &'static str,
    /// How much waits there; `None` where nothing is counted.
    pub count: Option<i64>,
}

/// Places that belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// As people read it.
    pub title: &'static str,
    /// At least one.
    pub items: Vec<Item>,
}

/// The frame of a page.
#[derive(Clone, Debug)]
pub struct ConsoleFrame {
    /// `<title>` and heading.
    pub title: String,
    /// Which place in the navigation it is.
    pub key: String,
    /// The manager's name.
    pub name: String,
    /// The manager's unit.
    pub unit: String,
    /// For the form that signs out, and for every other one.
    pub csrf: String,
    /// The operator's name and mark.
    pub face: SiteFace,
    /// Where this manager can go.
    pub nav: Vec<Group>,
}

/// Who sees a place: key, words, address, duties.
type Place = (&'static str, &'static str, &'static str, &'static [Duty]);

const PLACES: [(&str, &[Place]); 5] = [
    ("概览", &[("home", "首页", "/console/", &Duty::ALL)]),
    (
        "审核",
        &[
            (
                "registration",
                "律师注册",
                "/console/queues/registration",
                &[Duty::Reviewer],
            ),
            (
                "binding",
                "案件绑定",
                "/console/queues/binding",
                &[Duty::Reviewer],
            ),
            (
                "appointment",
                "案件预约",
                "/console/queues/appointment",
                &[Duty::Reviewer],
            ),
            (
                "password_reset",
                "找回密码",
                "/console/queues/reset",
                &[Duty::Reviewer],
            ),
            (
                "phone",
                "电话告知",
                "/console/queues/phone",
                &[Duty::Reviewer],
            ),
            (
                "accounts",
                "当事人账号",
                "/console/accounts",
                &[Duty::Reviewer],
            ),
        ],
    ),
    (
        "案件与公开",
        &[
            ("imports", "案件导入", "/console/imports", &[Duty::Importer]),
            (
                "cases",
                "案件查询",
                "/console/cases",
                &[Duty::Reviewer, Duty::Importer],
            ),
            (
                "publications",
                "信息发布",
                "/console/publications",
                &[Duty::Publisher],
            ),
            ("publicity", "公开统计", "/console/publicity", &Duty::ALL),
        ],
    ),
    (
        "单位",
        &[
            (
                "managers",
                "案管人员",
                "/console/managers",
                &[Duty::UnitAdmin, Duty::SystemAdmin],
            ),
            (
                "audit",
                "操作审计",
                "/console/audit",
                &[Duty::UnitAdmin, Duty::SystemAdmin],
            ),
        ],
    ),
    (
        "系统",
        &[
            (
                "units",
                "检察院",
                "/console/units",
                &[Duty::UnitAdmin, Duty::SystemAdmin],
            ),
            (
                "upkeep",
                "系统维护",
                "/console/upkeep",
                &[Duty::SystemAdmin],
            ),
        ],
    ),
];

/// The places that a manager with these duties has. `counts` says how much waits, by key.
pub fn nav(may: impl Fn(&[Duty]) -> bool, counts: &[(&str, i64)]) -> Vec<Group> {
    let count = |key: &str| {
        let found = counts.iter().find(|(counted, _)| *counted == key);
        found.map(|(_, count)| *count).filter(|count| *count > 0)
    };
    let groups = PLACES.iter().map(|(title, places)| Group {
        title,
        items: places
            .iter()
            .filter(|(.., duties)| may(duties))
            .map(|(key, label, href, _)| Item {
                key,
                label,
                href,
                count: count(key),
            })
            .collect(),
    });
    groups.filter(|group| !group.items.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::desk::Duties;

    #[test]
    fn an_importer_sees_no_queues_and_counts_stand_where_something_waits() {
        let duties = Duties::of(&[Duty::Importer]);
        let groups = nav(
            |wanted| duties.any(wanted),
            &[("imports", 2), ("binding", 5)],
        );
        let keys: Vec<&str> = groups
            .iter()
            .flat_map(|group| &group.items)
            .map(|item| item.key)
            .collect();
        assert_eq!(keys, ["home", "imports", "cases", "publicity"]);
        let imports = groups.iter().flat_map(|group| &group.items).nth(1).unwrap();
        assert_eq!(imports.count, Some(2));
    }
}
