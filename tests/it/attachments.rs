//! Files: what comes in is looked at and drawn anew, lies sealed, is seen by its own people only, and goes when its time
//! has come.

use std::io::Cursor;
use std::time::{Duration, Instant, SystemTime};

use image::{DynamicImage, ImageDecoder, RgbImage};
use jianxin::app::App;
use jianxin::domain::ids::OpenId;
use jianxin::service::attachments::{self, Chosen, Look, Viewer};
use jianxin::service::error::RecordError;
use serde_json::{Value, json};

use crate::support::browser::{Browser, Page, Street};
use crate::support::office::{Office, UNIT};
use crate::support::pictures::{
    chunk, jpeg, pdf, photo, png, png_of_size, with_exif, with_text_bomb,
};
use crate::support::{DATA_KEY, MINUTE_MS, TestApp};

const JSON: &str = "application/json";
const HOUR_MS: i64 = 60 * MINUTE_MS;

async fn phone(street: &Street, follower: &str) -> (Browser, String) {
    let mut phone = street.phone(follower);
    let csrf = phone.open("/h5/follows").await.csrf();
    (phone, csrf)
}

/// Hands a file in as the page's script does.
async fn hand_in(phone: &mut Browser, csrf: &str, name: &str, bytes: &[u8]) -> (u16, Value) {
    let files = [("upload_id_card", name, bytes)];
    let page = phone
        .upload("/h5/attachments", &[("csrf", csrf)], &files, JSON)
        .await;
    (page.status, serde_json::from_str(&page.body).unwrap())
}

async fn taken(phone: &mut Browser, csrf: &str, name: &str, bytes: &[u8]) -> Value {
    let (status, answer) = hand_in(phone, csrf, name, bytes).await;
    assert_eq!(status, 200, "{name}: {answer}");
    answer
}

fn text<'a>(answer: &'a Value, name: &str) -> &'a str {
    answer[name].as_str().unwrap()
}

/// The address of the first page of a file, as its page shows it.
fn first_picture(page: &Page) -> String {
    page.between("<img src=\"", "\"").unwrap()
}

fn decode(bytes: &[u8]) -> RgbImage {
    assert!(bytes.starts_with(&[0xff, 0xd8]), "no JPEG");
    let decoder = image::codecs::jpeg::JpegDecoder::new(Cursor::new(bytes)).unwrap();
    DynamicImage::from_decoder(decoder).unwrap().into_rgb8()
}

fn rows(app: &TestApp, sql: &str) -> Vec<String> {
    app.database.connect().texts(sql)
}

