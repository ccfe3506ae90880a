//! What the check finds.

/// What something is that must not be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// 身份证号码, with 18 or 15 digits.
    IdNumber,
    /// 银行卡号、账号.
    BankCard,
    /// 手机、座机.
    Phone,
    /// 护照、通行证号码.
    Passport,
    /// 住址, down to the house.
    Address,
    /// 车牌.
    Plate,
    /// 出生日期.
    BirthDate,
    /// 电子邮箱.
    Email,
    /// 微信、QQ and the like.
    Account,
    /// The name of somebody whom the rules protect.
    Name,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::IdNumber,
        Self::BankCard,
        Self::Phone,
        Self::Passport,
        Self::Address,
        Self::Plate,
        Self::BirthDate,
        Self::Email,
        Self::Account,
        Self::Name,
    ];

    /// The word in the database and in metrics.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::IdNumber => "id_number",
            Self::BankCard => "bank_card",
            Self::Phone => "phone",
            Self::Passport => "passport",
            Self::Address => "address",
            Self::Plate => "plate",
            Self::BirthDate => "birth_date",
            Self::Email => "email",
            Self::Account => "account",
            Self::Name => "name",
        }
    }

    /// As people read it.
    pub fn title(self) -> &'static str {
        match self {
            Self::IdNumber => "身份证号码",
            Self::BankCard => "银行卡号或账号",
            Self::Phone => "电话号码",
            Self::Passport => "护照或通行证号码",
            Self::Address => "住址",
            Self::Plate => "车牌号",
            Self::BirthDate => "出生日期",
            Self::Email => "电子邮箱",
            Self::Account => "微信、QQ等账号",
            Self::Name => "未遮盖的姓名",
        }
    }

    /// What to do about it.
    pub fn advice(self) -> &'static str {
        match self {
            Self::IdNumber | Self::Passport => "删去号码，不要保留部分数字。",
            Self::BankCard => "删去卡号、账号；单位的账号同样不公开。",
            Self::Phone | Self::Email | Self::Account => "删去联系方式。",
            Self::Address => "住址只写到县（市、区）。",
            Self::Plate => "车牌只保留前两位。",
            Self::BirthDate => "只保留出生年份。",
            Self::Name => "保留姓氏，名字用“某”代替。",
        }
    }
}
