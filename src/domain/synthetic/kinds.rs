//! Which board a record stands on: twelve per cent important cases, spread evenly.

use super::rng::{Rng, Stream};
use crate::domain::publication::PublicationKind;

/// Of every 25 records three are important cases.
pub(super) const BLOCK: u64 = 25;

/// The board of a record. One case falls into each third of a block, so that any run of records has its share.
pub(super) fn kind_of(seed: u64, index: u64) -> PublicationKind {
    let mut rng = Rng::new(seed, Stream::Kind, index / BLOCK);
    let cases = [rng.below(8), 8 + rng.below(8), 16 + rng.below(9)];
    if cases.contains(&(index % BLOCK)) {
        PublicationKind::ImportantCase
    } else {
        PublicationKind::LegalDocument
    }
}
