//! What the account says in the chat: six texts with places that are filled in. Where they come from (the built-in file, the
//! operator's, or the console) is the business of `app`.

use serde::Deserialize;

/// The texts compiled in.
pub const BUILT_IN: &str = include_str!("../../config/replies.toml");

/// Key and title of every text, in the order people read them.
pub const KEYS: [(&str, &str); 6] = [
    ("welcome", "关注后的欢迎语"),
    ("help", "自助查询说明"),
    ("no_follows", "还没有关注检察院"),
    ("not_understood", "看不懂的消息（图片、语音等）"),
    ("busy", "没能及时查到"),
    ("unknown_menu", "旧菜单的按钮"),
];

/// The places that may stand in a text, and what they become.
pub const PLACES: [(&str, &str); 9] = [
    ("{operator}", "运营单位名称"),
    ("{home}", "业务办理首页的地址"),
    ("{follows}", "我的关注页的地址"),
    ("{help}", "自助查询说明页的地址"),
    ("{cases}", "重要案件信息列表的地址"),
    ("{documents}", "法律文书列表的地址"),
    ("{example_cases}", "示例：湖南省院的案件信息"),
    ("{example_documents}", "示例：长沙市院的法律文书"),
    ("{example_search}", "示例：搜索“抢劫”"),
];

/// The texts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Replies {
    /// After a follow.
    pub welcome: String,
    /// 自助查询.
    pub help: String,
    /// Pictures, voice and the like.
    pub not_understood: String,
    /// No answer in time.
    pub busy: String,
    /// Nothing is followed.
    pub no_follows: String,
    /// A key of an older menu.
    pub unknown_menu: String,
}

impl Replies {
    /// Reads a file like `config/replies.toml`.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        toml::from_str(text).map_err(|error| error.message().to_owned())
    }

    /// The text of a key.
    pub fn get(&self, key: &str) -> Option<&str> {
        Some(match key {
            "welcome" => &self.welcome,
            "help" => &self.help,
            "not_understood" => &self.not_understood,
            "busy" => &self.busy,
            "no_follows" => &self.no_follows,
            "unknown_menu" => &self.unknown_menu,
            _ => return None,
        })
    }

    /// Puts another text under a key; false when there is no such key.
    pub fn set(&mut self, key: &str, text: &str) -> bool {
        let place = match key {
            "welcome" => &mut self.welcome,
            "help" => &mut self.help,
            "not_understood" => &mut self.not_understood,
            "busy" => &mut self.busy,
            "no_follows" => &mut self.no_follows,
            "unknown_menu" => &mut self.unknown_menu,
            _ => return false,
        };
        text.clone_into(place);
        true
    }

    /// All texts with their places filled in.
    #[must_use]
    pub fn filled(&self, values: &Values) -> Self {
        Self {
            welcome: values.fill(&self.welcome),
            help: values.fill(&self.help),
            not_understood: values.fill(&self.not_understood),
            busy: values.fill(&self.busy),
            no_follows: values.fill(&self.no_follows),
            unknown_menu: values.fill(&self.unknown_menu),
        }
    }
}

/// What the places become in this installation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Values(Vec<(&'static str, String)>);

impl Values {
    /// From the operator's name and the address of our pages.
    pub fn new(operator: &str, base: &str) -> Self {
        let list = |kind: &str, rest: &str| format!("{base}/h5/list?kind={kind}{rest}");
        let (cases, documents) = ("important_case", "legal_document");
        Self(vec![
            ("{operator}", operator.to_owned()),
            ("{home}", format!("{base}/h5/")),
            ("{follows}", format!("{base}/h5/follows")),
            ("{help}", format!("{base}/h5/help")),
            ("{documents}", list(documents, "")),
            ("{example_cases}", list(cases, "&unit=430000&sub=1")),
            ("{example_documents}", list(documents, "&unit=430100&sub=1")),
            ("{example_search}", list(cases, "&q=%E6%8A%A2%E5%8A%AB")),
            ("{cases}", list(cases, "")),
        ])
    }

