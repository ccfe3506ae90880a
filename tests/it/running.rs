//! The running service: what operators ask it, how it stops, and what a kill leaves behind.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

use crate::support::database::TestDatabase;
use crate::support::delivery;
use crate::support::message;
use crate::support::process::{Bench, Running};
use crate::support::{Answer, case};

/// One request on a connection of its own.
fn ask(running: &Running, head: &str, body: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(running.origin.strip_prefix("http://").unwrap()).unwrap();
    let length = body.len();
    write!(
        stream,
        "{head} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}"
    )
    .unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let answer = String::from_utf8(answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (
        head.split(' ').nth(1).unwrap().parse().unwrap(),
        body.to_owned(),
    )
}

fn get(running: &Running, path: &str) -> (u16, String) {
    ask(running, &format!("GET {path}"), "")
}

fn text(running: &Running, openid: &str, content: &str) -> Answer {
    let now = chrono::Utc::now().timestamp();
    let sent = delivery::plain(message::text(openid, content, now), now);
    let body = String::from_utf8(sent.body).unwrap();
    let (status, body) = ask(
        running,
        &format!("POST /wechat/callback?{}", sent.query),
        &body,
    );
    Answer {
        status: status.try_into().unwrap(),
        headers: axum::http::HeaderMap::new(),
        body,
    }
}

fn ready(running: &Running) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while !get(running, "/readyz").1.contains("\"ready\"") {
        assert!(
            Instant::now() < deadline,
            "{:?}: {}",
            get(running, "/readyz"),
            running.log()
        );
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn it_tells_that_it_is_alive_and_ready_its_metrics_and_only_configured_verifications() {
    let database = TestDatabase::create();
    let bench = Bench::on(&database).set("wechat.domain_verification", "AbCd1234,Zz9");
    let running = bench.serve();
    ready(&running);
    assert_eq!(get(&running, "/healthz"), (200, "ok\n".to_owned()));
    assert_eq!(
        get(&running, "/MP_verify_AbCd1234.txt"),
        (200, "AbCd1234".to_owned())
    );
    assert_eq!(get(&running, "/MP_verify_Zz9.txt"), (200, "Zz9".to_owned()));
    for path in [
        "/MP_verify_other.txt",
        "/MP_verify_.txt",
        "/MP_verify_AbCd1234.html",
        "/MP_verify_..%2Fx.txt",
        "/simulator",
    ] {
        assert_eq!(get(&running, path).0, 404, "{path}");
    }
    assert_eq!(
        text(&running, "oAlive", "zyaj_430100").field("MsgType"),
        "text"
    );
    assert_eq!(ask(&running, "POST /wechat/callback", "").0, 403);
    let (status, metrics) = get(&running, "/metrics");
    assert_eq!(status, 200);
    for line in [
        "jianxin_callback_messages_total{answer=\"fresh\"} 1",
        "jianxin_callback_refused_total{",
        "jianxin_callback_seconds_bucket",
    ] {
        assert!(metrics.contains(line), "no {line} in {metrics}");
    }
}

#[test]
fn sigterm_ends_it_with_exit_0_quickly_although_an_idle_connection_is_open() {
    let database = TestDatabase::create();
    let bench = Bench::on(&database);
    let mut running = bench.serve();
    let mut idle = TcpStream::connect(running.origin.strip_prefix("http://").unwrap()).unwrap();
    idle.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        .unwrap();
    let mut head = [0; 15];
    idle.read_exact(&mut head).unwrap();
    assert_eq!(&head, b"HTTP/1.1 200 OK");
    let _never_used = TcpStream::connect(running.origin.strip_prefix("http://").unwrap()).unwrap();
    running.terminate();
    assert_eq!(
        running.ended_within(Duration::from_secs(4)).code(),
        Some(0),
        "{}",
        running.log()
    );
}

/// A port of this machine that leads to a server, once somebody opens it.
fn open_to(server: &str, listener: TcpListener) {
    let server = server.to_owned();
    std::thread::spawn(move || {
        for client in listener.incoming() {
            let (Ok(client), Ok(server)) = (client, TcpStream::connect(&server)) else {
                return;
            };
            let (from, to) = (client.try_clone().unwrap(), server.try_clone().unwrap());
            std::thread::spawn(move || std::io::copy(&mut &from, &mut &to));
            std::thread::spawn(move || std::io::copy(&mut &server, &mut &client));
        }
    });
}

#[test]
fn it_waits_for_a_database_that_is_away_at_the_start_and_stops_when_told() {
    let database = TestDatabase::create();
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = free.local_addr().unwrap().to_string();
    drop(free);
    let url = format!("postgres://postgres@{address}/test");
    let bench = Bench::on(&database).set("database.url", &url);
    let mut running = bench.serve();
    for _ in 0..3 {
        assert_eq!(get(&running, "/healthz"), (200, "ok\n".to_owned()));
        let starting = (503, "{\"status\":\"starting\"}".to_owned());
        assert_eq!(get(&running, "/readyz"), starting);
    }
    running.terminate();
    assert_eq!(running.ended_within(Duration::from_secs(4)).code(), Some(0));
    assert!(
        running.log().contains("cannot be reached"),
        "{}",
        running.log()
    );
    if !database.is_postgres() {
        return;
    }
    let there = database.url();
    let (before, rest) = there.split_once('@').unwrap();
    let (server, rest) = rest.split_once('/').unwrap();
    let bench = Bench::on(&database).set("database.url", &format!("{before}@{address}/{rest}"));
    let running = bench.serve();
    assert_eq!(get(&running, "/readyz").0, 503);
    open_to(server, TcpListener::bind(&address).unwrap());
    ready(&running);
}

#[test]
fn a_database_that_does_not_exist_is_not_waited_for() {
    let database = TestDatabase::create();
    if !database.is_postgres() {
        return;
    }
    let there = database.url();
    let (server, _) = there.rsplit_once('/').unwrap();
    let ended = Bench::on(&database)
        .set("database.url", &format!("{server}/nobody_made_this"))
        .run(&["serve"]);
    assert_eq!(ended.code, Some(2), "{}", ended.err);
    assert!(ended.err.contains("check database.url"), "{}", ended.err);
}

#[test]
fn killed_during_import_and_indexing_it_catches_up_and_search_equals_the_database() {
    let database = TestDatabase::create();
    let bench = Bench::on(&database);
    let lines: Vec<String> = (0..6000)
        .map(|n| {
            case(&format!("k-{n}"), "430104", &format!("第{n}号"))
                .with("charges", vec!["抢劫罪"])
                .line()
        })
        .collect();
    let file = bench.file("many.jsonl", &lines.join("\n"));
    for pause in [150, 400] {
        let serving = bench.serve();
        let import_bench = Bench::on(&database);
        std::fs::copy(
            bench.dir.path().join(&file),
            import_bench.dir.path().join(&file),
        )
        .unwrap();
        let importing = import_bench.start(&["import", "publications", &file]);
        std::thread::sleep(Duration::from_millis(pause));
        serving.kill();
        importing.kill();
    }
    let running = bench.serve();
    ready(&running);
    let stored: usize = database
        .connect()
        .texts("SELECT count(*) FROM publications")[0]
        .parse()
        .unwrap();
    assert_eq!(stored % 500, 0, "whole batches only");
    let deadline = Instant::now() + Duration::from_secs(20);
    let expected = if stored == 0 {
        "没有找到含有".to_owned()
    } else {
        format!("的共{stored}条")
    };
    loop {
        let found = text(&running, "oKilled", "抢劫").text();
        if found.contains(&expected) {
            break;
        }
        assert!(Instant::now() < deadline, "{stored} stored, but {found}");
        std::thread::sleep(Duration::from_millis(100));
    }
    let rest = bench.run(&["import", "publications", &file]);
    assert_eq!(rest.code, Some(0));
    assert_eq!(
        rest.out.trim(),
        format!("imported={} unchanged={stored} rejected=0", 6000 - stored)
    );
    let deadline = Instant::now() + Duration::from_secs(20);
    while !text(&running, "oKilled", "抢劫")
        .text()
        .contains("的共6000条")
    {
        assert!(
            Instant::now() < deadline,
            "{}",
            text(&running, "oKilled", "抢劫").text()
        );
        std::thread::sleep(Duration::from_millis(100));
    }
}

#[test]
fn no_openid_body_or_secret_appears_in_the_log_of_a_flow_at_trace() {
    use crate::support::{AES_KEY, APP_SECRET, TOKEN};
    let (openid, words) = ("oLogCanary-0000000000000000001", "秘密的关键词");
    let database = TestDatabase::create();
    let bench = Bench::on(&database)
        .set("log.filter", "trace")
        .set("wechat.api_base_url", "http://127.0.0.1:9");
    let mut running = bench.serve();
    ready(&running);
    let now = chrono::Utc::now().timestamp();
    assert!(
        text(&running, openid, words).text().contains(words),
        "the flow took place"
    );
    for xml in [
        message::text(openid, "zyaj_鼓楼区", now),
        message::text(openid, "1", now),
        message::event(
            openid,
            "subscribe",
            "<EventKey><![CDATA[qrscene_canary-scene]]></EventKey>",
            now,
        ),
        message::event(openid, "unsubscribe", "", now + 1),
        message::click(openid, "no-such-key", now),
        format!("<xml><FromUserName>{openid}</FromUserName>{words}"),
    ] {
        let sent = delivery::plain(xml, now);
        let body = String::from_utf8(sent.body).unwrap();
        assert_eq!(
            ask(
                &running,
                &format!("POST /wechat/callback?{}", sent.query),
                &body
            )
            .0,
            200
        );
    }
    get(
        &running,
        &format!("/h5/oauth?code=canary-code&state=canary-state&openid={openid}"),
    );
    get(&running, "/h5/follows");
    ask(&running, "PUT /api/v1/publications", words);
    running.terminate();
    running.ended_within(Duration::from_secs(4));
    let log = running.log();
    assert!(
        log.contains("DEBUG")
            && log.contains("could not be understood")
            && log.lines().count() > 20,
        "{log}"
    );
    for secret in [
        openid,
        words,
        "鼓楼",
        "canary-scene",
        "canary-code",
        "canary-state",
        TOKEN,
        AES_KEY,
        APP_SECRET,
    ] {
        let found: Vec<&str> = log
            .lines()
            .filter(|line| line.contains(secret))
            .take(3)
            .collect();
        assert!(found.is_empty(), "{secret} in {found:#?}");
    }
}