#[tokio::test]
async fn a_photograph_is_taken_in_shown_to_its_owner_only_and_taken_back() {
    let street = Street::open().await;
    let (mut mine, csrf) = phone(&street, "f1").await;
    let file = taken(&mut mine, &csrf, "身份证.jpg", &jpeg(&photo(3000, 1500))).await;
    assert_eq!(text(&file, "name"), "身份证.jpg");
    let (status, headers, small) = mine.fetch(text(&file, "picture")).await;
    assert_eq!(status, 200);
    assert!(small.len() <= 8 * 1024, "{}", small.len());
    assert_eq!(decode(&small).dimensions(), (128, 64));
    for (name, value) in [
        ("content-type", "image/jpeg"),
        ("x-content-type-options", "nosniff"),
        ("cache-control", "no-store"),
        ("content-disposition", "inline; filename=\"page-0.jpg\""),
    ] {
        assert_eq!(headers[name], value);
    }
    assert!(
        headers["content-security-policy"]
            .to_str()
            .unwrap()
            .contains("sandbox")
    );

    let page = mine.open(text(&file, "href")).await;
    assert!(page.body.contains("身份证.jpg"));
    let picture = first_picture(&page);
    let (status, _, whole) = mine.fetch(&picture).await;
    assert_eq!(status, 200);
    let whole = decode(&whole);
    assert_eq!(whole.dimensions(), (2000, 1000));
    let marked = whole
        .pixels()
        .filter(|pixel| pixel.0.iter().all(|part| *part > 60))
        .count();
    assert!(marked > 1000, "the picture carries a mark: {marked}");

    let (mut other, other_csrf) = phone(&street, "f2").await;
    for path in [text(&file, "href"), &picture, text(&file, "picture")] {
        assert_eq!(other.fetch(path).await.0, 404, "{path}");
    }
    let removed = other
        .post(text(&file, "remove"), &[("csrf", &other_csrf)])
        .await;
    assert_eq!(removed.status, 303);
    assert_eq!(
        mine.fetch(&picture).await.0,
        200,
        "somebody else takes nothing away"
    );
    assert_eq!(
        mine.fetch(picture.split('?').next().unwrap()).await.0,
        404,
        "no ticket"
    );
    street.app.advance_ms(11 * MINUTE_MS);
    assert_eq!(mine.fetch(&picture).await.0, 404, "an old ticket");

    assert_eq!(
        mine.post(text(&file, "remove"), &[("csrf", "x")])
            .await
            .status,
        403
    );
    assert_eq!(
        mine.post(text(&file, "remove"), &[("csrf", &csrf)])
            .await
            .status,
        303
    );
    assert_eq!(mine.fetch(text(&file, "href")).await.0, 404);
    assert_eq!(street.app.stored_files(), Vec::<std::path::PathBuf>::new());
    assert_eq!(rows(&street.app, "SELECT count(*) FROM attachments"), ["0"]);
    let acts = rows(
        &street.app,
        "SELECT action FROM audit WHERE action LIKE 'attachment%' ORDER BY at, action",
    );
    assert_eq!(acts, ["attachment.added", "attachment.removed"]);
}

#[tokio::test]
async fn places_and_cameras_are_gone_and_pictures_stand_upright() {
    let street = Street::open().await;
    let (mut mine, csrf) = phone(&street, "f1").await;
    let turned = with_exif(&jpeg(&photo(400, 200)), 6, "GPS-CANARY-28.2282N-112.9388E");
    let file = taken(&mut mine, &csrf, "a.jpg", &turned).await;
    let picture = first_picture(&mine.open(text(&file, "href")).await);
    let (_, _, bytes) = mine.fetch(&picture).await;
    let shown = decode(&bytes);
    assert_eq!(shown.dimensions(), (200, 400));
    let corner = shown.get_pixel(195, 5).0;
    assert!(
        corner[0] > 150 && corner[2] < 100,
        "a quarter turn to the right: {corner:?}"
    );
    assert!(!bytes.windows(10).any(|part| part == b"GPS-CANARY"));
    let mut decoder = image::codecs::jpeg::JpegDecoder::new(Cursor::new(&bytes)).unwrap();
    assert_eq!(decoder.exif_metadata().unwrap(), None);
    for path in street.app.stored_files() {
        let stored = std::fs::read(path).unwrap();
        assert!(stored.starts_with(b"JXS1"));
        assert!(
            !stored.windows(3).any(|part| part == [0xff, 0xd8, 0xff]),
            "bytes in clear"
        );
    }
}

