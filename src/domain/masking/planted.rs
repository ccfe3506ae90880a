//! Made-up sentences in which something stands that the check must find: every kind, in every disguise. From a seed and
//! a number alone, for the tests and for the measurement.

use super::Kind;
use super::checksum::luhn;
use super::surnames;

mod disguise;
mod people;
mod places;

/// A sentence with something planted in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planted {
    /// The whole text.
    pub body: String,
    /// First byte of what was planted.
    pub start: usize,
    /// The byte after its last.
    pub end: usize,
    /// What it is.
    pub kind: Kind,
}

/// The plant of that number; ten in a row have ten kinds.
pub fn planted(seed: u64, index: u64) -> Planted {
    let mut rng =
        Rng(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ index.wrapping_mul(0xd134_2543_de82_ef95));
    let number = usize::try_from(index).unwrap_or(0);
    let kind = Kind::ALL
        .get(number % Kind::ALL.len())
        .copied()
        .unwrap_or(Kind::Name);
    let (before, plant, after) = sentence(&mut rng, kind);
    let opening = rng.pick(&[
        "经依法审查查明：",
        "被告人王某某，男，1985年出生，汉族，初中文化，务工。",
        "2021年3月4日21时许，被告人王某某在长沙市岳麓区某小区实施盗窃。",
        "（2021）湘0104刑初123号判决已经生效。",
        "\n",
    ]);
    let closing = rng.pick(&[
        "案发后，被告人王某某被抓获归案。",
        "上述事实，有证人证言等证据证实。",
        "",
        "\n此致\n某某人民法院",
    ]);
    let start = opening.len() + before.len();
    Planted {
        body: format!("{opening}{before}{plant}{after}{closing}"),
        start,
        end: start + plant.len(),
        kind,
    }
}

fn sentence(rng: &mut Rng, kind: Kind) -> (String, String, String) {
    let of =
        |before: &str, plant: String, after: &str| (before.to_owned(), plant, after.to_owned());
    match kind {
        Kind::IdNumber => {
            let before = rng.pick(&[
                "公民身份号码",
                "身份证号码：",
                "（身份证号",
                "居民身份证",
                "证件号码为",
                "其冒用",
                "使用他人证件",
            ]);
            of(
                before,
                identity(rng),
                rng.pick(&["，", "。", "）", "的身份证", "办理"]),
            )
        }
        Kind::BankCard => {
            let (number, named) = card(rng);
            let before = match named {
                true => rng.pick(&["账号：", "卡号", "银行账户", "银行卡号为", "建设银行账号"]),
                false => rng.pick(&["转入", "向", "其名下", "工商银行", "尾款打到", "收受"]),
            };
            of(
                before,
                number,
                rng.pick(&["，", "。", "的账户", "内", "转账人民币5000元"]),
            )
        }
        Kind::Phone => {
            let (number, named) = telephone(rng);
            let before = match named {
                true => rng.pick(&["电话：", "联系电话", "座机", "联系方式为", "手机号码"]),
                false => rng.pick(&[
                    "拨打",
                    "联系电话",
                    "通过",
                    "其使用的",
                    "手机号",
                    "号码为",
                    "多次接受",
                ]),
            };
            of(
                before,
                number,
                rng.pick(&["，", "。", "联系", "与其通话", "号", "的机主"]),
            )
        }
        Kind::Passport => {
            let plant = match rng.below(4) {
                0 => format!("E{}", rng.digits(8)),
                1 => format!("G{}", rng.digits(8)),
                2 => format!("E{}{}", rng.pick(&["A", "B", "K"]), rng.digits(7)),
                _ => {
                    return of(
                        rng.pick(&["港澳通行证号码", "往来港澳通行证：", "台胞证"]),
                        format!("{}{}", rng.pick(&["C", "H", "M", "W"]), rng.digits(8)),
                        "，",
                    );
                }
            };
            let plant = if rng.below(3) == 0 {
                disguise::wide(&plant)
            } else {
                plant
            };
            of(
                rng.pick(&["护照号码", "持护照", "护照：", "使用", "证件号码为"]),
                plant,
                rng.pick(&["，", "。", "出境", "入境"]),
            )
        }
        Kind::Address => {
            let before = rng.pick(&[
                "住",
                "家住",
                "位于",
                "在",
                "户籍地",
                "现住",
                "来到",
                "窜至",
                "暂住",
                "住址：",
            ]);
            of(
                &format!("王某某，{before}"),
                places::address(rng),
                rng.pick(&["，", "。", "的家中", "内", "实施盗窃"]),
            )
        }
        Kind::Plate => of(
            rng.pick(&["驾驶", "驾驶车牌号为", "乘坐", "其所有的", "一辆号牌"]),
            plate(rng),
            rng.pick(&["小型轿车", "，", "的货车", "。", "号轿车"]),
        ),
        Kind::BirthDate => birth(rng),
        Kind::Email => {
            let name = format!(
                "{}{}",
                rng.pick(&["zhang", "li.si", "wang_wu", "abc", "x"]),
                rng.digits(3)
            );
            let sign = rng.pick(&["@", "＠", " @ ", "(at)", "[at]", "（at）"]);
            let domain = rng.pick(&["qq.com", "163.com", "example.com.cn", "mail.example.org"]);
            of(
                rng.pick(&["邮箱", "电子邮箱：", "发送至", "登录"]),
                format!("{name}{sign}{domain}"),
                rng.pick(&["，", "。", "邮箱", "中"]),
            )
        }
        Kind::Account => {
            let (before, plant) = account(rng);
            of(
                before,
                plant,
                rng.pick(&["，", "。", "联系", "添加好友", "）"]),
            )
        }
        Kind::Name => people::named(rng),
    }
}

