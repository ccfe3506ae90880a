//! The forms of legal documents, how often each is met at each level, their names and numbers.

use super::rng::Rng;
use super::scene::Scene;

/// A form of legal document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Indictment,
    NonProsecution,
    Protest,
    Review,
    AddedIndictment,
    SupplementaryIndictment,
    PublicInterest,
    SupportingSuit,
}

const OTHERS: [Form; 4] = [
    Form::AddedIndictment,
    Form::SupplementaryIndictment,
    Form::PublicInterest,
    Form::SupportingSuit,
];

impl Form {
    /// Chooses a form. Over all levels: 82 % indictments, 13 % decisions not to prosecute, 1.5 % protests, 1.5 %
    /// reviews, 2 % others; the highest office does not indict.
    pub(super) fn sample(rng: &mut Rng, level: u8) -> Self {
        // Upper ends, per mille: indictment, non-prosecution, protest, review; then the others.
        let ends = match level {
            1 => [0, 0, 400, 1000],
            2 => [350, 500, 650, 800],
            _ => [848, 979, 984, 987],
        };
        let point = rng.below(1000);
        let forms = [
            Self::Indictment,
            Self::NonProsecution,
            Self::Protest,
            Self::Review,
        ];
        let usual = ends
            .into_iter()
            .zip(forms)
            .find(|(end, _)| point < *end)
            .map(|(_, form)| form);
        usual.unwrap_or_else(|| {
            OTHERS
                .get(rng.below(4) as usize)
                .copied()
                .unwrap_or(Self::AddedIndictment)
        })
    }

    /// The heading on the paper.
    pub(super) fn heading(self) -> &'static str {
        match self {
            Self::Indictment => "起诉书",
            Self::NonProsecution => "不起诉决定书",
            Self::Protest => "刑事抗诉书",
            Self::Review => "刑事申诉复查决定书",
            Self::AddedIndictment => "追加起诉书",
            Self::SupplementaryIndictment => "补充起诉决定书",
            Self::PublicInterest => "刑事附带民事公益诉讼起诉书",
            Self::SupportingSuit => "支持起诉书",
        }
    }

    /// The tab of the site on which it stands.
    pub(super) fn document_type(self) -> &'static str {
        match self {
            Self::Indictment => "起诉书",
            Self::NonProsecution => "不起诉决定书",
            Self::Protest => "抗诉书",
            Self::Review => "刑事申诉复查决定书",
            Self::AddedIndictment
            | Self::SupplementaryIndictment
            | Self::PublicInterest
            | Self::SupportingSuit => "其他法律文书",
        }
    }

    /// What the person is called.
    pub(super) fn role(self) -> &'static str {
        match self {
            Self::NonProsecution => "被不起诉人",
            Self::Protest | Self::Review => "原审被告人",
            Self::SupportingSuit => "申请人",
            Self::Indictment
            | Self::AddedIndictment
            | Self::SupplementaryIndictment
            | Self::PublicInterest => "被告人",
        }
    }

    /// A number such as 长岳检刑诉〔2021〕Z127号.
    pub(super) fn number(self, rng: &mut Rng, scene: &Scene<'_>) -> String {
        let word = match self {
            Self::Indictment => "刑诉",
            Self::NonProsecution => "刑不诉",
            Self::Protest => "诉刑抗",
            Self::Review => "刑申复决",
            Self::AddedIndictment => "刑追诉",
            Self::SupplementaryIndictment => "刑补诉",
            Self::PublicInterest => "刑附民公诉",
            Self::SupportingSuit => "民支诉",
        };
        let year = scene.year();
        let names_department =
            matches!(self, Self::Indictment | Self::NonProsecution) && rng.chance(500);
        let department = if year <= 2018 && names_department {
            "公诉"
        } else {
            ""
        };
        let series = if year >= 2021 && rng.chance(700) {
            "Z"
        } else {
            ""
        };
        let number = rng.log_normal(130.0, 0.9).clamp(1.0, 4999.0) as u64;
        format!(
            "{}{department}{word}〔{year}〕{series}{number}号",
            scene.unit.short
        )
    }
}
