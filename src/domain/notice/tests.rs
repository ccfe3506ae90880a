//! Every value of every kind satisfies its keyword's rule, and masks hide.

use super::*;

/// All lines of `config/notices.toml` as templates.
fn built_in() -> Vec<(Kind, Template)> {
    let table: toml::Table = include_str!("../../../config/notices.toml")
        .parse()
        .unwrap();
    table
        .into_iter()
        .map(|(name, section)| {
            let fields = section["fields"].as_table().unwrap().iter();
            let keywords = fields
                .map(|(key, field)| (key.clone(), field.as_str().unwrap().to_owned()))
                .collect();
            let template = Template {
                template_id: "TM-1".to_owned(),
                keywords,
            };
            (Kind::parse(&name).unwrap(), template)
        })
        .collect()
}

#[test]
fn words_are_read_back_and_lanes_put_passwords_and_to_dos_first() {
    for kind in Kind::ALL {
        assert_eq!(Kind::parse(kind.as_str()), Some(kind));
        assert!(kind.title().ends_with("通知") || kind.title().ends_with("提醒"));
        let lane = match kind {
            Kind::PasswordResetDone => 0,
            Kind::CaseProgressChanged => 2,
            kind if kind.is_to_do() => 0,
            _ => 1,
        };
        assert_eq!(kind.lane(), lane, "{kind:?}");
    }
    assert_eq!(Kind::ALL.iter().filter(|kind| kind.is_to_do()).count(), 4);
    assert_eq!(Kind::parse("rumour"), None);
}

#[test]
fn the_built_in_templates_are_complete_and_take_the_usual_values() {
    let templates = built_in();
    assert_eq!(templates.len(), 9);
    for (kind, template) in templates {
        assert_eq!(template.check(kind), Ok(()), "{kind:?}");
        let values = render(&template, &kind.sample()).unwrap();
        assert!((3..=5).contains(&values.len()), "{kind:?}");
    }
}

/// Deterministic texts of all sorts, to try the kinds with.
fn texts() -> Vec<String> {
    let alphabet: Vec<char> = "a9-*. 中院（）\n\t\u{0}\u{200b}😀/:年月日￥元"
        .chars()
        .collect();
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = move |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % below as u64).unwrap()
    };
    let mut all: Vec<String> = (0..4000)
        .map(|_| {
            let narrow = next(2) == 0;
            let length = next(60);
            let from = if narrow { next(alphabet.len()) } else { 0 };
            (0..length)
                .map(|_| alphabet[if narrow { from } else { next(alphabet.len()) }])
                .collect()
        })
        .collect();
    all.extend(
        [
            "",
            " ",
            "\n",
            "2026年11月22日 10:00",
            "￥12.50元",
            "abc",
            "-",
        ]
        .map(str::to_owned),
    );
    all
}

#[test]
fn whatever_a_keyword_lets_through_satisfies_the_platform() {
    let mut passed = [0_usize; 14];
    for text in texts() {
        for (index, (key, rule)) in rules().into_iter().enumerate() {
            let keyword = Keyword::of_key(key).unwrap();
            let Ok(value) = keyword.fit(&text) else {
                assert_ne!(keyword, Keyword::Thing, "free text never fails: {text:?}");
                continue;
            };
            passed[index] += 1;
            assert!(!value.is_empty() && !value.chars().any(char::is_control));
            assert_eq!(value, value.trim(), "{key} {text:?}");
            assert!(rule(&value), "{key} let {value:?} through for {text:?}");
            assert_eq!(keyword.fit(&value).as_deref(), Ok(value.as_str()), "stable");
        }
    }
    assert!(passed.iter().all(|count| *count > 0), "{passed:?}");
}

type Rule = fn(&str) -> bool;

