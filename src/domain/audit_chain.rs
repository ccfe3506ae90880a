//! How rows of the audit trail hang together: each hash covers a row and the hash before it, so that nobody can edit,
//! remove, move or insert a row without every later hash telling. Whoever keeps the last hash elsewhere notices also
//! when the whole chain was made anew.

use sha2::{Digest, Sha256};

/// What stands before the first row.
pub const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// Bytes before every row, so that another form of row can never be taken for this one.
const FORM: &[u8] = b"jianxin-audit-1\0";

/// What of a row is covered.
#[derive(Clone, Copy, Debug)]
pub struct Covered<'a> {
    /// The row's id.
    pub id: &'a str,
    /// Milliseconds UTC.
    pub at: i64,
    /// Who.
    pub actor: &'a str,
    /// What was done.
    pub action: &'a str,
    /// To what.
    pub subject: &'a str,
    /// Whose business it was.
    pub unit_id: Option<&'a str>,
}

/// The hash of a row in its place: lower-case hexadecimal of SHA-256 over the hash before it, the place, and each field
/// behind its length.
pub fn link(previous: &str, seq: i64, row: Covered<'_>) -> String {
    let mut hash = Sha256::new();
    hash.update(FORM);
    field(&mut hash, previous.as_bytes());
    hash.update(seq.to_be_bytes());
    hash.update(row.at.to_be_bytes());
    for text in [row.id, row.actor, row.action, row.subject] {
        field(&mut hash, text.as_bytes());
    }
    match row.unit_id {
        None => hash.update([0]),
        Some(unit) => {
            hash.update([1]);
            field(&mut hash, unit.as_bytes());
        }
    }
    use std::fmt::Write;
    let mut text = String::with_capacity(64);
    for byte in hash.finalize() {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

fn field(hash: &mut Sha256, bytes: &[u8]) {
    hash.update((bytes.len() as u64).to_be_bytes());
    hash.update(bytes);
}

/// A place in the chain that somebody kept elsewhere: `SEQ:HASH`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// The place.
    pub seq: i64,
    /// The hash there.
    pub hash: String,
}

impl std::fmt::Display for Anchor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.seq, self.hash)
    }
}

impl std::str::FromStr for Anchor {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = "an anchor is SEQ:HASH as `audit verify` prints it, with 64 hexadecimal digits";
        let (seq, hash) = text.trim().split_once(':').ok_or(wrong)?;
        let seq: i64 = seq.parse().map_err(|_not_a_number| wrong)?;
        let is_hash = hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
        if seq < 1 || !is_hash {
            return Err(wrong);
        }
        Ok(Self {
            seq,
            hash: hash.to_ascii_lowercase(),
        })
    }
}

/// The ids in a subject such as `binding:1f… person:9c…`, each once, without the words before them.
pub fn ids_of(subject: &str) -> Vec<&str> {
    let mut ids: Vec<&str> = subject
        .split([' ', ','])
        .map(|word| word.split_once(':').map_or(word, |(_kind, id)| id))
        .filter(|id| !id.is_empty())
        .collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROW: Covered<'static> = Covered {
        id: "a1",
        at: 7,
        actor: "manager:m",
        action: "case.viewed",
        subject: "case:c",
        unit_id: Some("430100"),
    };

    #[test]
    fn every_part_counts_and_nothing_can_move_from_field_to_field() {
        let hash = link(GENESIS, 1, ROW);
        assert_eq!(hash.len(), 64);
        assert_eq!(hash, link(GENESIS, 1, ROW));
        let others = [
            link(&hash, 1, ROW),
            link(GENESIS, 2, ROW),
            link(GENESIS, 1, Covered { id: "a2", ..ROW }),
            link(GENESIS, 1, Covered { at: 8, ..ROW }),
            link(
                GENESIS,
                1,
                Covered {
                    actor: "manager:n",
                    ..ROW
                },
            ),
            link(
                GENESIS,
                1,
                Covered {
                    action: "case.view",
                    subject: "dcase:c",
                    ..ROW
                },
            ),
            link(
                GENESIS,
                1,
                Covered {
                    subject: "case:d",
                    ..ROW
                },
            ),
            link(
                GENESIS,
                1,
                Covered {
                    unit_id: None,
                    ..ROW
                },
            ),
            link(
                GENESIS,
                1,
                Covered {
                    unit_id: Some(""),
                    ..ROW
                },
            ),
        ];
        for other in others {
            assert_ne!(hash, other);
        }
    }

    #[test]
    fn the_form_of_a_row_is_kept_for_ever() {
        // A program of another version must find the chain of this one whole.
        assert_eq!(
            link(GENESIS, 1, ROW),
            "a1008cb528594158597a6d1563db85652911a2c91dcfe3af5e7344e0159a3ce9"
        );
    }

    #[test]
    fn an_anchor_is_read_as_it_is_written() {
        let anchor: Anchor = format!("12:{}", "aB".repeat(32)).parse().unwrap();
        assert_eq!(anchor.to_string(), format!("12:{}", "ab".repeat(32)));
        for wrong in [
            "",
            "12",
            "0:aa",
            "x:y",
            &format!("-1:{}", "a".repeat(64)),
            &format!("1:{}", "g".repeat(64)),
        ] {
            assert!(wrong.parse::<Anchor>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn ids_are_found_in_subjects() {
        assert_eq!(ids_of("binding:b person:p"), ["b", "p"]);
        assert_eq!(ids_of("bindings:x,y"), ["x", "y"]);
        assert_eq!(ids_of("follower:f replaced replaced"), ["f", "replaced"]);
        assert_eq!(ids_of(""), Vec::<&str>::new());
    }
}
