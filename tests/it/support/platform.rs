//! WeChat's side of pushing, over real HTTP: an access token, `template/send`, a ledger of every request and of every
//! notice that a follower would see, and whatever fault a story asks for.

use std::collections::HashMap;
use std::fs::File;
use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use jianxin::domain::clock::Clock;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::ledger::{Request, Told};

/// For so long the platform drops a second copy.
const PROTECTED_MS: i64 = 600_000;

/// What the platform does with a send.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Act {
    /// Takes it.
    Take,
    /// Takes it after so many milliseconds.
    TakeAfter(u64),
    /// Refuses it with an `errcode`.
    Code(i64),
    /// Refuses it with an `errcode`, but says so only when the story's time has come so far.
    CodeAt(i64, i64),
    /// Takes it and never answers.
    TakeAndHang,
    /// Does not take it and never answers.
    Hang,
    /// Takes it and resets the connection.
    TakeAndReset,
    /// Takes it and answers half.
    TakeAndTruncate,
    /// Answers with a status and a body; takes it or not.
    Status(u16, &'static str, bool),
}

/// One request of the ledger.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) openid: String,
    pub(crate) client_msg_id: String,
    pub(crate) at_ms: i64,
    pub(crate) body: Value,
    pub(crate) when: std::time::Instant,
}

type Script = Box<dyn FnMut(&Seen) -> Act + Send>;

struct World {
    ledger: Vec<Seen>,
    book: Vec<Request>,
    file: Option<File>,
    shown: Vec<(String, String)>,
    protected: HashMap<(String, String), (i64, u64)>,
    script: Script,
    token: u32,
    token_calls: usize,
    token_code: i64,
    next_msgid: u64,
    clock: Clock,
}

/// A platform that listens.
#[derive(Clone)]
pub(crate) struct Platform {
    pub(crate) origin: String,
    world: Arc<Mutex<World>>,
    door: Arc<Mutex<Option<tokio::task::JoinHandle<()>>>>,
}

impl Platform {
    /// Takes everything at once.
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let world = World {
            ledger: Vec::new(),
            book: Vec::new(),
            file: None,
            shown: Vec::new(),
            protected: HashMap::new(),
            script: Box::new(|_| Act::Take),
            token: 1,
            token_calls: 0,
            token_code: 0,
            next_msgid: 200_228_331,
            clock: Clock::System,
        };
        let platform = Self {
            origin,
            world: Arc::new(Mutex::new(world)),
            door: Arc::new(Mutex::new(None)),
        };
        platform.listen(listener);
        platform
    }

    fn listen(&self, listener: TcpListener) {
        let world = Arc::clone(&self.world);
        let accepting = tokio::spawn(async move {
            let mut connections = tokio::task::JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let world = Arc::clone(&world);
                connections.spawn(async move { serve(stream, &world).await });
            }
        });
        *self.door.lock().unwrap() = Some(accepting);
    }

    /// Nobody answers under its address any more; connections end.
    pub(crate) async fn go_away(&self) {
        let door = self.door.lock().unwrap().take().unwrap();
        door.abort();
        let _ = door.await;
    }

    /// It is there again.
    pub(crate) async fn come_back(&self) {
        let address = self.origin.strip_prefix("http://").unwrap();
        let listener = loop {
            match TcpListener::bind(address).await {
                Ok(listener) => break listener,
                Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
            }
        };
        self.listen(listener);
    }

    fn world(&self) -> std::sync::MutexGuard<'_, World> {
        self.world.lock().unwrap()
    }

    /// What it does from now on.
    pub(crate) fn script(&self, script: impl FnMut(&Seen) -> Act + Send + 'static) {
        self.world().script = Box::new(script);
    }

    /// The same for every send.
    pub(crate) fn always(&self, act: Act) {
        self.script(move |_| act.clone());
    }

    /// Its time is the story's.
    pub(crate) fn follow(&self, clock: &Clock) {
        self.world().clock = clock.clone();
    }

    /// Writes each request into a file and keeps none of them in memory.
    pub(crate) fn write_to(&self, file: File) {
        self.world().file = Some(file);
    }

    /// Every request with what came of it, in the order in which that was decided.
    pub(crate) fn book(&self) -> Vec<Request> {
        self.world().book.clone()
    }

    /// The token that was given is void.
    pub(crate) fn revoke(&self) {
        self.world().token += 1;
    }

    /// No token, but an `errcode`; 0: a token again.
    pub(crate) fn no_token(&self, code: i64) {
        self.world().token_code = code;
    }

    pub(crate) fn token_calls(&self) -> usize {
        self.world().token_calls
    }

    pub(crate) fn requests(&self) -> usize {
        self.world().ledger.len()
    }

    pub(crate) fn ledger(&self) -> Vec<Seen> {
        self.world().ledger.clone()
    }

    /// Openid and `client_msg_id` of what followers see, in order.
    pub(crate) fn shown(&self) -> Vec<(String, String)> {
        self.world().shown.clone()
    }
}

