//! 办案期限: which provision bounds how long a matter may take, by the law that was in force when it was accepted, and the
//! day on which it ends. Numbers and limits: requirements §4.5.

use chrono::{Days, Months, NaiveDate};

/// What is being done about a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Matter {
    /// 审查逮捕, the suspect is detained.
    ArrestDetained,
    /// 审查逮捕, the suspect is not detained.
    ArrestFree,
    /// 审查起诉.
    Prosecution,
    /// 补充侦查.
    Supplement,
    /// 一审.
    FirstInstance,
    /// 二审: the court.
    SecondInstance,
    /// 不服不起诉决定的申诉.
    Petition,
    /// 民事、行政诉讼监督.
    CivilSupervision,
}

impl Matter {
    /// What category and stage of a case say; `None` where the table has nothing.
    pub fn of(category: &str, stage: &str, detained: bool) -> Option<Self> {
        let says = |word: &str| stage.contains(word) || category.contains(word);
        if says("二审") || says("第二审") {
            return Some(Self::SecondInstance);
        }
        if crate::domain::binding::is_civil(category) {
            return Some(Self::CivilSupervision);
        }
        if stage.contains("补充侦查") {
            return Some(Self::Supplement);
        }
        if says("申诉") && says("不起诉") {
            return Some(Self::Petition);
        }
        if says("逮捕") {
            return Some(if detained {
                Self::ArrestDetained
            } else {
                Self::ArrestFree
            });
        }
        // 提起公诉 and what follows is with the court.
        if stage.contains("一审") || stage.contains("开庭") || stage.contains("提起公诉") {
            return Some(Self::FirstInstance);
        }
        (says("审查起诉") || says("公诉")).then_some(Self::Prosecution)
    }

    /// Whether the time runs from the day on which the procuratorate accepted the case. The court's begins with the court's
    /// own acceptance and a supplementary investigation with the return of the file: days that no row has.
    pub fn runs_from_acceptance(self) -> bool {
        match self {
            Self::Supplement | Self::FirstInstance | Self::SecondInstance => false,
            Self::ArrestDetained
            | Self::ArrestFree
            | Self::Prosecution
            | Self::Petition
            | Self::CivilSupervision => true,
        }
    }
}

/// How long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Span {
    Days(u64),
    Months(u32),
}

/// A limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeLimit {
    /// 《刑事诉讼法》第232条.
    pub citation: &'static str,
    /// The text in `config/laws.toml` and its article.
    pub law: (&'static str, u32),
    /// In plain words.
    pub words: &'static str,
    span: Span,
}

/// 2012 numbering is in force.
const CODE_2012: (i32, u32, u32) = (2013, 1, 1);
/// 2018 numbering is in force.
const CODE_2018: (i32, u32, u32) = (2018, 10, 26);
/// The rules of 2019 are in force; before, those of 2012.
const RULES_2019: (i32, u32, u32) = (2019, 12, 30);
/// The trial rules of civil supervision came into force.
const CIVIL_2013: (i32, u32, u32) = (2013, 11, 18);
/// They were replaced by rules that the table does not have.
const CIVIL_2021: (i32, u32, u32) = (2021, 8, 1);

