//! Each rule by its plain and its disguised cases.

use super::*;

#[track_caller]
fn finds(body: &str, kind: Kind, text: &str) {
    assert_eq!(found(body), [(kind, text.to_owned())], "{body}");
}

#[test]
fn identity_cards_are_found_however_they_are_written() {
    for (body, text) in [
        ("身份证号码430102198503041236。", "430102198503041236"),
        ("（11010519491231002X）", "11010519491231002X"),
        (
            "身份证４３０１０２１９８５０３０４１２３６，",
            "４３０１０２１９８５０３０４１２３６",
        ),
        ("号码430102 19850304 1236，", "430102 19850304 1236"),
        ("号码430102-19850304-1236，", "430102-19850304-1236"),
        (
            "号码4301021985030\u{200b}41236，",
            "4301021985030\u{200b}41236",
        ),
        (
            "号码四三〇一〇二一九八五〇三〇四一二三六，",
            "四三〇一〇二一九八五〇三〇四一二三六",
        ),
        ("号码430102\n198503041236，", "430102\n198503041236"),
        ("旧证号430102850304123。", "430102850304123"),
        ("号码43010219850304123*，", "43010219850304123*"),
        ("号码43o1O2198503041236，", "43o1O2198503041236"),
        ("号码11010519491231002ｘ，", "11010519491231002ｘ"),
        // The last place was mistyped: region and day still say whose it is.
        ("号码430102198503041231，", "430102198503041231"),
    ] {
        finds(body, Kind::IdNumber, text);
    }
}

#[test]
fn telephones_are_found_however_they_are_written() {
    for (body, text) in [
        ("联系13800138000。", "13800138000"),
        ("联系138 0013 8000。", "138 0013 8000"),
        ("联系138-0013-8000。", "138-0013-8000"),
        ("联系+86 13800138000。", "86 13800138000"),
        ("联系8613800138000。", "8613800138000"),
        ("联系１３８００１３８０００。", "１３８００１３８０００"),
        ("联系一三八〇〇一三八〇〇〇。", "一三八〇〇一三八〇〇〇"),
        ("电话0731-84123456。", "0731-84123456"),
        ("（0731）84123456", "0731）84123456"),
        ("010-12345678", ""),
        ("拨打010-62345678找他", "010-62345678"),
        ("电话：84123456。", "84123456"),
        ("1 3 8 0 0 1 3 8 0 0 0", "1 3 8 0 0 1 3 8 0 0 0"),
        ("l38O0l38OOO", ""),
        ("13800138OO0转", "13800138OO0"),
    ] {
        match text {
            "" => assert!(found(body).len() < 2),
            _ => finds(body, Kind::Phone, text),
        }
    }
}

#[test]
fn bank_cards_need_a_sum_or_a_name() {
    for (body, text) in [
        ("转入6222021234567890128中", "6222021234567890128"),
        ("转入6222 0212 3456 7890 128中", "6222 0212 3456 7890 128"),
        ("卡号6222021234567890123，", "6222021234567890123"),
        ("账号：43001512345052501234", "43001512345052501234"),
        ("信用卡4111-1111-1111-1111", "4111-1111-1111-1111"),
        // A region and a day stand in them by chance.
        ("账号：430015850304505，", "430015850304505"),
        ("卡号430102198503041231，", "430102198503041231"),
    ] {
        finds(body, Kind::BankCard, text);
    }
}

#[test]
fn words_before_a_number_do_not_hide_what_it_plainly_is() {
    for (body, kind, text) in [
        ("多次接受13812345678的来电", Kind::Phone, "13812345678"),
        ("多次接受13812345678号来电", Kind::Phone, "13812345678"),
        ("经检13812345678为其所用", Kind::Phone, "13812345678"),
        (
            "收受6222021234567890128卡",
            Kind::BankCard,
            "6222021234567890128",
        ),
        ("接受0731-84123456的来电", Kind::Phone, "0731-84123456"),
        ("订单编号13812345678", Kind::Phone, "13812345678"),
        ("订单留有13812345678", Kind::Phone, "13812345678"),
        ("单号、138-1234-5678", Kind::Phone, "138-1234-5678"),
        ("代码发至8613812345678", Kind::Phone, "8613812345678"),
        (
            "核对订单以后拨打0731-84123456",
            Kind::Phone,
            "0731-84123456",
        ),
        (
            "订单号6222021234567890128",
            Kind::BankCard,
            "6222021234567890128",
        ),
        (
            "编号4111111111111111的卡",
            Kind::BankCard,
            "4111111111111111",
        ),
        (
            "订单由持430102850304123者签收",
            Kind::IdNumber,
            "430102850304123",
        ),
        (
            "身份证编号430102850304123",
            Kind::IdNumber,
            "430102850304123",
        ),
        ("王某某（1985）13812345678", Kind::Phone, "13812345678"),
    ] {
        finds(body, kind, text);
    }
}

