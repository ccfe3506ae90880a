//! A client that does as little as it can: requests are bytes made beforehand, replies are measured and sampled.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Instant;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::LocalSet;

use crate::Failure;
use crate::messages::Case;

/// Open at the same time, each with one request under way.
pub(crate) const CONNECTIONS: usize = 64;
/// Every so many replies one is read for what it says.
const SAMPLE: usize = 97;

/// What one run gave.
pub(crate) struct Run {
    pub(crate) per_second: f64,
    pub(crate) p50_ms: f64,
    pub(crate) p99_ms: f64,
    /// The mean length of a reply's body.
    pub(crate) body_len: usize,
    /// How often, of all its looks for something to do, the client found nothing; near 0 the client, not the server, is
    /// measured.
    pub(crate) client_idle: f64,
}

struct Shared {
    requests: std::vec::IntoIter<Vec<u8>>,
    micros: Vec<u32>,
    body_bytes: usize,
    looks: usize,
    idle_looks: usize,
}

/// Sends `count` new messages over all connections and waits for the replies.
pub(crate) fn run(
    address: &str,
    case: &Case,
    count: usize,
    numbers: &mut impl Iterator<Item = u64>,
) -> Result<Run, Failure> {
    let shared = Rc::new(RefCell::new(Shared {
        requests: case.requests(count, numbers)?.into_iter(),
        micros: Vec::with_capacity(count),
        body_bytes: 0,
        looks: 0,
        idle_looks: 0,
    }));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .build()?;
    let local = LocalSet::new();
    let began = Instant::now();
    runtime.block_on(local.run_until(async {
        tokio::task::spawn_local(stay_awake(Rc::clone(&shared)));
        let tasks: Vec<_> = (0..CONNECTIONS)
            .map(|_| {
                let (address, case, shared) =
                    (address.to_owned(), case.clone(), Rc::clone(&shared));
                tokio::task::spawn_local(async move {
                    converse(&address, &case, &shared)
                        .await
                        .map_err(|e| e.to_string())
                })
            })
            .collect();
        for task in tasks {
            task.await??;
        }
        Ok::<(), Failure>(())
    }))?;
    let seconds = began.elapsed().as_secs_f64();
    let mut shared = shared.borrow_mut();
    let client_idle = ratio(shared.idle_looks, shared.looks);
    shared.micros.sort_unstable();
    let at = |share: usize| {
        shared
            .micros
            .get(shared.micros.len() * share / 100)
            .map_or(f64::NAN, |us| f64::from(*us) / 1e3)
    };
    Ok(Run {
        per_second: f64::from(u32::try_from(count)?) / seconds,
        p50_ms: at(50),
        p99_ms: at(99),
        body_len: shared.body_bytes / count.max(1),
        client_idle,
    })
}

async fn converse(address: &str, case: &Case, shared: &RefCell<Shared>) -> Result<(), Failure> {
    let mut stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let mut buffer = vec![0; 16 * 1024];
    loop {
        let Some(request) = shared.borrow_mut().requests.next() else {
            return Ok(());
        };
        let began = Instant::now();
        stream.write_all(&request).await?;
        let mut filled = 0;
        let body = loop {
            let free = buffer
                .get_mut(filled..)
                .filter(|free| !free.is_empty())
                .ok_or("a reply over 16 KiB")?;
            let read = stream.read(free).await?;
            if read == 0 {
                return Err("the server closed a connection".into());
            }
            filled += read;
            if let Some(body) = complete(buffer.get(..filled).unwrap_or_default())? {
                break body;
            }
        };
        let mut shared = shared.borrow_mut();
        shared
            .micros
            .push(u32::try_from(began.elapsed().as_micros()).unwrap_or(u32::MAX));
        shared.body_bytes += body.len();
        if shared.micros.len() % SAMPLE == 1 {
            let text = std::str::from_utf8(body)?;
            if !case.is_right(text) {
                return Err(format!("not the right answer: {text}").into());
            }
        }
    }
}

/// The body, when all of the reply is there.
fn complete(reply: &[u8]) -> Result<Option<&[u8]>, Failure> {
    const LENGTH: &[u8] = b"content-length: ";
    let Some(end) = reply.windows(4).position(|four| four == b"\r\n\r\n") else {
        return Ok(None);
    };
    let (head, rest) = reply.split_at_checked(end + 4).ok_or("no head")?;
    if !head.starts_with(b"HTTP/1.1 200 ") {
        return Err(format!("not 200: {}", String::from_utf8_lossy(head)).into());
    }
    let at = head
        .windows(LENGTH.len())
        .position(|name| name == LENGTH)
        .ok_or("no content-length")?;
    let digits = head
        .iter()
        .skip(at + LENGTH.len())
        .take_while(|byte| byte.is_ascii_digit());
    let length = digits.fold(0, |number, digit| number * 10 + usize::from(digit - b'0'));
    Ok(rest.get(..length))
}

/// Looks for replies all the time. A client that slept between them would have to be woken by the server, which costs the
/// server more the slower it is: the floor would be measured without that, and the program with it.
async fn stay_awake(shared: Rc<RefCell<Shared>>) {
    let mut seen = 0;
    loop {
        tokio::task::yield_now().await;
        let mut shared = shared.borrow_mut();
        shared.looks += 1;
        let now = shared.micros.len();
        if now == seen {
            shared.idle_looks += 1;
        }
        seen = now;
    }
}

fn ratio(part: usize, whole: usize) -> f64 {
    let number = |count: usize| u32::try_from(count).map_or(f64::MAX, f64::from);
    number(part) / number(whole.max(1))
}
