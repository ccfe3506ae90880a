//! How many files are on their way in: each holds its bytes in memory until it is drawn, so few at a time for one person and
//! a bounded number altogether.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Of one person.
const OF_ONE: usize = 2;
/// Of everybody: at ten megabytes each, less than half a gigabyte.
const OF_ALL: usize = 40;

/// Who is sending files now, by keyed hash.
#[derive(Clone, Default)]
pub struct Uploads(Arc<Mutex<HashMap<String, usize>>>);

impl Uploads {
    /// A place for one file, given back when it is dropped; `None`: wait for the earlier ones.
    pub fn enter(&self, holder: &str) -> Option<Place> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let taken: usize = all.values().sum();
        let own = all.get(holder).copied().unwrap_or(0);
        if own >= OF_ONE || taken >= OF_ALL {
            return None;
        }
        all.insert(holder.to_owned(), own + 1);
        Some(Place {
            uploads: self.clone(),
            holder: holder.to_owned(),
        })
    }
}

/// A file on its way.
pub struct Place {
    uploads: Uploads,
    holder: String,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut all = self
            .uploads
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        match all.get_mut(&self.holder) {
            Some(own) if *own > 1 => *own -= 1,
            _ => {
                all.remove(&self.holder);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_person_sends_two_at_a_time_and_a_place_is_free_again_when_its_file_is_done() {
        let uploads = Uploads::default();
        let first = uploads.enter("a").unwrap();
        let second = uploads.enter("a").unwrap();
        assert!(uploads.enter("a").is_none());
        assert!(uploads.enter("b").is_some());
        drop(first);
        let third = uploads.enter("a").unwrap();
        assert!(uploads.enter("a").is_none());
        drop((second, third));
        assert!(uploads.0.lock().unwrap().is_empty());
    }

    #[test]
    fn everybody_together_sends_forty() {
        let uploads = Uploads::default();
        let places: Vec<Place> = (0..OF_ALL)
            .map(|at| uploads.enter(&at.to_string()).unwrap())
            .collect();
        assert!(uploads.enter("late").is_none());
        drop(places);
        assert!(uploads.enter("late").is_some());
    }
}
