//! Names as they sound: pinyin without tones, in the readings that place names have. The general table gives one reading
//! a character, often not the one of the place (长 is zhang there, but Changsha is meant).

use std::borrow::Cow;

use pinyin::ToPinyin;

/// Characters whose usual reading in names of places differs from the general table.
const CHARACTERS: [(char, &str); 21] = [
    ('长', "chang"),
    ('重', "chong"),
    ('厦', "xia"),
    ('什', "shi"),
    ('藏', "zang"),
    ('都', "du"),
    ('勒', "le"),
    ('佛', "fo"),
    ('曾', "zeng"),
    ('涡', "guo"),
    ('枞', "zong"),
    ('珲', "hun"),
    ('坻', "di"),
    ('陂', "pi"),
    ('茄', "qie"),
    ('泌', "bi"),
    ('犍', "qian"),
    ('筠', "jun"),
    ('伽', "jia"),
    ('圩', "xu"),
    ('浚', "xun"),
];

/// Places that are read neither by the general table nor by [`CHARACTERS`].
const PLACES: [(&str, [&str; 2]); 23] = [
    ("长子", ["zhang", "zi"]),
    ("六安", ["lu", "an"]),
    ("六合", ["lu", "he"]),
    ("尉犁", ["yu", "li"]),
    ("蔚县", ["yu", "xian"]),
    ("乐亭", ["lao", "ting"]),
    ("乐清", ["yue", "qing"]),
    ("东阿", ["dong", "e"]),
    ("荥经", ["ying", "jing"]),
    ("单县", ["shan", "xian"]),
    ("番禺", ["pan", "yu"]),
    ("吴堡", ["wu", "bu"]),
    ("泊头", ["bo", "tou"]),
    ("崆峒", ["kong", "tong"]),
    ("洪洞", ["hong", "tong"]),
    ("中牟", ["zhong", "mu"]),
    ("牟平", ["mu", "ping"]),
    ("铅山", ["yan", "shan"]),
    ("大埔", ["da", "bu"]),
    ("召陵", ["shao", "ling"]),
    ("覃塘", ["qin", "tang"]),
    ("繁峙", ["fan", "shi"]),
    ("称多", ["chen", "duo"]),
];

/// One syllable for each Chinese character (ü is written v, as keyboards have it); any other character stands for itself.
pub(super) fn syllables(folded: &str) -> Vec<Cow<'static, str>> {
    let mut syllables = Vec::new();
    let mut rest = folded;
    while let Some(c) = rest.chars().next() {
        if let Some((place, reading)) = PLACES.iter().find(|(place, _)| rest.starts_with(place)) {
            syllables.extend(reading.iter().map(|syllable| Cow::Borrowed(*syllable)));
            rest = rest.strip_prefix(place).unwrap_or_default();
            continue;
        }
        syllables.push(syllable(c));
        rest = rest.strip_prefix(c).unwrap_or_default();
    }
    syllables
}

/// The query as it sounds. Letters are taken as pinyin that somebody typed.
pub(super) fn spoken(folded: &str) -> String {
    syllables(folded).concat().replace('ü', "v")
}

fn syllable(c: char) -> Cow<'static, str> {
    if let Some((_, reading)) = CHARACTERS.iter().find(|(character, _)| *character == c) {
        return Cow::Borrowed(reading);
    }
    match c.to_pinyin().map(pinyin::Pinyin::plain) {
        Some(plain) if plain.contains('ü') => Cow::Owned(plain.replace('ü', "v")),
        Some(plain) => Cow::Borrowed(plain),
        None => Cow::Owned(c.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::spoken;

    #[test]
    fn places_sound_as_people_say_them() {
        for (name, sound) in [
            ("长沙", "changsha"),
            ("长子县", "zhangzixian"),
            ("重庆市", "chongqingshi"),
            ("厦门", "xiamen"),
            ("六安", "luan"),
            ("六盘水", "liupanshui"),
            ("成都", "chengdu"),
            ("吕梁", "lvliang"),
            ("bj1", "bj1"),
            ("lüliang", "lvliang"),
        ] {
            assert_eq!(spoken(name), sound);
        }
    }
}