/// The table of the platform (wechat-protocol §5.3), written down a second time.
fn rules() -> [(&'static str, Rule); 14] {
    [
        ("thing1", |v| v.chars().count() <= 20),
        ("number1", |v| {
            v.len() <= 32 && v.chars().all(|c| "0123456789.-".contains(c))
        }),
        ("letter1", |v| {
            v.len() <= 32 && v.chars().all(|c| c.is_ascii_alphabetic())
        }),
        ("symbol1", |v| {
            v.chars().count() <= 5 && !v.chars().any(char::is_alphanumeric)
        }),
        ("character_string1", |v| v.len() <= 32 && v.is_ascii()),
        ("time1", |v| v.chars().any(|c| c.is_ascii_digit())),
        ("date1", |v| v.chars().any(|c| c.is_ascii_digit())),
        ("amount1", |v| {
            (1..=11).contains(&v.chars().filter(char::is_ascii_digit).count())
        }),
        ("phone_number1", |v| v.len() <= 17 && v.is_ascii()),
        ("car_number1", |v| v.chars().count() <= 8),
        ("name1", |v| {
            v.chars().count() <= if v.is_ascii() { 20 } else { 10 }
        }),
        ("phrase1", |v| {
            v.chars().count() <= 5 && v.chars().all(|c| c > '\u{33ff}')
        }),
        ("const1", |v| v.chars().count() <= 20),
        ("short_thing1", |_| true),
    ]
}

#[test]
fn free_text_is_cut_by_characters_and_a_typed_value_names_its_field() {
    let long = "😀".repeat(30);
    let cut = Keyword::Thing.fit(&long).unwrap();
    assert_eq!(cut, format!("{}…", "😀".repeat(19)));
    assert_eq!(Keyword::Thing.fit(" 两\n行 ").unwrap(), "两 行");
    assert_eq!(Keyword::Thing.fit("\u{200b}\n").unwrap(), "-");
    let template = Template {
        template_id: String::new(),
        keywords: [("character_string2".to_owned(), "application".to_owned())].into(),
    };
    let fields = Fields::from([("application".to_owned(), "编号1".to_owned())]);
    let problem = render(&template, &fields).unwrap_err();
    assert_eq!(problem.keyword, "character_string2");
    assert_eq!(problem.field, "application");
    assert_eq!(problem.misfit, Misfit::Characters);
    assert!(
        !problem.to_string().contains("编号"),
        "the value is not told"
    );
    let missing = Template {
        keywords: [("time1".to_owned(), "time".to_owned())].into(),
        ..template
    };
    assert_eq!(
        render(&missing, &Fields::new()).unwrap_err().misfit,
        Misfit::Empty
    );
}

#[test]
fn a_bad_template_is_told_key_by_key() {
    let template = Template {
        template_id: "a b".to_owned(),
        keywords: [
            ("Thing1", "unit"),
            ("phrase2", "time"),
            ("thing3", "reason"),
        ]
        .map(|(key, field)| (key.to_owned(), field.to_owned()))
        .into(),
    };
    let flaws = template.check(Kind::BindingReviewed).unwrap_err();
    let keys: Vec<&str> = flaws.iter().map(|flaw| flaw.key.as_str()).collect();
    assert_eq!(keys, ["template_id", "Thing1", "phrase2", "thing3"]);
    assert!(flaws[3].reason.contains("application"), "{}", flaws[3]);
    let empty = Template::default()
        .check(Kind::BindingReviewed)
        .unwrap_err();
    assert_eq!(empty[0].key, "fields");
    assert_eq!(Templates::default().missing().len(), 9);
}

#[test]
fn masks_hide_the_middle_of_accounts_and_the_words_of_case_numbers() {
    assert_eq!(mask_account("160712349811"), "1607****9811");
    assert_eq!(mask_account("zhangsan"), "zh****an");
    assert_eq!(mask_account("li"), "l****");
    assert_eq!(mask_account(""), "****");
    assert_eq!(
        mask_case_number("湘检上诉受[2016]43000000031号"),
        "****0031"
    );
    assert_eq!(mask_case_number("盗窃案12号"), "****");
}

#[test]
fn results_and_items_are_closed_lists_that_fit_a_phrase() {
    for word in [
        "approved",
        "rejected",
        "answered",
        "partly_answered",
        "reset",
    ] {
        let outcome = Outcome::parse(word).unwrap();
        assert!(Keyword::Phrase.fit(outcome.phrase()).is_ok());
        assert_ne!(outcome.phrase(), "成功");
    }
    assert_eq!(Outcome::parse("ok"), None);
    assert_eq!(items_phrase(&[Item::Reading]), "阅卷");
    assert_eq!(
        items_phrase(&[Item::MeasureChange, Item::Reading, Item::Other]),
        "其他事项等3项"
    );
    assert!(
        Item::ALL
            .iter()
            .all(|item| Item::parse(item.as_str()) == Some(*item))
    );
}