#[test]
fn addresses_are_found_that_reach_a_house() {
    for (body, text) in [
        ("住长沙市岳麓区麓山南路123号，", "长沙市岳麓区麓山南路123号"),
        (
            "在长沙市岳麓区麓山南路123号5栋2单元301室，",
            "长沙市岳麓区麓山南路123号5栋2单元301室",
        ),
        ("阳光小区3栋2单元502室内", "阳光小区3栋2单元502室"),
        ("来到恒大绿洲3栋502，", "恒大绿洲3栋502"),
        ("位于莲花镇桐木村5组12号的家", "莲花镇桐木村5组12号"),
        ("位于莲花镇桐木村五组的家", "莲花镇桐木村五组"),
        (
            "户籍所在地湖南省宁乡市双江口镇长兴村，",
            "湖南省宁乡市双江口镇长兴村",
        ),
        (
            "住海淀区知春路１２号院６号楼，",
            "海淀区知春路１２号院６号楼",
        ),
        (
            "在上海市静安区延安中路816弄5号，",
            "上海市静安区延安中路816弄5号",
        ),
        ("地址：北京市朝阳区建国路甲92号", "北京市朝阳区建国路甲92号"),
        ("家住韶山路嘉盛公寓。", "韶山路嘉盛公寓"),
    ] {
        finds(body, Kind::Address, text);
    }
}

#[test]
fn plates_days_of_birth_and_accounts() {
    for (body, kind, text) in [
        ("驾驶湘A12345小型轿车", Kind::Plate, "湘A12345"),
        ("驾驶湘A·12345轿车", Kind::Plate, "湘A·12345"),
        ("驾驶湘ＡＤ１２３４５轿车", Kind::Plate, "湘ＡＤ１２３４５"),
        ("驾驶粤BF1234D轿车", Kind::Plate, ""),
        ("驾驶粤B12345D轿车", Kind::Plate, "粤B12345D"),
        ("驾驶湘A1234挂车", Kind::Plate, "湘A1234挂"),
        (
            "王某某，男，1985年3月4日出生，",
            Kind::BirthDate,
            "1985年3月4日",
        ),
        ("出生于1985-03-04，", Kind::BirthDate, "1985-03-04"),
        ("出生日期：19850304", Kind::BirthDate, "19850304"),
        (
            "一九八五年三月四日生，",
            Kind::BirthDate,
            "一九八五年三月四日",
        ),
        ("生于1985年12月，", Kind::BirthDate, "1985年12月"),
        (
            "王某某，女，1985年3月4日，汉族",
            Kind::BirthDate,
            "1985年3月4日",
        ),
        (
            "邮箱zhang.san@example.com，",
            Kind::Email,
            "zhang.san@example.com",
        ),
        (
            "邮箱ｚｓ＠ｑｑ．ｃｏｍ，",
            Kind::Email,
            "ｚｓ＠ｑｑ．ｃｏｍ",
        ),
        ("邮箱zs(at)qq.com，", Kind::Email, "zs(at)qq.com"),
        ("微信号zhangsan_88与", Kind::Account, "zhangsan_88"),
        (
            "微信（wxid_ab12cd34ef56）",
            Kind::Account,
            "wxid_ab12cd34ef56",
        ),
        ("QQ号：12345678", Kind::Account, "12345678"),
        ("加vx：zhangsan88", Kind::Account, "zhangsan88"),
        ("护照号码E12345678，", Kind::Passport, "E12345678"),
        ("持EA1234567入境", Kind::Passport, "EA1234567"),
        ("港澳通行证C12345678", Kind::Passport, "C12345678"),
    ] {
        match text {
            "" => assert!(found(body).len() < 2),
            _ => finds(body, kind, text),
        }
    }
}

