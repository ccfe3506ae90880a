use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::*;
use crate::wechat::token::Refresh;

mod areas;

/// A platform that gives every request the same answer and remembers the requests.
struct Platform {
    address: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Platform {
    async fn answering(answer: impl Into<String>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (kept, answer) = (Arc::clone(&requests), answer.into());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let request = serve(stream, &answer).await;
                kept.lock().unwrap().push(request);
            }
        });
        Self { address, requests }
    }

    async fn json(body: &str) -> Self {
        // The real one says text/plain, and HTTP 200 also for errors.
        let head = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: {}",
            body.len()
        );
        Self::answering(format!("{head}\r\nconnection: close\r\n\r\n{body}")).await
    }

    fn client(&self) -> Client {
        install_tls();
        Client::new(
            &self.address,
            "https://open.weixin.qq.com",
            "wxapp",
            "s3cret",
        )
        .unwrap()
    }

    /// The only request: its first line and its body.
    fn request(&self) -> (String, String) {
        let requests = self.requests.lock().unwrap();
        assert_eq!(requests.len(), 1, "{requests:?}");
        let (head, body) = requests[0].split_once("\r\n\r\n").unwrap();
        (head.lines().next().unwrap().to_owned(), body.to_owned())
    }
}

async fn serve(mut stream: TcpStream, answer: &str) -> String {
    let mut request = Vec::new();
    while !is_complete(&request) {
        let mut chunk = [0; 4096];
        match stream.read(&mut chunk).await.unwrap() {
            0 => break,
            read => request.extend_from_slice(&chunk[..read]),
        }
    }
    stream.write_all(answer.as_bytes()).await.unwrap();
    stream.shutdown().await.ok();
    String::from_utf8(request).unwrap()
}

fn is_complete(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request);
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let length = head.lines().find_map(|line| {
        line.to_ascii_lowercase()
            .strip_prefix("content-length: ")?
            .parse()
            .ok()
    });
    body.len() >= length.unwrap_or(0)
}

