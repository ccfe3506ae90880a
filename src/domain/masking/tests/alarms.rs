//! False alarms on the synthetic documents: nobody in them is real, all names are masked.

use super::*;
use crate::domain::ids::UnitId;
use crate::domain::procuratorate::Procuratorate;
use crate::domain::publication_line::ImportLine;
use crate::domain::synthetic::Generator;

const END: i64 = 1_795_168_800_000;

fn units() -> Vec<Procuratorate> {
    let mut reader =
        csv::Reader::from_reader(include_str!("../../../../config/procuratorates.csv").as_bytes());
    reader
        .records()
        .map(|row| row.unwrap())
        .map(|row| Procuratorate {
            unit_id: UnitId::new(&row[0]),
            name: row[1].to_owned(),
            level: row[2].parse().unwrap(),
            parent_id: (!row[3].is_empty()).then(|| UnitId::new(&row[3])),
            kind: row[4].to_owned(),
            area_name: row[7].to_owned(),
            aliases: Vec::new(),
            code_aliases: Vec::new(),
        })
        .collect()
}

#[test]
fn at_most_two_in_a_hundred_synthetic_documents_cause_an_alarm() {
    let run = Generator::new(
        1,
        2000,
        &units(),
        include_str!("../../../../config/charges.csv"),
        END,
    );
    let (mut documents, mut alarms) = (0, Vec::new());
    for line in (0..2000).map(|index| run.record(index)) {
        let ImportLine::Record(record) = line else {
            continue;
        };
        documents += 1;
        let charges = record.charges.join("；");
        let parts = Parts {
            title: &record.title,
            summary: &record.summary,
            body: &record.body,
            document_type: record.document_type.as_deref().unwrap_or_default(),
            document_number: record.document_number.as_deref().unwrap_or_default(),
            charges: &charges,
            source_url: record.source_url.as_deref().unwrap_or_default(),
        };
        let findings = check(&parts);
        if let Some(first) = findings.first() {
            alarms.push(format!(
                "{:?} {}",
                first.kind,
                parts.get(first.part).get(first.start..first.end).unwrap()
            ));
        }
    }
    assert!(documents > 1900);
    assert!(
        alarms.len() * 50 <= documents,
        "{} of {documents}: {alarms:#?}",
        alarms.len()
    );
}