fn identity(rng: &mut Rng) -> String {
    let region = rng.pick(&[
        "430102", "110105", "440306", "650102", "370202", "820000", "510104",
    ]);
    let day = format!("{:02}{:02}", 1 + rng.below(12), 1 + rng.below(28));
    if rng.below(6) == 0 {
        let old = format!("{region}{}{day}{}", 40 + rng.below(59), rng.digits(3));
        return disguise::any(rng, &old, &[6, 6]);
    }
    let body = format!("{region}{}{day}{}", 1940 + rng.below(70), rng.digits(3));
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = body
        .chars()
        .filter_map(|c| c.to_digit(10))
        .zip(weights)
        .map(|(a, b)| a * b)
        .sum();
    let last = "10X98765432"
        .chars()
        .nth(usize::try_from(sum % 11).unwrap_or(0))
        .unwrap_or('0');
    let last = if last == 'X' && rng.below(2) == 0 {
        'x'
    } else {
        last
    };
    disguise::any(rng, &format!("{body}{last}"), &[6, 8])
}

fn card(rng: &mut Rng) -> (String, bool) {
    if rng.below(5) == 0 {
        let length = 12 + rng.below(10);
        return (format!("4{}", rng.digits(length)), true);
    }
    let length = 15 + rng.below(4);
    let mut number = format!(
        "{}{}",
        rng.pick(&["62", "4", "52", "35", "955880"]),
        rng.digits(18)
    );
    number.truncate(usize::try_from(length).unwrap_or(15));
    let fits = (0..10).map(|last| format!("{number}{last}")).find(|whole| {
        let digits: Vec<u8> = whole.bytes().map(|byte| byte - b'0').collect();
        luhn(&digits)
    });
    (
        disguise::any(rng, &fits.unwrap_or(number), &[4, 4, 4, 4]),
        false,
    )
}

fn telephone(rng: &mut Rng) -> (String, bool) {
    match rng.below(5) {
        0 => (
            format!(
                "{}-{}{}",
                rng.pick(&["010", "021", "023"]),
                2 + rng.below(7),
                rng.digits(7)
            ),
            false,
        ),
        1 => (
            format!(
                "{}{}{}{}",
                rng.pick(&["0731", "0571", "0991"]),
                rng.pick(&["-", "", " ", "－"]),
                2 + rng.below(7),
                rng.digits(6)
            ),
            false,
        ),
        2 if rng.below(2) == 0 => (format!("{}{}", 2 + rng.below(7), rng.digits(7)), true),
        _ => {
            let prefix = rng.pick(&["", "", "", "", "86", "+86 "]);
            let number = format!(
                "1{}{}",
                rng.pick(&["3", "5", "7", "8", "66", "98"]),
                rng.digits(9)
            );
            let number: String = number.chars().take(11).collect();
            (
                format!(
                    "{}{}",
                    prefix.trim_start_matches('+'),
                    disguise::any(rng, &number, &[3, 4])
                ),
                false,
            )
        }
    }
}

