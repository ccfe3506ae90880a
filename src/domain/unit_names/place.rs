//! How the name of an administrative area shortens in daily speech: 长沙市 → 长沙, 湘西土家族苗族自治州 → 湘西州, 湘西.

/// The words an area's name may end in, longest first, with the letter that stays in the short form of an
/// autonomous area.
const TAILS: [(&str, &str); 12] = [
    ("自治区", "区"),
    ("自治州", "州"),
    ("自治县", "县"),
    ("自治旗", "旗"),
    ("地区", ""),
    ("省", ""),
    ("市", ""),
    ("区", "区"),
    ("县", ""),
    ("旗", ""),
    ("盟", ""),
    ("州", ""),
];

/// Kinds of district whose whole designation is dropped in speech as well: 浦东新区 → 浦东, 六枝特区 → 六枝.
const DISTRICT_KINDS: [&str; 3] = ["新区", "林区", "特区"];

/// The peoples in names of autonomous areas, as they stand there; some appear without 族.
const PEOPLES: [&str; 49] = [
    "维吾尔",
    "哈萨克族",
    "哈萨克",
    "柯尔克孜",
    "蒙古族",
    "蒙古",
    "锡伯",
    "塔吉克",
    "各族",
    "土家族",
    "土族",
    "苗族",
    "侗族",
    "壮族",
    "瑶族",
    "水族",
    "羌族",
    "藏族",
    "回族",
    "彝族",
    "白族",
    "傣族",
    "佤族",
    "怒族",
    "黎族",
    "畲族",
    "满族",
    "朝鲜族",
    "达斡尔族",
    "鄂温克族",
    "布依族",
    "布朗族",
    "拉祜族",
    "哈尼族",
    "景颇族",
    "傈僳族",
    "纳西族",
    "普米族",
    "独龙族",
    "仡佬族",
    "仫佬族",
    "毛南族",
    "裕固族",
    "东乡族",
    "保安族",
    "撒拉族",
    "阿昌族",
    "京族",
    "德昂族",
];

/// The ways to say an area's name in short.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Shortened {
    /// 湘西州 and 湘西自治州, 靖州县 and 靖州自治县: without the peoples, but with the kind of area.
    pub(super) shorts: Vec<String>,
    /// 长沙, 湘西; two for 浦东新区 (浦东, 浦东新). Never of one character: 易县 stays 易县.
    pub(super) stems: Vec<String>,
}

pub(super) fn shorten(area: &str) -> Shortened {
    let mut shortened = Shortened::default();
    let Some((rest, tail, letter)) = TAILS
        .iter()
        .find_map(|(tail, letter)| Some((area.strip_suffix(tail)?, *tail, *letter)))
    else {
        return shortened;
    };
    let stem = without_peoples(rest);
    if !letter.is_empty() {
        shortened.shorts = vec![format!("{stem}{letter}"), format!("{stem}{tail}")];
        shortened.shorts.dedup();
        shortened.shorts.retain(|short| short != area);
    }
    let of_kind = DISTRICT_KINDS
        .iter()
        .find_map(|kind| area.strip_suffix(kind));
    let stems = of_kind.into_iter().chain([stem]);
    shortened.stems = stems
        .filter(|stem| has_two_chars(stem))
        .map(str::to_owned)
        .collect();
    shortened
}

/// 湘西土家族苗族 → 湘西; but 鄂温克族 → 鄂温克 and 内蒙古 as it is, because something must be left.
fn without_peoples(name: &str) -> &str {
    let mut rest = name;
    while let Some(shorter) = PEOPLES
        .iter()
        .filter_map(|people| rest.strip_suffix(people))
        .find(|shorter| has_two_chars(shorter))
    {
        rest = shorter;
    }
    rest.strip_suffix('族')
        .filter(|shorter| has_two_chars(shorter))
        .unwrap_or(rest)
}

fn has_two_chars(text: &str) -> bool {
    text.chars().nth(1).is_some()
}

#[cfg(test)]
mod tests {
    use super::shorten;

    #[test]
    fn areas_shorten_as_people_say_them() {
        for (area, shorts, stems) in [
            ("湖南省", vec![], vec!["湖南"]),
            ("长沙市", vec![], vec!["长沙"]),
            ("岳麓区", vec![], vec!["岳麓"]),
            ("易县", vec![], vec![]),
            ("喀什地区", vec![], vec!["喀什"]),
            ("内蒙古自治区", vec!["内蒙古区"], vec!["内蒙古"]),
            (
                "新疆维吾尔自治区",
                vec!["新疆区", "新疆自治区"],
                vec!["新疆"],
            ),
            (
                "湘西土家族苗族自治州",
                vec!["湘西州", "湘西自治州"],
                vec!["湘西"],
            ),
            (
                "巴音郭楞蒙古自治州",
                vec!["巴音郭楞州", "巴音郭楞自治州"],
                vec!["巴音郭楞"],
            ),
            (
                "双江拉祜族佤族布朗族傣族自治县",
                vec!["双江县", "双江自治县"],
                vec!["双江"],
            ),
            (
                "积石山保安族东乡族撒拉族自治县",
                vec!["积石山县", "积石山自治县"],
                vec!["积石山"],
            ),
            ("东乡族自治县", vec!["东乡县", "东乡自治县"], vec!["东乡"]),
            (
                "鄂温克族自治旗",
                vec!["鄂温克旗", "鄂温克自治旗"],
                vec!["鄂温克"],
            ),
            ("隆林各族自治县", vec!["隆林县", "隆林自治县"], vec!["隆林"]),
            ("管城回族区", vec!["管城区"], vec!["管城"]),
            ("浦东新区", vec![], vec!["浦东", "浦东新"]),
            ("清新区", vec![], vec!["清新"]),
            ("", vec![], vec![]),
        ] {
            let shortened = shorten(area);
            assert_eq!(shortened.shorts, shorts, "{area}");
            assert_eq!(shortened.stems, stems, "{area}");
        }
    }
}
