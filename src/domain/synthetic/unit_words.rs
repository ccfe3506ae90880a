//! What the texts say about a unit: its region, its court, its police, and the short name in document numbers.
//! Made from the unit's name; good enough to read well, not a directory.

use crate::domain::procuratorate::Procuratorate;

const SUFFIX: &str = "人民检察院";

/// Provinces and the one-character names document numbers use.
const PROVINCES: [(&str, &str); 32] = [
    ("北京", "京"),
    ("天津", "津"),
    ("河北", "冀"),
    ("山西", "晋"),
    ("内蒙古", "蒙"),
    ("辽宁", "辽"),
    ("吉林", "吉"),
    ("黑龙江", "黑"),
    ("上海", "沪"),
    ("江苏", "苏"),
    ("浙江", "浙"),
    ("安徽", "皖"),
    ("福建", "闽"),
    ("江西", "赣"),
    ("山东", "鲁"),
    ("河南", "豫"),
    ("湖北", "鄂"),
    ("湖南", "湘"),
    ("广东", "粤"),
    ("广西", "桂"),
    ("海南", "琼"),
    ("重庆", "渝"),
    ("四川", "川"),
    ("贵州", "黔"),
    ("云南", "云"),
    ("西藏", "藏"),
    ("陕西", "陕"),
    ("甘肃", "甘"),
    ("青海", "青"),
    ("宁夏", "宁"),
    ("新疆生产建设兵团", "兵"),
    ("新疆", "新"),
];

/// The words of one unit.
#[derive(Debug)]
pub(super) struct UnitWords {
    /// The unit's id.
    pub(super) code: String,
    /// 长沙市岳麓区人民检察院.
    pub(super) name: String,
    /// 1 to 4.
    pub(super) level: u8,
    /// 长沙市岳麓区; empty for 最高检.
    pub(super) region: String,
    /// 长岳检.
    pub(super) short: String,
    /// 长沙市岳麓区人民法院.
    pub(super) court: String,
    /// 长沙市公安局岳麓分局.
    pub(super) police: String,
    /// 长沙市岳麓区监察委员会.
    pub(super) supervision: String,
    /// The unit above.
    pub(super) superior: String,
}

impl UnitWords {
    pub(super) fn of(unit: &Procuratorate, parent: Option<&Procuratorate>) -> Self {
        let level = unit.level.clamp(1, 4);
        if level == 1 {
            return Self {
                code: unit.unit_id.as_str().to_owned(),
                name: unit.name.clone(),
                ..Self::root()
            };
        }
        let parent_region = parent
            .map(|parent| region_of(parent, ""))
            .unwrap_or_default();
        let region = region_of(unit, &parent_region);
        Self {
            code: unit.unit_id.as_str().to_owned(),
            level,
            short: short_name(unit, parent, level),
            court: court_of(unit, level, &region),
            police: police_of(unit, level, &region, &parent_region),
            supervision: format!("{region}监察委员会"),
            superior: parent
                .map_or_else(|| "上级人民检察院".to_owned(), |parent| parent.name.clone()),
            name: unit.name.clone(),
            region,
        }
    }

    /// 最高人民检察院, which also stands in when a run has no units.
    pub(super) fn root() -> Self {
        Self {
            code: "100000".to_owned(),
            name: "最高人民检察院".to_owned(),
            level: 1,
            region: String::new(),
            short: "高检".to_owned(),
            court: "最高人民法院".to_owned(),
            police: "公安机关".to_owned(),
            supervision: "监察机关".to_owned(),
            superior: "最高人民检察院".to_owned(),
        }
    }
}

/// The name without 人民检察院; a branch adds its area, a railway unit stands for its parent's region.
fn region_of(unit: &Procuratorate, parent_region: &str) -> String {
    match unit.name.split_once(SUFFIX) {
        Some((region, "")) if unit.level > 1 => region.to_owned(),
        Some((region, _)) if unit.level > 1 && unit.area_name.is_empty() => region.to_owned(),
        Some((region, _)) if unit.level > 1 => format!("{region}{}", unit.area_name),
        Some(_) | None => parent_region.to_owned(),
    }
}

fn short_name(unit: &Procuratorate, parent: Option<&Procuratorate>, level: u8) -> String {
    let province = |name: &str| {
        PROVINCES
            .iter()
            .find(|(province, _)| name.starts_with(province))
            .map_or("", |(_, short)| *short)
    };
    let first = |unit: &Procuratorate| own_name(unit).chars().next();
    let mut short = String::with_capacity(12);
    match level {
        2 => short.push_str(province(&unit.name)),
        3 if unit.name.ends_with(SUFFIX) => short.extend(first(unit)),
        3 => {
            // A branch: 京一分检.
            short.push_str(province(&unit.name));
            let rest = unit.name.split_once(SUFFIX).map_or("", |(_, rest)| rest);
            short.extend(rest.trim_start_matches('第').chars().next());
            short.push('分');
        }
        _ => {
            match parent {
                Some(parent) if parent.level == 2 => short.push_str(province(&parent.name)),
                Some(parent) => short.extend(first(parent)),
                None => {}
            }
            // 邯山区 of 邯郸市 is 邯山检, 长沙县 of 长沙市 is 长县检.
            let above = parent.map_or("", own_name);
            short.extend(own_name(unit).chars().find(|c| !above.contains(*c)));
        }
    }
    short.push('检');
    short
}

fn own_name(unit: &Procuratorate) -> &str {
    if unit.area_name.is_empty() {
        unit.name.trim_end_matches(SUFFIX)
    } else {
        &unit.area_name
    }
}

fn court_of(unit: &Procuratorate, level: u8, region: &str) -> String {
    let branch = unit.name.split_once(SUFFIX).map_or("", |(_, rest)| rest);
    match level {
        2 => format!("{region}高级人民法院"),
        3 if branch.starts_with('第') => {
            format!("{region}{}中级人民法院", branch.trim_end_matches("分院"))
        }
        3 => format!("{region}中级人民法院"),
        _ if unit.name.ends_with(SUFFIX) => format!("{region}人民法院"),
        _ => unit.name.replace("检察院", "法院"),
    }
}

fn police_of(unit: &Procuratorate, level: u8, region: &str, parent_region: &str) -> String {
    let district = unit
        .area_name
        .strip_suffix('区')
        .filter(|name| name.chars().count() > 1);
    match (level, district) {
        (4, Some(name)) if !parent_region.is_empty() => format!("{parent_region}公安局{name}分局"),
        (2, _) if region.ends_with(['省', '区']) => format!("{region}公安厅"),
        _ => format!("{region}公安局"),
    }
}