/// The limit of a matter that was accepted on a day; `None` for what the table does not know, such as anything that was
/// accepted under the code of 1996.
pub fn limit(matter: Matter, accepted: NaiveDate) -> Option<TimeLimit> {
    let since = |(year, month, day)| {
        NaiveDate::from_ymd_opt(year, month, day).is_some_and(|begin| accepted >= begin)
    };
    if !since(CODE_2012) {
        return None;
    }
    let new = since(CODE_2018);
    let code = |old: (&'static str, u32), current: (&'static str, u32), words, span| {
        let (citation, article) = if new { current } else { old };
        let law = if new { "xsssf-2018" } else { "xsssf-2012" };
        Some(TimeLimit {
            citation,
            law: (law, article),
            words,
            span,
        })
    };
    match matter {
        Matter::ArrestDetained => code(
            ("《刑事诉讼法》第89条", 89),
            ("《刑事诉讼法》第91条", 91),
            "接到提请批准逮捕书后7日以内作出决定",
            Span::Days(7),
        ),
        Matter::ArrestFree => {
            let rules_2019 = since(RULES_2019);
            Some(TimeLimit {
                citation: if rules_2019 {
                    "《人民检察院刑事诉讼规则》第282条"
                } else {
                    "《人民检察院刑事诉讼规则（试行）》第316条"
                },
                law: if rules_2019 {
                    ("jcgz-2019", 282)
                } else {
                    ("jcgz-2012", 316)
                },
                words: "15日以内作出决定，重大、复杂的案件不超过20日",
                span: Span::Days(15),
            })
        }
        Matter::Prosecution => code(
            ("《刑事诉讼法》第169条", 169),
            ("《刑事诉讼法》第172条", 172),
            "一个月以内作出决定，重大、复杂的案件可以延长15日",
            Span::Months(1),
        ),
        Matter::Supplement => code(
            ("《刑事诉讼法》第171条", 171),
            ("《刑事诉讼法》第175条", 175),
            "一个月以内补充侦查完毕，以二次为限",
            Span::Months(1),
        ),
        Matter::FirstInstance => code(
            ("《刑事诉讼法》第202条", 202),
            ("《刑事诉讼法》第208条", 208),
            "人民法院受理后二个月以内宣判，至迟不得超过三个月",
            Span::Months(2),
        ),
        Matter::SecondInstance => code(
            ("《刑事诉讼法》第232条", 232),
            ("《刑事诉讼法》第243条", 243),
            "第二审人民法院二个月以内审结，符合法定情形的可以延长二个月",
            Span::Months(2),
        ),
        Matter::Petition => since(RULES_2019).then_some(TimeLimit {
            citation: "《人民检察院刑事诉讼规则》第386条",
            law: ("jcgz-2019", 386),
            words: "三个月以内作出复查决定，案情复杂的最长不超过六个月",
            span: Span::Months(3),
        }),
        Matter::CivilSupervision => {
            (since(CIVIL_2013) && !since(CIVIL_2021)).then_some(TimeLimit {
                citation: "《人民检察院民事诉讼监督规则（试行）》第56条",
                law: ("msjd-2013", 56),
                words: "受理之日起三个月以内审查终结并作出决定",
                span: Span::Months(3),
            })
        }
    }
}

