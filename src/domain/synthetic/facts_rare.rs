//! The sentences for rarer crimes and for whole chapters of the code. Slots as in [`super::facts`].
//!
//! Where the law keeps a matter from the public (state secrets, military service), the sentences say just that.

use super::family::Family;

/// The sentences of a family that has none in [`super::facts`].
pub(super) fn of(family: Family) -> &'static [&'static str] {
    match family {
        Family::Embezzlement => &EMBEZZLEMENT,
        Family::Bribery => &BRIBERY,
        Family::Homicide => &HOMICIDE,
        Family::Fundraising => &FUNDRAISING,
        Family::Gang => &GANG,
        Family::UnsafeFood => &UNSAFE_FOOD,
        Family::Pollution => &POLLUTION,
        Family::PersonalData => &PERSONAL_DATA,
        Family::Accident => &ACCIDENT,
        Family::AssaultOnPolice => &ASSAULT_ON_POLICE,
        Family::PublicSafety => &PUBLIC_SAFETY,
        Family::Market => &MARKET,
        Family::Person => &PERSON,
        Family::Property => &PROPERTY,
        Family::Duty => &DUTY,
        Family::Secret => &SECRET,
        Family::Order
        | Family::DrunkDriving
        | Family::Theft
        | Family::Injury
        | Family::Fraud
        | Family::Traffic
        | Family::Affray
        | Family::DrugDeal
        | Family::DrugPossession
        | Family::DrugDen
        | Family::CyberAid
        | Family::Concealment
        | Family::Casino
        | Family::Detention
        | Family::Robbery => &ORDER,
    }
}

