//! What finds what.

use super::support::{Scratch, charged, document, request, saying, titled};
use crate::search::Document;

#[test]
fn a_part_of_a_charge_finds_the_charge() {
    let scratch = Scratch::with([
        charged("1", "张某某案", "抢劫罪"),
        charged("2", "李某某案", "抢劫枪支、弹药、爆炸物、危险物质罪"),
        charged("3", "王某某案", "盗窃罪"),
        charged("4", "赵某某抢劫案", "抢劫罪"),
    ]);
    assert_eq!(scratch.find("抢劫"), ["4", "2", "1"]);
    assert_eq!(scratch.find("抢劫罪"), ["4", "1"]);
    assert_eq!(scratch.find("抢劫枪支、弹药、爆炸物、危险物质罪"), ["2"]);
    assert_eq!(scratch.find("爆炸物"), ["2"]);
}

#[test]
fn charges_are_found_in_bodies_with_and_without_their_ending() {
    let scratch = Scratch::with([
        saying("1", "被告人的行为已构成故意伤害罪，应当追究刑事责任。"),
        saying("2", "因涉嫌故意伤害被刑事拘留。"),
        saying("3", "其行为构成非法持有毒品罪。"),
        saying("4", "触犯抢劫枪支弹药的规定"),
        saying("5", "经查，抢劫案件发生在当日。"),
    ]);
    assert_eq!(scratch.find("故意伤害"), ["2", "1"]);
    assert_eq!(scratch.find("故意伤害罪"), ["1"]);
    assert_eq!(scratch.find("伤害"), ["2", "1"]);
    assert_eq!(scratch.find("非法持有"), ["3"]);
    assert_eq!(scratch.find("毒品"), ["3"]);
    assert_eq!(scratch.find("抢劫枪支"), ["4"]);
    assert_eq!(scratch.find("抢劫案"), ["5"]);
    assert_eq!(scratch.find("抢劫"), ["5", "4"]);
}

#[test]
fn two_words_mean_both_wherever_they_stand() {
    let scratch = Scratch::with([
        Document {
            body: "长沙市人民检察院指控".to_owned(),
            ..titled("1", "盗窃案")
        },
        titled("2", "长沙盗窃案"),
        titled("3", "盗窃案"),
        saying("4", "在长沙市盗窃"),
    ]);
    assert_eq!(scratch.find("盗窃 长沙"), ["2", "4", "1"]);
    assert_eq!(scratch.find("长沙，盗窃"), ["2", "4", "1"]);
    assert_eq!(scratch.find("盗窃 长沙 株洲"), Vec::<String>::new());
}

#[test]
fn width_case_and_traditional_characters_make_no_difference() {
    let scratch = Scratch::with([
        titled("1", "关于ＡＢＣ公司搶劫案"),
        saying("2", "abc公司\u{200b}抢\u{200b}劫一案"),
    ]);
    for words in ["抢劫 abc", "搶劫 ABC", "搶劫　ａＢｃ", "抢\u{feff}劫 abc"] {
        assert_eq!(scratch.find(words), ["1", "2"], "{words}");
    }
}

#[test]
fn any_part_of_a_title_finds_it() {
    let title = "湘潭市雨湖区人民检察院䶮某㛃𠀀抢劫案";
    let scratch = Scratch::with([titled("1", title), titled("2", "别的")]);
    let characters: Vec<char> = title.chars().collect();
    for from in 0..characters.len() {
        for to in from + 1..=characters.len() {
            let part: String = characters[from..to].iter().collect();
            assert_eq!(scratch.find(&part), ["1"], "{part}");
        }
    }
    assert_eq!(scratch.find("湘雨"), Vec::<String>::new());
}

#[test]
fn any_part_of_a_body_between_two_words_finds_it_and_no_other() {
    let body = "公诉机关指控被告人鑫囍王某在路灯桥梁旁盗窃电动车一辆";
    let scratch = Scratch::with([saying("1", body), saying("2", "鑫某囍某在桥旁的电动自行车")]);
    for part in [
        "鑫囍",
        "囍王",
        "王某",
        "灯桥",
        "梁旁",
        "盗窃电动车",
        "电动车一辆",
        "窃电动车",
        "鑫囍王某",
        "在路灯",
    ] {
        assert_eq!(scratch.find(part), ["1"], "{part}");
    }
}

#[test]
fn words_are_words_in_a_body() {
    let scratch = Scratch::with([saying("1", "提供产品和服务"), saying("2", "身穿和服")]);
    assert_eq!(scratch.find("和服"), ["2"]);
}

