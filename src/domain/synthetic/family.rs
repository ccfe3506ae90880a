//! Families of charges that share their sentences.

/// Which sentences fit a charge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    DrunkDriving,
    Theft,
    Injury,
    Fraud,
    Traffic,
    Affray,
    DrugDeal,
    DrugPossession,
    DrugDen,
    CyberAid,
    Concealment,
    Casino,
    Detention,
    Robbery,
    Embezzlement,
    Bribery,
    Homicide,
    Fundraising,
    Gang,
    UnsafeFood,
    Pollution,
    PersonalData,
    Accident,
    AssaultOnPolice,
    PublicSafety,
    Market,
    Person,
    Property,
    Order,
    Duty,
    Secret,
}

impl Family {
    /// The family of a charge: by its name where there are sentences of its own, else by its chapter of the code.
    pub(super) fn of(charge: &str, chapter: &str) -> Self {
        match charge {
            "危险驾驶罪" => Self::DrunkDriving,
            "盗窃罪" => Self::Theft,
            "故意伤害罪" => Self::Injury,
            "诈骗罪" | "合同诈骗罪" | "信用卡诈骗罪" => Self::Fraud,
            "交通肇事罪" => Self::Traffic,
            "寻衅滋事罪" | "聚众斗殴罪" => Self::Affray,
            "走私、贩卖、运输、制造毒品罪" => Self::DrugDeal,
            "非法持有毒品罪" => Self::DrugPossession,
            "容留他人吸毒罪" => Self::DrugDen,
            "帮助信息网络犯罪活动罪" => Self::CyberAid,
            "掩饰、隐瞒犯罪所得、犯罪所得收益罪" => Self::Concealment,
            "开设赌场罪" | "赌博罪" => Self::Casino,
            "非法拘禁罪" => Self::Detention,
            "抢劫罪" => Self::Robbery,
            "贪污罪" | "职务侵占罪" | "挪用公款罪" | "挪用资金罪" => {
                Self::Embezzlement
            }
            "受贿罪" | "非国家工作人员受贿罪" => Self::Bribery,
            "故意杀人罪" => Self::Homicide,
            "非法吸收公众存款罪" | "集资诈骗罪" => Self::Fundraising,
            "组织、领导、参加黑社会性质组织罪" => Self::Gang,
            "生产、销售有毒、有害食品罪" | "生产、销售不符合安全标准的食品罪" => {
                Self::UnsafeFood
            }
            "污染环境罪" => Self::Pollution,
            "侵犯公民个人信息罪" => Self::PersonalData,
            "重大责任事故罪" => Self::Accident,
            "袭警罪" | "妨害公务罪" => Self::AssaultOnPolice,
            _ => Self::of_chapter(chapter),
        }
    }

    fn of_chapter(chapter: &str) -> Self {
        match chapter {
            "危害公共安全罪" => Self::PublicSafety,
            "侵犯公民人身权利、民主权利罪" => Self::Person,
            "侵犯财产罪" => Self::Property,
            "妨害社会管理秩序罪" => Self::Order,
            "贪污贿赂罪" | "渎职罪" => Self::Duty,
            "危害国家安全罪" | "危害国防利益罪" | "军人违反职责罪" => {
                Self::Secret
            }
            _ => Self::Market,
        }
    }

    /// Whether a supervision commission investigates (before March 2018: the procuratorate itself).
    pub(super) fn is_of_office(self) -> bool {
        matches!(self, Self::Embezzlement | Self::Bribery | Self::Duty)
    }

    /// Whether several people commonly stand accused together.
    pub(super) fn is_of_groups(self) -> bool {
        matches!(
            self,
            Self::Theft
                | Self::Fraud
                | Self::Affray
                | Self::DrugDeal
                | Self::CyberAid
                | Self::Concealment
                | Self::Casino
                | Self::Detention
                | Self::Robbery
                | Self::Fundraising
                | Self::Gang
                | Self::PersonalData
        )
    }

    /// Whether somebody was harmed who can be compensated.
    pub(super) fn has_victims(self) -> bool {
        matches!(
            self,
            Self::Theft
                | Self::Injury
                | Self::Fraud
                | Self::Traffic
                | Self::Affray
                | Self::Robbery
                | Self::Homicide
                | Self::Accident
                | Self::Property
        )
    }

    /// Whether there are gains to seize or to give back.
    pub(super) fn is_for_gain(self) -> bool {
        matches!(
            self,
            Self::Theft
                | Self::Fraud
                | Self::CyberAid
                | Self::Concealment
                | Self::Casino
                | Self::Embezzlement
                | Self::Bribery
                | Self::Fundraising
                | Self::UnsafeFood
                | Self::PersonalData
                | Self::Market
        )
    }

    /// Median of the sums of money in yuan.
    pub(super) fn usual_amount(self) -> f64 {
        match self {
            Self::Theft | Self::Property => 4_800.0,
            Self::Robbery | Self::Affray => 2_600.0,
            Self::Fraud | Self::Concealment => 46_000.0,
            Self::CyberAid => 320_000.0,
            Self::Casino | Self::PersonalData | Self::UnsafeFood => 68_000.0,
            Self::Embezzlement => 380_000.0,
            Self::Bribery => 1_150_000.0,
            Self::Fundraising | Self::Gang => 8_600_000.0,
            Self::Market | Self::Duty | Self::Accident | Self::Pollution => 260_000.0,
            Self::DrunkDriving
            | Self::Injury
            | Self::Traffic
            | Self::DrugDeal
            | Self::DrugPossession
            | Self::DrugDen
            | Self::Detention
            | Self::Homicide
            | Self::AssaultOnPolice
            | Self::PublicSafety
            | Self::Person
            | Self::Order
            | Self::Secret => 9_000.0,
        }
    }
}