#[tokio::test]
async fn whatever_is_no_picture_and_no_document_is_refused_in_words() {
    let street = Street::open().await;
    let (mut mine, csrf) = phone(&street, "f1").await;
    let real = jpeg(&photo(600, 400));
    let bombed = with_text_bomb(&png(&photo(64, 64)), 500_000);
    let mut corpus: Vec<(String, Vec<u8>, &str)> = vec![
        ("huge.png".into(), png_of_size(100_000, 100_000), "8192"),
        ("long.png".into(), png_of_size(9000, 10), "8192"),
        ("200mp.png".into(), png_of_size(16_000, 12_500), "8192"),
        ("41mp.png".into(), png_of_size(8000, 5200), "4000万"),
        ("flat.png".into(), png_of_size(0, 10), "打不开"),
        (
            "cut.png".into(),
            png(&photo(64, 64))[..60].to_vec(),
            "打不开",
        ),
        ("none.png".into(), b"\x89PNG\r\n\x1a\n".to_vec(), "打不开"),
        (
            "chunk.png".into(),
            [
                b"\x89PNG\r\n\x1a\n".to_vec(),
                chunk(b"IHDR", b"short"),
                chunk(b"IEND", b""),
            ]
            .concat(),
            "打不开",
        ),
        (
            "length.png".into(),
            b"\x89PNG\r\n\x1a\n\xff\xff\xff\xffIHDR".to_vec(),
            "打不开",
        ),
        ("head.jpg".into(), real[..40].to_vec(), "打不开"),
        ("mark.jpg".into(), vec![0xff, 0xd8, 0xff, 0xe0], "打不开"),
        (
            "heic.jpg".into(),
            b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".to_vec(),
            "兼容性最佳",
        ),
        (
            "avif.png".into(),
            b"\0\0\0\x18ftypavif\0\0\0\0".to_vec(),
            "兼容性最佳",
        ),
        ("empty.jpg".into(), Vec::new(), "先选择"),
        (
            "big.jpg".into(),
            [real.clone(), vec![0; 11 * 1024 * 1024]].concat(),
            "10 MB",
        ),
        ("broken.pdf".into(), b"%PDF-1.7\nnothing".to_vec(), "打不开"),
        ("pages.pdf".into(), pdf(31), "30页"),
    ];
    for (name, bytes) in [
        ("page.jpg", b"<!DOCTYPE html><script>alert(1)</script>".as_slice()),
        ("drawing.jpg", b"<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>"),
        ("program.php.jpg", b"<?php system($_GET['c']);"),
        ("poly.jpg", b"GIF89a/*\x01\x00\x01\x00*/=1;alert(1)//"),
        ("zip.jpg", b"PK\x03\x04\x14\0\0\0"),
        ("word.pdf", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
        ("program.jpg", b"MZ\x90\0\x03"),
        ("program.png", b"\x7fELF\x02\x01"),
        ("shifted.pdf", b"<script>x</script>%PDF-1.4"),
        ("webp.jpg", b"RIFF\x24\0\0\0WEBPVP8 "),
        ("bmp.jpg", b"BM\x36\0\0\0"),
        ("tiff.jpg", b"II\x2a\0"),
        ("text.jpg", b"hello"),
        ("js.jpg\" onerror=\"x", b"alert(1)"),
    ] {
        corpus.push((name.into(), bytes.to_vec(), "JPG、PNG"));
    }
    for (name, bytes, words) in &corpus {
        let began = Instant::now();
        let (status, answer) = hand_in(&mut mine, &csrf, name, bytes).await;
        assert_eq!(status, 422, "{name}: {answer}");
        assert!(text(&answer, "error").contains(words), "{name}: {answer}");
        assert!(
            began.elapsed() < Duration::from_secs(10),
            "{name}: {:?}",
            began.elapsed()
        );
    }
    assert!(street.app.stored_files().is_empty());
    assert_eq!(rows(&street.app, "SELECT count(*) FROM attachments"), ["0"]);
    // Half a photograph and a text that unpacks to half a gigabyte do no harm: what can be seen is drawn anew.
    let began = Instant::now();
    taken(&mut mine, &csrf, "bomb.png", &bombed).await;
    assert!(
        began.elapsed() < Duration::from_secs(5),
        "{:?}",
        began.elapsed()
    );
}

#[tokio::test]
async fn names_are_words_on_a_page_and_lead_nowhere() {
    let street = Street::open().await;
    let (mut mine, csrf) = phone(&street, "f1").await;
    for (name, shown) in [
        ("../../../etc/passwd.jpg", "passwd.jpg"),
        ("..\\..\\windows\\证.jpg", "证.jpg"),
        (
            "a\r\nSet-Cookie: evil=1.jpg",
            "a%0D%0ASet-Cookie: evil=1.jpg",
        ),
        (
            "<img src=x onerror=alert(1)>.jpg",
            "<img src=x onerror=alert(1)>.jpg",
        ),
    ] {
        let file = taken(&mut mine, &csrf, name, &jpeg(&photo(40, 40))).await;
        assert_eq!(text(&file, "name"), shown);
        let page = mine.open(text(&file, "href")).await;
        assert!(!page.body.contains("<img src=x"), "{}", page.body);
        assert!(page.set_cookies.is_empty());
    }
    for path in street.app.stored_files() {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        assert!(
            name.bytes().all(|b| b.is_ascii_hexdigit() || b == b'.'),
            "{name}"
        );
    }
    let stored = rows(&street.app, "SELECT name FROM attachments").join(" ");
    assert!(
        !stored.contains("passwd") && stored.starts_with("1."),
        "names are sealed"
    );
}

#[tokio::test]
async fn a_pdf_becomes_pictures_of_its_pages_and_nothing_else_of_it_stays() {
    let street = Street::open().await;
    let (mut mine, csrf) = phone(&street, "f1").await;
    let file = taken(&mut mine, &csrf, "函.pdf", &pdf(3)).await;
    assert!(text(&file, "kind").starts_with("PDF，3页"), "{file}");
    let page = mine.open(text(&file, "href")).await;
    assert_eq!(page.body.matches("<img src=").count(), 3);
    let (_, _, bytes) = mine.fetch(&first_picture(&page)).await;
    let drawn = decode(&bytes);
    assert_eq!(drawn.dimensions(), (1413, 1999));
    // A4 at 2000 pixels: the square stands from (100, 100) to (400, 400) points above the lower edge.
    let dark = drawn.get_pixel(600, 1400).0;
    assert!(dark.iter().all(|part| *part < 120), "{dark:?}");
    let light = drawn.get_pixel(1300, 60).0;
    assert!(light.iter().all(|part| *part > 150), "{light:?}");
    let parts = street.app.stored_files().len();
    assert_eq!(parts, 4, "three pages and a small picture");
    let beyond = first_picture(&page).replace("/pages/1?", "/pages/4?");
    assert_eq!(mine.fetch(&beyond).await.0, 404);
}

#[tokio::test]
async fn without_a_script_the_form_comes_back_with_what_was_typed_or_says_what_to_do() {
    let street = Street::open().await;
    let (mut mine, csrf) = phone(&street, "f1").await;
    let form = [
        ("csrf", csrf.as_str()),
        ("form_page", "/h5/register"),
        ("form_draft", "register"),
        ("name", "欧阳植入"),
        ("password", "never kept"),
    ];
    let photo = jpeg(&photo(40, 40));
    let files = [
        ("upload_id_card", "a.jpg", photo.as_slice()),
        ("upload_licence", "", b"".as_slice()),
    ];
    let page = mine
        .upload("/h5/attachments", &form, &files, "text/html")
        .await;
    assert_eq!((page.status, page.location.as_str()), (303, "/h5/register"));
    let openid = rows(&street.app, "SELECT openid FROM sessions")
        .pop()
        .unwrap();
    let draft = || async {
        let openid = OpenId::new(openid.as_str());
        jianxin::service::drafts::of(&street.app.app, &openid, "register")
            .await
            .unwrap()
    };
    let kept = draft().await;
    let id = kept["file_id_card"].clone();
    assert_eq!(kept.keys().collect::<Vec<_>>(), ["file_id_card", "name"]);

    let bad = [("upload_licence", "b.jpg", b"<html>".as_slice())];
    let with_file = [form.as_slice(), &[("file_id_card", id.as_str())]].concat();
    let page = mine
        .upload("/h5/attachments", &with_file, &bad, "text/html")
        .await;
    assert_eq!(page.status, 422);
    assert!(
        page.body.contains("JPG、PNG") && page.body.contains("href=\"/h5/register\""),
        "{}",
        page.body
    );
    assert_eq!(draft().await["file_id_card"], id);
    let page = mine
        .post(&format!("/h5/attachments/{id}/delete"), &with_file)
        .await;
    assert_eq!((page.status, page.location.as_str()), (303, "/h5/register"));
    assert_eq!(draft().await.keys().collect::<Vec<_>>(), ["name"]);

    for page in [
        "https://evil.example/",
        "//evil.example",
        "/h5//evil.example",
        "/console/",
    ] {
        let form = [("csrf", csrf.as_str()), ("form_page", page)];
        let files = [("upload_id_card", "a.jpg", photo.as_slice())];
        let led = mine
            .upload("/h5/attachments", &form, &files, "text/html")
            .await;
        assert_eq!((led.status, led.location.as_str()), (303, "/h5/"), "{page}");
    }
}

#[tokio::test]
async fn a_form_of_another_session_brings_nothing_and_twelve_files_wait_at_most() {
    let street = Street::open().await;
    let (mut mine, csrf) = phone(&street, "f1").await;
    let (_, foreign) = phone(&street, "f2").await;
    let photo = jpeg(&photo(40, 40));
    for given in ["", "x", foreign.as_str()] {
        let (status, _) = hand_in(&mut mine, given, "a.jpg", &photo).await;
        assert_eq!(status, 403);
    }
    let files = [("upload_id_card", "a.jpg", photo.as_slice())];
    assert_eq!(
        mine.upload("/h5/attachments", &[], &files, JSON)
            .await
            .status,
        403
    );
    let odd = [("upload_../x", "a.jpg", photo.as_slice())];
    assert_eq!(
        mine.upload("/h5/attachments", &[("csrf", &csrf)], &odd, JSON)
            .await
            .status,
        400
    );
    assert!(street.app.stored_files().is_empty());
    for _ in 0..12 {
        taken(&mut mine, &csrf, "a.jpg", &photo).await;
    }
    let (status, answer) = hand_in(&mut mine, &csrf, "a.jpg", &photo).await;
    assert_eq!(status, 422);
    assert!(text(&answer, "error").contains("最多12个"), "{answer}");
    assert_eq!(
        street.app.stored_files().len(),
        24,
        "nothing is left of what was refused"
    );
}

#[tokio::test]
async fn what_nobody_used_goes_after_two_days_and_what_nobody_knows_after_an_hour() {
    let street = Street::open().await;
    let (mut mine, csrf) = phone(&street, "f1").await;
    taken(&mut mine, &csrf, "a.jpg", &jpeg(&photo(40, 40))).await;
    let orphan = |age: u64, stem: &str| {
        street
            .app
            .app
            .files
            .put(stem, 1, b"left by a process that died")
            .unwrap();
        let path = street
            .app
            .stored_files()
            .into_iter()
            .find(|path| path.display().to_string().contains(stem));
        let file = std::fs::File::options()
            .write(true)
            .open(path.unwrap())
            .unwrap();
        file.set_modified(SystemTime::now() - Duration::from_secs(age))
            .unwrap();
    };
    let (old, young) = ("a".repeat(32), "b".repeat(32));
    orphan(7200, &old);
    orphan(600, &young);
    attachments::sweep(&street.app.app).await.unwrap();
    let left = street.app.stored_files();
    assert_eq!(left.len(), 3);
    assert!(
        !left
            .iter()
            .any(|path| path.display().to_string().contains(&old))
    );
    street.app.advance_ms(47 * HOUR_MS);
    attachments::sweep(&street.app.app).await.unwrap();
    assert_eq!(street.app.stored_files().len(), 3);
    street.app.advance_ms(2 * HOUR_MS);
    assert_eq!(attachments::sweep(&street.app.app).await.unwrap(), 1);
    assert_eq!(street.app.stored_files().len(), 1);
    assert_eq!(rows(&street.app, "SELECT count(*) FROM attachments"), ["0"]);
}

#[tokio::test]
async fn the_scanner_of_the_configuration_is_asked() {
    let script = "/bin/sh,-c,/usr/bin/grep -q EICAR-STANDARD && exit 1; exit 0";
    let street = Street::with(&[("files.scan_command", script)]).await;
    let (mut mine, csrf) = phone(&street, "f1").await;
    let clean = jpeg(&photo(40, 40));
    taken(&mut mine, &csrf, "a.jpg", &clean).await;
    let planted = [
        clean,
        b"X5O!P%@AP[4-EICAR-STANDARD-ANTIVIRUS-TEST-FILE!".to_vec(),
    ]
    .concat();
    let (status, answer) = hand_in(&mut mine, &csrf, "b.jpg", &planted).await;
    assert_eq!(status, 422);
    assert!(
        text(&answer, "error").contains("安全检查没有通过"),
        "{answer}"
    );
}

/// Hands a file in without a browser; its public id.
async fn stored(app: &std::sync::Arc<App>, openid: &str) -> String {
    let handed = attachments::Handed {
        slot: "proof".to_owned(),
        name: "a.jpg".to_owned(),
        bytes: jpeg(&photo(40, 40)).into(),
    };
    attachments::take(app, &OpenId::new(openid), handed)
        .await
        .unwrap()
        .public_id
}

async fn adopt(
    office: &Office,
    openid: &str,
    account: i64,
    application: i64,
    ids: &[&String],
) -> Result<(), RecordError> {
    let chosen: Vec<Chosen> = ids
        .iter()
        .map(|id| Chosen {
            slot: "proof".to_owned(),
            label: "委托书".to_owned(),
            public_id: (*id).clone(),
        })
        .collect();
    let (app, holder) = (
        std::sync::Arc::clone(&office.app.app),
        office.app.app.person_hash(openid),
    );
    let done = office
        .app
        .app
        .db
        .write(move |c| attachments::adopt(c, &app, (&holder, account), application, &chosen));
    done.await
}

#[tokio::test]
async fn an_application_adopts_its_files_its_manager_sees_them_and_a_refusal_lets_them_go() {
    let office = Office::open().await;
    let app = &office.app.app;
    let lawyer = office.linked("lawyer-1", "lawyer").await;
    let other = office.linked("lawyer-2", "lawyer").await;
    let data = json!({ "application": "B-1", "account": "lawyer-1", "unit_code": UNIT, "case_name": "某案", "party_name": "某人", "applicant_role": "defender", "is_change": false });
    office.tell("e1", "binding_submitted", data).await;
    let application: i64 = office.rows("SELECT CAST(id AS TEXT) FROM applications")[0]
        .parse()
        .unwrap();
    let (first, second) = (stored(app, "o1").await, stored(app, "o1").await);
    let foreign = stored(app, "o2").await;
    for ids in [
        vec![&foreign],
        vec![&first, &foreign],
        vec![&"gone".to_owned()],
    ] {
        let refused = adopt(&office, "o1", lawyer.id, application, &ids).await;
        assert!(
            matches!(refused, Err(RecordError::Conflict(_))),
            "{refused:?}"
        );
    }
    assert_eq!(
        office.count("SELECT count(*) FROM attachments WHERE account_id IS NOT NULL"),
        0,
        "all or nothing"
    );
    adopt(&office, "o1", lawyer.id, application, &[&first, &second])
        .await
        .unwrap();
    let taken = adopt(&office, "o1", other.id, application, &[&first]).await;
    assert!(
        matches!(taken, Err(RecordError::Conflict(_))),
        "what is an account's stays so"
    );

    let see = async |viewer: Viewer| {
        attachments::page(app, &viewer, &first, Look::Page(1))
            .await
            .unwrap()
            .is_some()
    };
    let follower = |account: &jianxin::store::accounts::Account, openid: &str| {
        Viewer::follower(app, openid, Some(account))
    };
    let manager = |unit: &str| Viewer::Manager {
        unit_id: unit.to_owned(),
        login_name: "430100001".to_owned(),
        public_id: "m".to_owned(),
    };
    assert!(see(follower(&lawyer, "any")).await);
    assert!(
        !see(follower(&other, "o1")).await,
        "the openid that handed it in counts no more"
    );
    assert!(!see(Viewer::follower(app, "o1", None)).await);
    assert!(see(manager(UNIT)).await);
    assert!(!see(manager("110000")).await);
    assert_eq!(
        office.count("SELECT count(*) FROM audit WHERE action = 'attachment.viewed'"),
        1
    );

    // Chosen again without the second, then refused.
    adopt(&office, "o1", lawyer.id, application, &[&first])
        .await
        .unwrap();
    let leaving = "SELECT public_id FROM attachments WHERE delete_after IS NOT NULL AND account_id IS NOT NULL";
    assert_eq!(office.rows(leaving), std::slice::from_ref(&second));
    let data = json!({ "application": "B-1", "result": "rejected", "reason": "缺少材料" });
    office.tell("e2", "binding_reviewed", data).await;
    assert_eq!(office.rows(leaving).len(), 2);
    assert!(
        see(follower(&lawyer, "any")).await,
        "for some time it can still be seen"
    );
    adopt(&office, "o1", lawyer.id, application, &[&first])
        .await
        .unwrap();
    assert_eq!(office.rows(leaving), [second]);
    office.app.advance_ms(91 * 24 * HOUR_MS);
    attachments::sweep(app).await.unwrap();
    assert_eq!(office.rows("SELECT public_id FROM attachments"), [first]);
    assert_eq!(office.app.stored_files().len(), 2);
}

#[tokio::test]
async fn another_key_in_front_opens_what_the_former_one_sealed() {
    let dir = tempfile::tempdir().unwrap();
    let files = format!("file:{}", dir.path().display());
    let before = TestApp::with(&[("files.url", &files)]).await;
    let id = stored(&before.app, "o1").await;
    let fresh = "HR4dHBsaGRgXFhUUExIREA8ODQwLCgkIBwYFBAMCAQA=";
    let keys = format!("{fresh},{DATA_KEY}");
    let after = before
        .with_other_settings(&[("files.url", &files), ("security.data_keys", &keys)])
        .await;
    let viewer = Viewer::follower(&after.app, "o1", None);
    assert!(
        attachments::page(&after.app, &viewer, &id, Look::Page(1))
            .await
            .unwrap()
            .is_some()
    );
    let newer = stored(&after.app, "o1").await;
    assert!(
        attachments::page(&after.app, &viewer, &newer, Look::Small)
            .await
            .unwrap()
            .is_some()
    );
    // Bytes of one file in the place of another's do not open.
    let parts = after.stored_files();
    let of = |stem: &str, part: &str| {
        parts
            .iter()
            .find(|path| {
                path.display()
                    .to_string()
                    .ends_with(&format!("{stem}.{part}"))
            })
            .unwrap()
            .clone()
    };
    let stem = |id: &str| {
        rows(
            &after,
            &format!("SELECT stem FROM attachments WHERE public_id = '{id}'"),
        )
        .remove(0)
    };
    let stems = [stem(&id), stem(&newer)];
    std::fs::copy(of(&stems[0], "1"), of(&stems[1], "1")).unwrap();
    assert!(
        attachments::page(&after.app, &viewer, &newer, Look::Page(1))
            .await
            .is_err()
    );
}