impl TimeLimit {
    /// The last day when nothing prolongs it. The day of acceptance does not count; a last day off moves to the next
    /// working day, but never while somebody is detained (刑事诉讼法 art. 105; 2012: art. 103).
    pub fn due(
        &self,
        accepted: NaiveDate,
        detained: bool,
        is_working_day: impl Fn(NaiveDate) -> bool,
    ) -> Option<NaiveDate> {
        let mut last = match self.span {
            Span::Days(days) => accepted.checked_add_days(Days::new(days))?,
            Span::Months(months) => accepted.checked_add_months(Months::new(months))?,
        };
        // No run of days off is this long.
        for _ in 0..30 {
            if detained || is_working_day(last) {
                break;
            }
            last = last.succ_opt()?;
        }
        Some(last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    #[test]
    fn the_citation_is_the_one_in_force_on_the_day_of_acceptance() {
        let citation = |matter, day| limit(matter, day).map(|limit| limit.citation);
        for (matter, old, new) in [
            (Matter::ArrestDetained, "89", "91"),
            (Matter::Prosecution, "169", "172"),
            (Matter::Supplement, "171", "175"),
            (Matter::FirstInstance, "202", "208"),
            (Matter::SecondInstance, "232", "243"),
        ] {
            let law = |number| Some(format!("《刑事诉讼法》第{number}条"));
            let on = |day| citation(matter, day).map(str::to_owned);
            assert_eq!(on(day(2012, 12, 31)), None, "{matter:?}");
            assert_eq!(on(day(2013, 1, 1)), law(old), "{matter:?}");
            assert_eq!(on(day(2018, 10, 25)), law(old), "{matter:?}");
            assert_eq!(on(day(2018, 10, 26)), law(new), "{matter:?}");
            assert_eq!(on(day(2026, 11, 22)), law(new), "{matter:?}");
        }
        let free = |day| citation(Matter::ArrestFree, day).unwrap();
        assert!(free(day(2019, 12, 29)).contains("（试行）》第316条"));
        assert!(free(day(2019, 12, 30)).contains("规则》第282条"));
        assert_eq!(citation(Matter::Petition, day(2019, 12, 29)), None);
        assert_eq!(citation(Matter::CivilSupervision, day(2013, 11, 17)), None);
        assert!(citation(Matter::CivilSupervision, day(2016, 5, 1)).is_some());
        assert_eq!(citation(Matter::CivilSupervision, day(2021, 8, 1)), None);
    }

    #[test]
    fn the_last_day_moves_over_days_off_but_not_in_custody() {
        let weekdays = |day: NaiveDate| {
            use chrono::Datelike;
            day.weekday().num_days_from_monday() < 5
        };
        let month = limit(Matter::Prosecution, day(2026, 10, 22)).unwrap();
        // 22 November 2026 is a Sunday.
        assert_eq!(
            month.due(day(2026, 10, 22), false, weekdays),
            Some(day(2026, 11, 23))
        );
        assert_eq!(
            month.due(day(2026, 10, 22), true, weekdays),
            Some(day(2026, 11, 22))
        );
        assert_eq!(
            month.due(day(2026, 1, 31), true, weekdays),
            Some(day(2026, 2, 28)),
            "a month ends with its last day"
        );
        let week = limit(Matter::ArrestDetained, day(2026, 11, 2)).unwrap();
        assert_eq!(
            week.due(day(2026, 11, 2), true, weekdays),
            Some(day(2026, 11, 9))
        );
        assert_eq!(month.due(NaiveDate::MAX, true, weekdays), None);
    }

    #[test]
    fn category_and_stage_say_what_is_being_done() {
        for (category, stage, detained, matter) in [
            (
                "第二审程序上诉",
                "二审上诉",
                true,
                Some(Matter::SecondInstance),
            ),
            ("一审公诉案件", "审查起诉", false, Some(Matter::Prosecution)),
            (
                "一审公诉案件",
                "退回补充侦查",
                false,
                Some(Matter::Supplement),
            ),
            (
                "一审公诉案件",
                "提起公诉",
                false,
                Some(Matter::FirstInstance),
            ),
            (
                "审查逮捕案件",
                "审查逮捕",
                true,
                Some(Matter::ArrestDetained),
            ),
            ("审查逮捕案件", "审查逮捕", false, Some(Matter::ArrestFree)),
            (
                "民事监督案件",
                "审查",
                false,
                Some(Matter::CivilSupervision),
            ),
            ("不服不起诉决定申诉", "复查", false, Some(Matter::Petition)),
            ("控告", "受理", false, None),
        ] {
            assert_eq!(
                Matter::of(category, stage, detained),
                matter,
                "{category} {stage}"
            );
        }
    }

    #[test]
    fn only_our_own_times_run_from_our_acceptance() {
        for (matter, from_acceptance) in [
            (Matter::ArrestDetained, true),
            (Matter::ArrestFree, true),
            (Matter::Prosecution, true),
            (Matter::Petition, true),
            (Matter::CivilSupervision, true),
            (Matter::Supplement, false),
            (Matter::FirstInstance, false),
            (Matter::SecondInstance, false),
        ] {
            assert_eq!(matter.runs_from_acceptance(), from_acceptance, "{matter:?}");
        }
    }
}