const EMBEZZLEMENT: [&str; 4] = [
    "{y}，{d}{n}利用担任会计、保管资金的职务便利，采用虚列支出的手段，将单位公款人民币{a}据为己有。",
    "{t}，{d}{n}利用经手管理专项资金的职务便利，{m}次套取资金共计人民币{a}，用于个人消费。",
    "{y}，{d}{n}利用负责收费的便利，以收入不入账的方式占有单位资金人民币{a}，案发前未归还。",
    "{t}，{d}{n}在负责{p}某工程项目期间，利用职务便利侵吞项目款人民币{a}。",
];
const BRIBERY: [&str; 5] = [
    "{y}，{d}{n}利用职务上的便利，为他人在工程承揽、项目审批等方面谋取利益，非法收受财物，共计折合人民币{a}，数额特别巨大。",
    "{y}，{d}{n}利用担任领导职务的便利，为他人在企业经营、职务晋升等事项上提供帮助，收受他人财物折合人民币{a}。",
    "{t}，{d}{n}在物资采购过程中利用职务便利，为供货商谋取利益，先后{m}次收受贿赂共计人民币{a}。",
    "{y}，{d}{n}利用职权和地位形成的便利条件，通过其他国家工作人员职务上的行为，为他人谋取不正当利益，收受财物折合人民币{a}。",
    "{t}，{d}{n}利用负责招标工作的便利，收受投标单位给予的现金人民币{a}。",
];
const HOMICIDE: [&str; 3] = [
    "{t}{h}，{d}{n}在{p}因感情纠纷与被害人{v}发生争执，持刀捅刺被害人{v}，致其死亡。",
    "{t}，{d}{n}因家庭矛盾产生报复念头，在{p}将被害人{v}杀害，后主动投案。",
    "{t}{h}，{d}{n}与被害人{v}因债务发生争吵，在{p}用钝器击打被害人{v}头部，致其当场死亡。",
];
const FUNDRAISING: [&str; 4] = [
    "{t}至案发，{d}{n}未经有关部门批准，在{p}设立公司，以投资养老项目、承诺还本付息为名向社会公众吸收资金共计人民币{a}，至案发仍有多数本金未兑付。",
    "{t}至案发，{d}{n}通过口口相传、召开推介会等方式，向数百名集资参与人募集资金人民币{a}，用于偿还前期本息。",
    "{t}，{d}{n}以发行理财产品为名，在{p}公开宣传，承诺年化收益，面向不特定公众募集资金人民币{a}。",
    "{t}至案发，{d}{n}控制网络借贷平台，发布虚假借款标的募集资金人民币{a}，资金链断裂后无法兑付。",
];
const GANG: [&str; 3] = [
    "{t}至案发，{d}{n}纠集多名人员，在{p}一带以暴力、威胁等手段有组织地实施违法犯罪活动，逐步形成较稳定的犯罪组织，非法敛财人民币{a}。",
    "{t}至案发，以{d}{n}为首的犯罪组织长期把持{p}砂石运输，通过强揽工程、敲诈勒索等方式获取经济利益人民币{a}，在当地造成重大影响。",
    "{t}至案发，{d}{n}通过放贷讨债网罗人员，实施寻衅滋事、非法拘禁等多起违法犯罪，严重破坏{p}的经济、社会生活秩序。",
];
const UNSAFE_FOOD: [&str; 3] = [
    "{t}，{d}{n}在{p}经营的作坊内，使用工业原料加工食品并对外销售，销售金额人民币{a}，经检验检出有害成分。",
    "{t}至案发，{d}{n}在{p}购入非食品原料添加于卤制品中销售，销售金额共计人民币{a}。",
    "{t}，{d}{n}通过网店销售添加西药成分的减肥食品，销售金额人民币{a}，在{p}仓库查获成品若干。",
];
const POLLUTION: [&str; 3] = [
    "{t}，{d}{n}在{p}经营电镀作坊，将未经处理的废水通过暗管直接外排，经检测重金属含量超过国家标准三倍以上，处置费用人民币{a}。",
    "{t}，{d}{n}无危险废物经营许可证，将{m}吨废矿物油倾倒于{p}，造成公私财产损失人民币{a}。",
    "{t}至案发，{d}{n}在{p}非法填埋工业固体废物，致土壤受到污染，修复费用经评估为人民币{a}。",
];
const PERSONAL_DATA: [&str; 3] = [
    "{t}至案发，{d}{n}通过网络购买、交换等方式获取公民个人信息{m}万余条并转卖，违法所得人民币{a}。",
    "{t}，{d}{n}利用在{p}从事房产中介的便利，非法出售业主信息，非法获利人民币{a}。",
    "{t}，{d}{n}编写程序从网站批量抓取公民个人信息，在{p}出售牟利人民币{a}。",
];
const ACCIDENT: [&str; 3] = [
    "{t}，{d}{n}在{p}某工地负责现场管理期间，违反安全管理规定组织施工，致脚手架坍塌，造成一人死亡，直接经济损失人民币{a}。",
    "{t}，{d}{n}作为{p}某企业的安全负责人，未落实有限空间作业审批制度，致作业人员中毒死亡，直接经济损失人民币{a}。",
    "{t}{h}，{d}{n}违规指挥吊装作业，致重物坠落，造成{v}死亡，直接经济损失人民币{a}。",
];
const ASSAULT_ON_POLICE: [&str; 3] = [
    "{t}{h}，{d}{n}酒后在{p}滋事，出警民警依法处置时，其用拳头击打民警面部，致民警轻微伤。",
    "{t}{h}，{d}{n}驾驶{k}在{p}拒不配合检查，拖拽执勤民警，致其手臂受伤。",
    "{t}，{d}{n}在{p}阻碍民警依法传唤他人，采用撕咬、推搡等方式暴力抗拒，后被当场制服。",
];
const PUBLIC_SAFETY: [&str; 3] = [
    "{t}，{d}{n}在{p}违反有关安全管理规定，其行为危及不特定多数人的人身和财产安全，造成损失人民币{a}，涉嫌{c}。",
    "{t}{h}，{d}{n}在{p}实施危害公共安全的行为，因群众及时报警未造成人员伤亡，经调查涉嫌{c}。",
    "{t}，有关部门在{p}检查时发现{d}{n}涉嫌{c}的线索，随即移送公安机关，涉案物品已依法扣押。",
];
const MARKET: [&str; 4] = [
    "{t}至案发，{d}{n}在{p}从事经营活动期间，违反国家有关市场管理规定，涉案金额人民币{a}，其行为涉嫌{c}。",
    "{t}，{d}{n}伙同他人设立公司，在没有真实业务的情况下实施违法经营，涉嫌{c}，涉案金额人民币{a}。",
    "{t}，市场监管部门在{p}检查时查获涉案货物一批，价值人民币{a}。经查，{d}{n}的行为涉嫌{c}。",
    "{t}至案发，{d}{n}为牟取非法利益，{m}次实施涉嫌{c}的行为，非法获利人民币{a}。",
];
const PERSON: [&str; 3] = [
    "{t}，{d}{n}在{p}对被害人{v}实施侵害行为，涉嫌{c}。案件事实涉及个人隐私，具体情节依法不予公开。",
    "{t}，{d}{n}因个人恩怨在{p}侵犯被害人{v}的合法权益，情节严重，涉嫌{c}，后经报案被查获。",
    "{t}至案发，{d}{n}多次实施涉嫌{c}的行为，被害人{v}在亲友陪同下报案，涉及隐私的情节依法不予公开。",
];
const PROPERTY: [&str; 3] = [
    "{t}，{d}{n}在{p}以非法手段取得或者毁损被害人{v}的{o}，价值人民币{a}，涉嫌{c}。",
    "{t}至案发，{d}{n}先后{m}次侵犯他人财产，涉案金额共计人民币{a}，涉嫌{c}。",
    "{t}{h}，{d}{n}在{p}因纠纷侵犯被害人{v}的财产权利，造成损失人民币{a}，其行为涉嫌{c}。",
];
const ORDER: [&str; 4] = [
    "{t}，{d}{n}在{p}实施扰乱社会管理秩序的行为，涉嫌{c}，有关部门接到举报后当场查处。",
    "{t}至案发，{d}{n}为牟取非法利益，在{p}{m}次实施涉嫌{c}的行为，违法所得人民币{a}。",
    "{t}，民警在{p}开展专项检查时发现{d}{n}涉嫌{c}，依法扣押涉案物品若干。",
    "{t}，{d}{n}受他人邀约，在{p}参与实施涉嫌{c}的行为，从中获利人民币{a}。",
];
const DUTY: [&str; 3] = [
    "{y}，{d}{n}在履行职责过程中违反规定，致使公共财产遭受损失人民币{a}，涉嫌{c}。",
    "{t}，{d}{n}利用职务便利或者不正确履行职责，情节严重，涉嫌{c}，涉案金额人民币{a}。",
    "{t}，{d}{n}严重不负责任，未按规定审查有关材料，致使国家利益遭受损失人民币{a}，涉嫌{c}。",
];
const SECRET: [&str; 3] = [
    "{t}，{d}{n}的行为涉嫌{c}。本案事实涉及依法不得公开的内容，具体情节从略。",
    "{t}至案发，{d}{n}多次实施涉嫌{c}的行为，有关情节依法不予公开。",
    "{d}{n}涉嫌{c}，相关证据材料按规定管理，依法不向社会公开。",
];