#[test]
fn document_numbers_are_found_with_any_brackets() {
    let numbered = |id, number: &str| Document {
        document_number: Some(number.to_owned()),
        ..document(id)
    };
    let scratch = Scratch::with([
        numbered("1", "湘检刑诉〔2024〕12号"),
        numbered("2", "湘检刑诉〔2024〕123号"),
        numbered("3", "湘检刑诉[2023]12号"),
        saying("4", "见湘检刑诉（2024）12号起诉书"),
    ]);
    for words in [
        "湘检刑诉〔2024〕12号",
        "湘检刑诉[2024]12号",
        "湘检刑诉（２０２４）12号",
        "湘检刑诉【2024】12号",
    ] {
        assert_eq!(scratch.find(words), ["1", "4"], "{words}");
    }
    assert_eq!(scratch.find("2024"), ["2", "1", "4"]);
}

#[test]
fn old_and_short_names_of_charges_find_the_present_ones() {
    let scratch = Scratch::with([
        charged("1", "甲案", "逃税罪"),
        saying("2", "曾因偷税罪被判处刑罚"),
        charged("3", "乙案", "走私、贩卖、运输、制造毒品罪"),
        charged("4", "丙案", "组织他人偷越国（边）境罪"),
        saying("5", "运输毒品，贩卖、走私。制造"),
    ]);
    assert_eq!(scratch.find("偷税罪"), ["1", "2"]);
    assert_eq!(scratch.find("偷税"), ["1", "2"]);
    assert_eq!(scratch.find("贩毒"), ["3"]);
    assert_eq!(scratch.find("偷越国境罪"), ["4"]);
    assert_eq!(scratch.find("偷越国（边）境"), ["4"]);
}

#[test]
fn planted_pairs_are_found_as_often_as_they_were_planted() {
    let common = "经审查查明被告人伙同他人多次实施犯罪行为后逃离现场";
    let plants = [("龘靐", 1), ("鱻麤", 10), ("淼焱", 100), ("灯某", 7)];
    let mut id = 0;
    let mut documents = Vec::new();
    for (plant, times) in plants {
        for nth in 0..times {
            id += 1;
            let at = common
                .char_indices()
                .map(|(at, _)| at)
                .nth(nth % 20)
                .unwrap();
            let (before, after) = common.split_at(at);
            documents.push(saying(&id.to_string(), &format!("{before}{plant}{after}")));
        }
    }
    let scratch = Scratch::with(documents);
    for (plant, times) in plants {
        assert_eq!(scratch.find(plant).len(), times, "{plant}");
    }
}

#[test]
fn what_means_nothing_finds_nothing() {
    let scratch = Scratch::with([titled("1", "抢劫案")]);
    for words in ["", "  ", "、。？", "（）", "\u{200b}", "*", "~"] {
        assert_eq!(scratch.find(words), Vec::<String>::new(), "{words:?}");
    }
}

#[test]
fn nothing_that_is_typed_is_an_error() {
    let scratch = Scratch::with([titled("1", "抢劫案"), saying("2", "盗窃 and or not 抢劫")]);
    let long =
        ["抢", "抢劫", "a", "\"", "(", "é", "𠀀", "抢 ", "(1"].map(|piece| piece.repeat(10_000));
    let hostile = [
        "\"抢劫",
        "抢劫\"",
        "(抢劫",
        "抢劫)",
        "[a TO b]",
        "title:抢劫",
        "抢劫 AND OR NOT 盗窃",
        "+抢劫 -盗窃",
        "抢劫^2~3",
        "a*b?c",
        "\\",
        "/.*/",
        "\0",
        "{}",
        "<script>",
        "'; DROP TABLE",
        "\u{202e}抢劫",
        "🙂",
        "e\u{301}\u{301}\u{301}",
    ];
    for words in hostile.into_iter().chain(long.iter().map(String::as_str)) {
        assert!(scratch.index.search(&request(words)).is_ok(), "{words}");
    }
    assert_eq!(scratch.find("(抢劫"), ["1", "2"]);
}

#[test]
fn masked_names_are_found_exactly() {
    let scratch = Scratch::with([
        saying("1", "被告人王某某与李某甲"),
        saying("2", "被告人王某与欧阳某某"),
        saying("3", "女王某日与某王某公司"),
    ]);
    assert_eq!(scratch.find("王某某"), ["1"]);
    assert_eq!(scratch.find("李某甲"), ["1"]);
    assert_eq!(scratch.find("欧阳某某"), ["2"]);
    assert_eq!(scratch.find("王某 欧阳"), ["2"]);
    assert_eq!(scratch.find("王某 李某"), ["1"]);
}