fn plate(rng: &mut Rng) -> String {
    let region = rng.pick(&["湘", "粤", "京", "沪", "云", "新", "川", "鄂", "浙", "藏"]);
    let office = rng.pick(&["A", "B", "D", "F", "N"]);
    let rest = match rng.below(6) {
        0 => format!("D{}", rng.digits(5)),
        1 => format!("{}F", rng.digits(5)),
        2 => format!("{}K{}", rng.digits(2), rng.digits(2)),
        3 => format!("{}{}", rng.digits(4), rng.pick(&["学", "警", "挂"])),
        _ => rng.digits(5),
    };
    let gap = rng.pick(&["", "", "·", " ", "-", "•"]);
    let whole = format!("{office}{gap}{rest}");
    let whole = if rng.below(4) == 0 {
        disguise::wide(&whole)
    } else {
        whole
    };
    format!("{region}{whole}")
}

fn birth(rng: &mut Rng) -> (String, String, String) {
    let (year, month, day) = (1940 + rng.below(75), 1 + rng.below(12), 1 + rng.below(28));
    let plant = match rng.below(7) {
        0 => format!("{year}-{month:02}-{day:02}"),
        1 => format!("{year}.{month}.{day}"),
        2 => format!("{year}{month:02}{day:02}"),
        3 => disguise::numerals(year, month, day),
        4 => disguise::wide(&format!("{year}年{month}月{day}日")),
        5 => format!("{year} 年 {month} 月 {day} 日"),
        _ => format!("{year}年{month}月{day}日"),
    };
    let (before, after) = match rng.below(5) {
        0 => ("出生日期：", "，"),
        1 => ("张某，男，", "，汉族"),
        2 => ("生于", "，"),
        3 => ("李某，女，", "生，"),
        _ => ("赵某某，", "出生，"),
    };
    (before.to_owned(), plant, after.to_owned())
}

fn account(rng: &mut Rng) -> (&'static str, String) {
    match rng.below(4) {
        0 => (
            rng.pick(&["QQ号", "QQ：", "QQ号码为", "扣扣", "qq"]),
            format!("{}{}", 1 + rng.below(9), rng.digits(8)),
        ),
        1 => (
            rng.pick(&["微信", "使用", "账户"]),
            format!("wxid_{}a{}", rng.digits(6), rng.digits(4)),
        ),
        2 => (
            rng.pick(&["支付宝账号", "抖音号：", "快手号"]),
            format!(
                "{}{}",
                rng.pick(&["xiaoming_", "abc-", "user"]),
                rng.digits(6)
            ),
        ),
        _ => (
            rng.pick(&["微信号", "微信：", "微信账号为", "添加微信", "加VX", "V信"]),
            format!(
                "{}{}",
                rng.pick(&["zhangsan_", "LiSi-", "a"]),
                rng.digits(6)
            ),
        ),
    }
}

/// A small generator; what it makes depends on its seed alone.
pub(super) struct Rng(u64);

impl Rng {
    pub(super) fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end.max(1)
    }

    pub(super) fn pick(&mut self, words: &[&'static str]) -> &'static str {
        let at = self.below(u64::try_from(words.len()).unwrap_or(1));
        usize::try_from(at)
            .ok()
            .and_then(|at| words.get(at))
            .copied()
            .unwrap_or_default()
    }

    pub(super) fn character(&mut self, text: &str) -> char {
        let at = self.below(u64::try_from(text.chars().count()).unwrap_or(1));
        text.chars()
            .nth(usize::try_from(at).unwrap_or(0))
            .unwrap_or('王')
    }

    pub(super) fn digits(&mut self, count: u64) -> String {
        (0..count)
            .filter_map(|_| char::from_digit(u32::try_from(self.below(10)).unwrap_or(0), 10))
            .collect()
    }
}