    /// A text as it is sent.
    pub fn fill(&self, text: &str) -> String {
        let filled = self.0.iter().fold(text.to_owned(), |text, (name, value)| {
            text.replace(name, value)
        });
        filled.trim().to_owned()
    }
}

/// What is wrong with a text before it is saved, in sentences for the screen; `limit` is the most bytes that the platform
/// takes of a text.
pub fn flaws(text: &str, values: &Values, limit: usize) -> Vec<String> {
    let mut flaws = Vec::new();
    if text.trim().is_empty() {
        flaws.push("请填写内容，不能为空。".to_owned());
        return flaws;
    }
    let filled = values.fill(text);
    if filled.len() > limit {
        flaws.push(format!(
            "太长：填好地址后有{}字节，最多{limit}字节（一个汉字占3字节），请删减。",
            filled.len()
        ));
    }
    if text
        .chars()
        .any(|c| c.is_control() && c != '\n' && c != '\r')
    {
        flaws.push("含有看不见的控制字符，请删去后重新输入。".to_owned());
    }
    if let Some(place) = unknown_place(text) {
        flaws.push(format!(
            "没有{place}这个占位符，请从右侧列出的占位符中选用。"
        ));
    }
    if !links_are_whole(text) {
        flaws.push(
            "链接的写法不完整：只能用 <a href=\"地址\">文字</a>，前后成对，不能用其他标记。"
                .to_owned(),
        );
    }
    flaws
}

fn unknown_place(text: &str) -> Option<&str> {
    let mut rest = text;
    while let Some((_, after)) = rest.split_once('{') {
        let Some((name, behind)) = after.split_once('}') else {
            return Some("没有结尾的{");
        };
        let known = PLACES
            .iter()
            .any(|(place, _)| place.trim_matches(['{', '}']) == name);
        if !known {
            return Some(name);
        }
        rest = behind;
    }
    None
}

/// Links open and close in turn, and there is no other markup.
fn links_are_whole(text: &str) -> bool {
    let mut open = false;
    let mut rest = text;
    while let Some((_, after)) = rest.split_once('<') {
        let Some((tag, behind)) = after.split_once('>') else {
            return false;
        };
        let begins = tag
            .strip_prefix("a href=\"")
            .and_then(|address| address.strip_suffix('"'))
            .is_some_and(|address| !address.is_empty() && !address.contains(['"', ' ']));
        match (open, begins, tag == "/a") {
            (false, true, _) => open = true,
            (true, _, true) => open = false,
            _ => return false,
        }
        rest = behind;
    }
    !open
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values() -> Values {
        Values::new("甲院", "https://x.example")
    }

    #[test]
    fn the_built_in_texts_are_whole_and_every_key_has_one() {
        let replies = Replies::parse(BUILT_IN).unwrap();
        for (key, title) in KEYS {
            let text = replies.get(key).unwrap();
            assert_eq!(
                flaws(text, &values(), 2000),
                Vec::<String>::new(),
                "{title}"
            );
        }
        let filled = replies.filled(&values());
        assert!(filled.welcome.contains("甲院") && !filled.welcome.contains('{'));
        assert_eq!(replies.get("other"), None);
    }

    #[test]
    fn what_cannot_be_sent_is_named() {
        for (text, word) in [
            (" ", "不能为空"),
            ("{hom}", "没有hom"),
            ("{home", "没有结尾"),
            ("<a href=\"{home}\">去", "链接"),
            ("<b>去</b>", "链接"),
            ("</a>", "链接"),
            ("<a href=\"\">去</a>", "链接"),
            ("甲\u{7}", "控制字符"),
        ] {
            let found = flaws(text, &values(), 2000);
            assert!(
                found.iter().any(|flaw| flaw.contains(word)),
                "{text}: {found:?}"
            );
        }
        assert!(flaws(&"检".repeat(700), &values(), 2000)[0].contains("2100字节"));
        assert!(flaws("好\n<a href=\"{home}\">去</a>", &values(), 2000).is_empty());
    }
}
