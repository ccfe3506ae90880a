//! What stands around a number and says what it is.

use super::glyphs::Glyphs;

/// How far back a word may stand that names a number.
const REACH: usize = 12;

/// Words after which any long number is an account.
const ACCOUNT: &[&str] = &[
    "卡号",
    "账号",
    "帐号",
    "账户",
    "帐户",
    "银行卡",
    "信用卡",
    "储蓄卡",
    "借记卡",
    "存折",
];
/// Words after which seven digits are a telephone.
const PHONE: &[&str] = &[
    "电话",
    "手机",
    "联系方式",
    "联系号码",
    "座机",
    "传真",
    "固话",
    "小灵通",
    "Tel",
    "TEL",
    "tel",
    "来电",
];
/// Words right after which a number is no person's.
const OTHER: &[&str] = &[
    "案号",
    "编号",
    "文号",
    "单号",
    "订单",
    "票号",
    "发票",
    "代码",
    "注册号",
    "执业证",
    "许可证",
    "流水号",
    "条码",
    "条形码",
    "IMEI",
    "IMSI",
    "序列号",
    "批号",
    "车架号",
    "发动机号",
    "型号",
    "备案号",
    "专利号",
    "期号",
];
/// Words before one of [`OTHER`] with which the number is somebody's after all: 身份证编号.
const PERSON: &[&str] = &["身份", "证件"];
/// Chat programs; their accounts are told apart from those of banks.
const CHAT: &[&str] = &[
    "微信",
    "薇信",
    "QQ",
    "qq",
    "扣扣",
    "抖音",
    "快手",
    "陌陌",
    "淘宝",
    "支付宝",
    "企鹅",
    "微博",
    "Telegram",
    "WeChat",
];
/// What is counted or measured.
const UNITS: &[&str] = &[
    "元", "万", "亿", "美元", "美金", "欧元", "港元", "港币", "日元", "韩元", "余元", "余万",
    "多元", "余亿", "克", "千克", "公斤", "吨", "股", "立方",
];

/// What the words before a number make of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Context {
    Account,
    Phone,
    Chat,
    Other,
    None,
}

/// Looks for a word that names the number beginning at `at`, in the same sentence; the nearest counts.
pub(super) fn of(text: &Glyphs, at: usize) -> Context {
    let from = text.back(at, REACH, |c| !is_stop(c));
    let table: [(&[&str], Context); 4] = [
        (CHAT, Context::Chat),
        (OTHER, Context::Other),
        (PHONE, Context::Phone),
        (ACCOUNT, Context::Account),
    ];
    for place in (from..at).rev() {
        for (words, context) in &table {
            let Some(end) = text.one_of(place, words).filter(|end| *end <= at) else {
                continue;
            };
            // 核对订单后拨打 says nothing of what is dialled.
            if *context == Context::Other && text.skip(end, REACH, is_link) < at {
                continue;
            }
            return refined(text, from, place, *context);
        }
    }
    Context::None
}

/// 微信账号 is no bank account, 身份证编号 nothing else than the number of a card.
fn refined(text: &Glyphs, from: usize, place: usize, context: Context) -> Context {
    let follows = |words: &[&str]| (from..place).any(|before| text.one_of(before, words).is_some());
    match context {
        Context::Account if follows(CHAT) => Context::Chat,
        Context::Other if follows(PERSON) => Context::None,
        Context::Account | Context::Other | Context::Phone | Context::Chat | Context::None => {
            context
        }
    }
}

/// What may stand between 编号 and its number: 编号为：A12-3.
fn is_link(c: char) -> bool {
    c.is_ascii()
        || matches!(
            c,
            '号' | '码' | '为' | '是' | '系' | '分' | '别' | '均' | '第' | '“' | '·'
        )
}

/// Whether what is counted follows, so that the number is an amount.
pub(super) fn is_amount(text: &Glyphs, end: usize) -> bool {
    let after = text.skip(end, 1, |c| c == ' ');
    text.one_of(after, UNITS).is_some()
}

/// Whether a number is the last part of a case or document number: 受[2016]37000000031号.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Filed {
    /// A year in brackets before it and 号 behind it.
    Surely,
    /// One of the two; a telephone or a card can look like that.
    Perhaps,
    No,
}

/// What words of a registry stand right before the number, where its year is missing.
const REGISTRY: &[&str] = &["年第", "字第", "受字", "诉受", "刑初", "民初", "刑诉"];

/// Looks around the number from `at` to `end`. A word of a registry alone says nothing: 接受 and 经检 end like one.
pub(super) fn filed(text: &Glyphs, at: usize, end: usize) -> Filed {
    let start = text.back(at, 2, |c| c == ' ');
    let closes = matches!(text.before(start), ']' | ')' | '〕' | '】' | '﹞' | '}');
    let year = start.saturating_sub(1);
    let opens = text.back(year, 6, |c| c.is_ascii_digit());
    let has_year = closes && year - opens == 4;
    let after = text.skip(end, 1, |c| c == ' ');
    let has_sign = text.char(after) == '号' && !matches!(text.char(after + 1), '码' | '段');
    let named = || text.one_before(start, REGISTRY).is_some();
    match (has_year, has_sign) {
        (true, true) => Filed::Surely,
        (true, false) => Filed::Perhaps,
        (false, true) if named() => Filed::Perhaps,
        (false, _) => Filed::No,
    }
}

fn is_stop(c: char) -> bool {
    matches!(
        c,
        '。' | '；' | ';' | '\n' | '！' | '!' | '？' | '?' | '，' | ','
    )
}