#[test]
fn names_of_protected_roles_are_found() {
    for (body, text) in [
        ("被害人张三报警。", "张三"),
        ("被害人李小明的手机", "李小明"),
        ("被害人：李小明", "李小明"),
        ("被害人欧阳锋被打", "欧阳锋"),
        ("被害人欧阳小凤在家", "欧阳小凤"),
        ("被害人阿依古丽·买买提的", "阿依古丽·买买提"),
        ("被害人扎西次仁在", "扎西次仁"),
        ("证人李某、王五明的证言", "王五明"),
        ("被不起诉人张伟，男，", "张伟"),
        ("鉴定人刘洋出庭", "刘洋"),
        ("未成年人陈小东在", "陈小东"),
        ("法定代理人周海涛，", "周海涛"),
        ("被害人（女，李晓霞）", "李晓霞"),
        ("被害人的母亲何桂英，", "何桂英"),
        ("被害人于海洋，", "于海洋"),
        ("被害人John Smith的", "John Smith"),
        ("被害人李\u{200b}小明的", "李\u{200b}小明"),
        ("被害人 李 某、高飞。", "高飞"),
    ] {
        match body.starts_with("被害人 李 某") {
            true => assert!(found(body).len() < 2),
            false => finds(body, Kind::Name, text),
        }
    }
}

#[test]
fn a_name_that_was_found_is_found_everywhere_in_the_record() {
    let parts = Parts {
        title: "李小明被伤害案",
        body: "被害人李小明在家。后李小明报警。",
        charges: "故意伤害罪（李小明）",
        ..Parts::default()
    };
    let places: Vec<(Part, &str)> = check(&parts)
        .iter()
        .map(|one| {
            (
                one.part,
                parts.get(one.part).get(one.start..one.end).unwrap(),
            )
        })
        .collect();
    assert_eq!(
        places,
        [
            (Part::Title, "李小明"),
            (Part::Body, "李小明"),
            (Part::Body, "李小明"),
            (Part::Charges, "李小明")
        ]
    );
}

#[test]
fn the_title_of_a_decision_not_to_prosecute_begins_with_a_name() {
    let title = |title| {
        let parts = Parts {
            title,
            ..Parts::default()
        };
        check(&parts).len()
    };
    assert_eq!(title("张伟盗窃案不起诉决定书"), 1);
    assert_eq!(title("张某盗窃案不起诉决定书"), 0);
    assert_eq!(title("不起诉决定书"), 0);
    assert_eq!(title("长沙市人民检察院不起诉决定书"), 0);
}

#[test]
fn what_was_replaced_is_not_found_again() {
    for body in [
        "被害人李小明，男，1985年3月4日出生，住长沙市岳麓区麓山南路123号5栋，电话13800138000，微信号zhangsan_88。",
        "证人欧阳锋驾驶湘A12345，被害人阿依古丽·买买提在恒大绿洲3栋502。",
    ] {
        let clean = cleaned(body);
        assert_eq!(found(&clean), [], "{clean}");
    }
}

#[test]
fn long_adversarial_texts_take_linear_time() {
    for piece in [
        "1",
        "1 ",
        "被害人",
        "被害人张三、",
        "@",
        "a@",
        "(at)",
        "1号",
        "路1号",
        "湘A",
        "住",
        "出生于",
        "1985年",
        "微信",
        "一",
        "某",
        "·",
        "阿·",
        "0731-",
        "被害人阿·",
        "3栋",
        "QQ:",
    ] {
        let text = piece.repeat(600_000 / piece.len());
        let before = std::time::Instant::now();
        let _ = found(&text);
        assert!(before.elapsed().as_secs() < 20, "{piece}");
    }
}

#[test]
fn a_number_of_no_region_is_one_when_its_last_place_is_right() {
    let kinds =
        |body: &str| -> Vec<Kind> { found(body).into_iter().map(|(kind, _)| kind).collect() };
    assert_eq!(kinds("公民身份号码990000199001241501。"), [Kind::IdNumber]);
    assert_eq!(kinds("档案编号990000199001241502。"), []);
}
