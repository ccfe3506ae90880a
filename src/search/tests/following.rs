//! Changes, commits, and what survives.

use std::fs;

use super::support::{Scratch, request, saying, titled};
use crate::search::{Change, Position, SearchError, SearchIndex};

#[test]
fn a_document_put_twice_is_there_once_in_its_last_form() {
    let scratch = Scratch::with([titled("1", "抢劫案"), titled("1", "盗窃案")]);
    assert_eq!(scratch.find("抢劫"), Vec::<String>::new());
    assert_eq!(scratch.find("盗窃"), ["1"]);
    scratch.put([titled("1", "诈骗案")]);
    assert_eq!(scratch.find("盗窃"), Vec::<String>::new());
    assert_eq!(scratch.find("诈骗"), ["1"]);
    assert_eq!(scratch.index.document_count(), 1);
}

#[test]
fn a_removed_document_is_gone_until_it_is_put_again() {
    let scratch = Scratch::with([titled("1", "抢劫案"), titled("2", "抢劫案")]);
    scratch.apply([
        Change::Remove("1".to_owned()),
        Change::Remove("none".to_owned()),
    ]);
    assert_eq!(scratch.find("抢劫"), ["2"]);
    let again = Change::Put(Box::new(titled("1", "抢劫案")));
    scratch.apply([again.clone(), Change::Remove("1".to_owned())]);
    assert_eq!(scratch.find("抢劫"), ["2"]);
    scratch.apply([Change::Remove("1".to_owned()), again]);
    assert_eq!(scratch.find("抢劫"), ["2", "1"]);
}

#[test]
fn a_large_batch_with_replacements_ends_in_the_last_forms() {
    let scratch = Scratch::new();
    let forms = (0..3)
        .flat_map(|form| (0..700).map(move |id| titled(&id.to_string(), &format!("form{form}"))));
    scratch.put(forms);
    assert_eq!(scratch.index.document_count(), 700);
    assert_eq!(scratch.find("form2").len(), 700);
    assert_eq!(scratch.find("form1").len(), 0);
}

#[test]
fn nothing_is_seen_before_the_commit() {
    let scratch = Scratch::new();
    scratch
        .index
        .apply([Change::Put(Box::new(titled("1", "抢劫案")))].into_iter())
        .unwrap();
    assert_eq!(scratch.find("抢劫"), Vec::<String>::new());
    scratch.index.commit(Position::default()).unwrap();
    assert_eq!(scratch.find("抢劫"), ["1"]);
}

#[test]
fn the_last_commit_and_its_position_survive_a_restart() {
    let Scratch { index, dir } = Scratch::with([titled("1", "抢劫案")]);
    let position = Position {
        revision: i64::MAX,
        due: -1,
        database: 9,
        units: 3,
    };
    index.commit(position).unwrap();
    index
        .apply([Change::Put(Box::new(titled("2", "抢劫案")))].into_iter())
        .unwrap();
    drop(index);
    let scratch = Scratch {
        index: SearchIndex::open(dir.path()).unwrap(),
        dir,
    };
    assert_eq!(scratch.index.position(), position);
    assert_eq!(scratch.find("抢劫"), ["1"]);
}

#[test]
fn an_index_of_another_version_is_emptied() {
    let Scratch { index, dir } = Scratch::with([titled("1", "抢劫案")]);
    drop(index);
    fs::write(dir.path().join("version"), "0-\n").unwrap();
    let index = SearchIndex::open(dir.path()).unwrap();
    assert_eq!(
        (index.position(), index.document_count()),
        (Position::default(), 0)
    );
}

#[test]
fn a_damaged_index_is_emptied_and_other_files_are_left_alone() {
    for broken in ["meta.json", ".term", ".fast", ".idx"] {
        let Scratch { index, dir } = Scratch::with([titled("1", "抢劫案"), saying("2", "抢劫")]);
        drop(index);
        fs::write(dir.path().join("mine.txt"), "mine").unwrap();
        for file in fs::read_dir(dir.path().join("data"))
            .unwrap()
            .map(|entry| entry.unwrap().path())
        {
            if file.to_string_lossy().ends_with(broken) {
                fs::write(file, "{").unwrap();
            }
        }
        let index = SearchIndex::open(dir.path()).unwrap();
        assert_eq!(
            (index.position(), index.document_count()),
            (Position::default(), 0),
            "{broken}"
        );
        assert!(dir.path().join("mine.txt").exists());
    }
}

#[test]
fn a_directory_is_held_by_one_handle_at_a_time() {
    let Scratch { index, dir } = Scratch::new();
    let second = SearchIndex::open(dir.path());
    assert!(matches!(&second, Err(SearchError::Locked(locked)) if locked == dir.path()));
    assert!(second.unwrap_err().to_string().contains("search.dir"));
    drop(index);
    SearchIndex::open(dir.path()).unwrap();
}

#[test]
fn a_cleared_index_is_empty_and_can_be_filled_again() {
    let scratch = Scratch::with([titled("1", "抢劫案")]);
    scratch
        .index
        .apply([Change::Put(Box::new(titled("2", "抢劫案")))].into_iter())
        .unwrap();
    scratch.index.clear().unwrap();
    assert_eq!(
        (scratch.index.position(), scratch.index.document_count()),
        (Position::default(), 0)
    );
    scratch.put([titled("3", "抢劫案"), titled("1", "抢劫案")]);
    assert_eq!(scratch.find("抢劫"), ["3", "1"]);
}

#[test]
fn many_small_commits_do_not_pile_up() {
    let scratch = Scratch::new();
    for id in 0..60 {
        scratch.put([titled(&id.to_string(), "抢劫案")]);
    }
    assert_eq!(scratch.index.search(&request("抢劫")).unwrap().total, 60);
    drop(scratch.index);
    let index = SearchIndex::open(scratch.dir.path()).unwrap();
    let segments = fs::read_to_string(scratch.dir.path().join("data/meta.json"))
        .unwrap()
        .matches("segment_id")
        .count();
    assert!(segments <= 24, "{segments} segments");
    assert_eq!(index.document_count(), 60);
}
