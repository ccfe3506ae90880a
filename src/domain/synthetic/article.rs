//! Articles of the criminal law in Chinese numerals, as documents cite them.

/// 第一百三十三条之一.
pub(super) fn article(number: u32, sub: u32) -> String {
    let mut text = format!("第{}条", numeral(number));
    if sub > 0 {
        text.push('之');
        text.push_str(&numeral(sub));
    }
    text
}

/// Chinese numerals from 1 to 999.
fn numeral(number: u32) -> String {
    let digit = |value: u32| "零一二三四五六七八九".chars().nth(value as usize % 10);
    let (hundreds, tens, ones) = (number / 100, number / 10 % 10, number % 10);
    let mut text = String::new();
    if hundreds > 0 {
        text.extend(digit(hundreds));
        text.push('百');
    }
    if tens > 0 {
        text.extend(digit(tens).filter(|_| tens > 1 || hundreds > 0));
        text.push('十');
    } else if hundreds > 0 && ones > 0 {
        text.push('零');
    }
    if ones > 0 {
        text.extend(digit(ones));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn articles_are_written_as_the_code_writes_them() {
        assert_eq!(article(264, 0), "第二百六十四条");
        assert_eq!(article(133, 1), "第一百三十三条之一");
        assert_eq!(article(102, 0), "第一百零二条");
        assert_eq!(article(310, 12), "第三百一十条之十二");
    }
}