async fn serve(mut stream: TcpStream, world: &Mutex<World>) {
    while let Some((head, body)) = read(&mut stream).await {
        let act = if head.contains("/cgi-bin/stable_token") {
            Answer::Whole(200, token(&body, world))
        } else {
            answer(&head, &body, world).await
        };
        match act {
            Answer::Whole(status, body) => {
                let text = format!(
                    "HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
                    body.len()
                );
                if stream.write_all(text.as_bytes()).await.is_err() {
                    return;
                }
            }
            Answer::Half => {
                let _ = stream
                    .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 60\r\n\r\n{\"errcode\":0,")
                    .await;
                return;
            }
            Answer::Reset => {
                #[expect(
                    deprecated,
                    reason = "a lingering close of zero seconds is the reset that is wanted"
                )]
                let _ = stream.set_linger(Some(Duration::ZERO));
                return;
            }
            Answer::Never => std::future::pending().await,
        }
    }
}

enum Answer {
    Whole(u16, String),
    Half,
    Reset,
    Never,
}

async fn read(stream: &mut TcpStream) -> Option<(String, Vec<u8>)> {
    let mut bytes = Vec::new();
    loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
            let length = head
                .lines()
                .find_map(|line| {
                    line.to_ascii_lowercase()
                        .strip_prefix("content-length:")
                        .map(|n| n.trim().parse::<usize>().unwrap())
                })
                .unwrap_or(0);
            while bytes.len() < end + 4 + length {
                if stream.read_buf(&mut bytes).await.ok()? == 0 {
                    return None;
                }
            }
            return Some((head, bytes[end + 4..end + 4 + length].to_vec()));
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
}

fn token(body: &[u8], world: &Mutex<World>) -> String {
    let mut world = world.lock().unwrap();
    let asked: Value = serde_json::from_slice(body).unwrap();
    if asked["force_refresh"] == true {
        world.token += 1;
    }
    world.token_calls += 1;
    match world.token_code {
        0 => json!({"access_token": format!("token-{}", world.token), "expires_in": 7200}),
        code => json!({"errcode": code, "errmsg": "no token"}),
    }
    .to_string()
}

async fn answer(head: &str, body: &[u8], world: &Mutex<World>) -> Answer {
    let wall_us = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let (act, body, mut request) = {
        let mut world = world.lock().unwrap();
        let body: Value = serde_json::from_slice(body).unwrap();
        let text = |key: &str| body[key].as_str().unwrap().to_owned();
        let seen = Seen {
            openid: text("touser"),
            client_msg_id: text("client_msg_id"),
            at_ms: world.clock.now_ms(),
            body: body.clone(),
            when: std::time::Instant::now(),
        };
        if world.file.is_none() {
            world.ledger.push(seen.clone());
        }
        let token = format!("access_token=token-{} ", world.token);
        let has_token = head.contains(&token);
        let act = match has_token {
            true => (world.script)(&seen),
            false => Act::Code(40001),
        };
        let request = Request {
            wall_us: i64::try_from(wall_us.as_micros()).unwrap(),
            at_ms: seen.at_ms,
            openid: seen.openid,
            client_msg_id: seen.client_msg_id,
            told: match act {
                Act::Take | Act::TakeAfter(_) => Told::Taken,
                Act::Code(_) | Act::CodeAt(..) if has_token => Told::Refused,
                Act::Code(_) => Told::BadToken,
                _ => Told::Nothing,
            },
            shown: false,
        };
        (act, body, request)
    };
    if let Act::TakeAfter(millis) = act {
        tokio::time::sleep(Duration::from_millis(millis)).await;
    }
    let takes = match act {
        Act::Take | Act::TakeAfter(_) => true,
        Act::TakeAndHang | Act::TakeAndReset | Act::TakeAndTruncate => true,
        Act::Status(_, _, takes) => takes,
        Act::Code(_) | Act::CodeAt(..) | Act::Hang => false,
    };
    let msgid = {
        let mut world = world.lock().unwrap();
        let msgid = takes.then(|| world.take(&body));
        request.shown = msgid.is_some_and(|(_, is_new)| is_new);
        world.note(request);
        msgid.map(|(msgid, _)| msgid)
    };
    if let Act::CodeAt(_, at_ms) = act {
        let clock = world.lock().unwrap().clock.clone();
        while clock.now_ms() < at_ms {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
    match act {
        Act::Take | Act::TakeAfter(_) => Answer::Whole(
            200,
            json!({"errcode": 0, "errmsg": "ok", "msgid": msgid}).to_string(),
        ),
        Act::Code(code) | Act::CodeAt(code, _) => Answer::Whole(
            200,
            json!({"errcode": code, "errmsg": "asked for by the story"}).to_string(),
        ),
        Act::TakeAndHang | Act::Hang => Answer::Never,
        Act::TakeAndReset => Answer::Reset,
        Act::TakeAndTruncate => Answer::Half,
        Act::Status(status, text, _) => Answer::Whole(status, text.to_owned()),
    }
}

impl World {
    /// The follower sees it, unless it is a second copy. Its id, and whether it was shown.
    fn take(&mut self, body: &Value) -> (u64, bool) {
        let key = (
            body["touser"].as_str().unwrap().to_owned(),
            body["client_msg_id"].as_str().unwrap().to_owned(),
        );
        let now = self.clock.now_ms();
        if let Some((at, msgid)) = self.protected.get(&key)
            && now - at < PROTECTED_MS
        {
            return (*msgid, false);
        }
        self.next_msgid += 1;
        self.protected.insert(key.clone(), (now, self.next_msgid));
        if self.file.is_none() {
            self.shown.push(key);
        }
        (self.next_msgid, true)
    }

    fn note(&mut self, request: Request) {
        match &mut self.file {
            Some(file) => file.write_all(request.line().as_bytes()).unwrap(),
            None => self.book.push(request),
        }
    }
}