fn install_tls() {
    // Another test may have been first.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

#[tokio::test]
async fn an_errcode_is_an_error_although_the_status_is_200() {
    let platform =
        Platform::json(r#"{"errcode":40001,"errmsg":"invalid credential rid: 1"}"#).await;
    let error = platform
        .client()
        .stable_token(Refresh::Forced)
        .await
        .unwrap_err();
    assert_eq!(error.class(), ErrorClass::RefreshToken);
    assert_eq!(
        error.to_string(),
        "the platform answered 40001: invalid credential rid: 1"
    );
    assert!(!error.was_never_sent());
    assert!(platform.request().1.contains("\"force_refresh\":true"));
}

#[tokio::test]
async fn what_is_not_the_platforms_json_is_unreadable() {
    let page = "HTTP/1.1 502 Bad Gateway\r\ncontent-length: 15\r\nconnection: close\r\n\r\n<html>502</html";
    let redirect = "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
    let json_500 = "HTTP/1.1 500 No\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}";
    for (answer, expected) in [(page, 502), (redirect, 302), (json_500, 500)] {
        let error = Platform::answering(answer)
            .await
            .client()
            .menu_delete("T")
            .await
            .unwrap_err();
        assert!(
            matches!(error, ClientError::Unreadable { status, .. } if status == expected),
            "{error:?}"
        );
        assert_eq!(error.class(), ErrorClass::Retry);
    }
    let lacking = Platform::json("{}")
        .await
        .client()
        .stable_token(Refresh::Normal)
        .await;
    assert!(matches!(
        lacking,
        Err(ClientError::Unreadable { status: 200, .. })
    ));
    let list = Platform::json("[]").await.client().menu_delete("T").await;
    assert!(matches!(
        list,
        Err(ClientError::Unreadable { status: 200, .. })
    ));
}

#[tokio::test]
async fn an_answer_larger_than_any_of_the_platforms_is_unreadable() {
    let huge = Platform::json(&format!(
        "{{\"errmsg\":\"{}\"}}",
        "x".repeat(MAX_ANSWER_BYTES)
    ))
    .await;
    let error = huge.client().menu_delete("T").await.unwrap_err();
    assert!(
        matches!(
            error,
            ClientError::Unreadable { .. } | ClientError::Transport(_)
        ),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_failed_connection_was_never_sent_and_shows_no_secret() {
    install_tls();
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", closed.local_addr().unwrap());
    drop(closed);
    let client = Client::new(&address, "https://open.weixin.qq.com", "wxapp", "s3cret").unwrap();
    let error = client.exchange("c0de").await.unwrap_err();
    assert!(error.was_never_sent(), "{error:?}");
    let shown = format!("{error:?} {error} {client:?}");
    assert!(
        !shown.contains("s3cret") && !shown.contains("c0de"),
        "{shown}"
    );
}

#[tokio::test]
async fn a_connection_that_breaks_off_may_have_been_sent() {
    let error = Platform::answering("")
        .await
        .client()
        .menu_delete("T0ken")
        .await
        .unwrap_err();
    assert!(matches!(error, ClientError::Transport(_)), "{error:?}");
    assert!(!error.was_never_sent());
    assert!(!format!("{error:?}").contains("T0ken"));
}

/// An address where nobody listens.
async fn dead() -> String {
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap();
    format!("http://{}", closed.local_addr().unwrap())
}

#[tokio::test]
async fn a_host_that_cannot_be_reached_is_passed_over_and_left_alone_for_a_while() {
    install_tls();
    let live = Platform::json("{}").await;
    let first = dead().await;
    let client = Client::new(&first, "https://o.example", "a", "s")
        .unwrap()
        .with_fallbacks(&[dead().await, live.address.clone()])
        .unwrap();
    client.menu_delete("T").await.unwrap();
    client.menu_delete("T").await.unwrap();
    assert_eq!(live.requests.lock().unwrap().len(), 2);
    // The first is there again, but is not asked yet: the one that works is remembered.
    let back = TcpListener::bind(first.trim_start_matches("http://"))
        .await
        .unwrap();
    client.menu_delete("T").await.unwrap();
    assert_eq!(live.requests.lock().unwrap().len(), 3);
    let asked = tokio::time::timeout(std::time::Duration::from_millis(50), back.accept()).await;
    assert!(asked.is_err());
    assert!(matches!(
        client.clone().with_fallbacks(&["ftp://x".to_owned()]),
        Err(SetupError::BaseUrl(_))
    ));
}

#[tokio::test]
async fn what_may_have_reached_one_host_never_goes_to_another() {
    for answer in [
        "",
        "HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 50\r\nconnection: close\r\n\r\n{}",
        "HTTP/1.1 200 OK\r\ncontent-length: 40\r\nconnection: close\r\n\r\n{\"errcode\":-1,\"errmsg\":\"system is busy\"}",
    ] {
        let (first, second) = (
            Platform::answering(answer).await,
            Platform::json("{}").await,
        );
        let client = first
            .client()
            .with_fallbacks(std::slice::from_ref(&second.address))
            .unwrap();
        let error = client.menu_delete("T").await.unwrap_err();
        assert!(!error.was_never_sent(), "{answer}");
        assert_eq!(second.requests.lock().unwrap().len(), 0, "{answer}");
    }
    let client = Client::new(&dead().await, "https://o.example", "a", "s").unwrap();
    let client = client.with_fallbacks(&[dead().await]).unwrap();
    assert!(client.menu_delete("T").await.unwrap_err().was_never_sent());
}

#[test]
fn base_addresses_are_checked_when_the_client_is_made() {
    install_tls();
    for address in [
        "",
        "api.weixin.qq.com",
        "ftp://x.example",
        "https://x.example/?a=b",
        "file:///x",
    ] {
        assert!(
            matches!(
                Client::new(address, "https://o.example", "a", "s"),
                Err(SetupError::BaseUrl(_))
            ),
            "{address}"
        );
        assert!(
            matches!(
                Client::new("https://o.example", address, "a", "s"),
                Err(SetupError::BaseUrl(_))
            ),
            "{address}"
        );
    }
}
