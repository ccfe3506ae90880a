//! The accept loop: our own, because every wait of a connection needs a limit and a stop must not wait for idle ones.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::{Request, Response};
use bytes::Bytes;
use http_body_util::{Either, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tower::ServiceExt;

use crate::callback;
use crate::cli::connections::{self, Connections};
use crate::cli::watched::{Requests, Watched};

/// Pause after an accept that failed for want of file handles: trying at once would only spin.
const PAUSE: Duration = Duration::from_millis(50);
/// For those who came while the last requests were being finished.
const LAST: Duration = Duration::from_secs(1);
/// Largest request head. The platform's are below one kilobyte.
const MAX_HEAD: usize = 16 * 1024;

/// What a server leads to.
#[derive(Clone)]
pub(super) struct Doors {
    /// Called directly: of all requests these come most often and have the least time.
    pub(super) callback: Option<Arc<callback::Door>>,
    /// Everything else.
    pub(super) router: Router,
}

impl From<Router> for Doors {
    fn from(router: Router) -> Self {
        Self {
            callback: None,
            router,
        }
    }
}

/// Serves until `stop` resolves, then accepts nothing new and lets requests under way finish within `drain`; false when
/// some did not.
pub(super) async fn serve(
    listener: &TcpListener,
    doors: Doors,
    max_connections: usize,
    stop: impl Future<Output = ()>,
    drain: Duration,
) -> bool {
    let permits = Arc::new(Semaphore::new(max_connections));
    let (draining, open) = connections::tracked();
    tokio::pin!(stop);
    accept(listener, &doors, &permits, &open, &mut stop).await;
    drop(open);
    // While requests are being finished, whoever comes now is still answered: `/readyz` says that this process is
    // leaving, and nobody is turned away before his balancer has noticed.
    let (leaving, late) = connections::tracked();
    let finished = draining.finish(drain);
    tokio::pin!(finished);
    let mut done = false;
    let until = async { done = finished.await };
    tokio::pin!(until);
    accept(listener, &doors, &permits, &late, &mut until).await;
    drop(late);
    leaving.finish(LAST).await;
    done
}

/// Accepts connections until `stop` resolves.
async fn accept(
    listener: &TcpListener,
    doors: &Doors,
    permits: &Arc<Semaphore>,
    open: &Connections,
    stop: &mut (impl Future<Output = ()> + Unpin),
) {
    loop {
        let permit = tokio::select! {
            () = &mut *stop => return,
            permit = Arc::clone(permits).acquire_owned() => permit,
        };
        let accepted = tokio::select! {
            () = &mut *stop => return,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, _peer)) => {
                let (doors, open) = (doors.clone(), open.clone());
                tokio::spawn(async move {
                    talk(stream, doors, open).await;
                    drop(permit);
                });
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

async fn talk(stream: TcpStream, doors: Doors, mut open: Connections) {
    let _ = stream.set_nodelay(true);
    let requests = Arc::new(Requests::default());
    let io = TokioIo::new(Watched::new(stream, Arc::clone(&requests)));
    let service = hyper::service::service_fn(move |request: Request<Incoming>| {
        requests.begin();
        let ended = Ended(Arc::clone(&requests));
        let answer = lead(doors.clone(), request);
        async move {
            let response = answer.await;
            drop(ended);
            response
        }
    });
    let connection = http1::Builder::new()
        // `Watched` has the patience for a head; a timer here would be set anew for every request.
        .header_read_timeout(None)
        .max_buf_size(MAX_HEAD)
        .serve_connection(io, service);
    tokio::pin!(connection);
    let outcome = tokio::select! {
        outcome = &mut connection => outcome,
        () = open.stopping() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = outcome {
        tracing::debug!(%error, "a connection ended early");
    }
}

type Answered = Result<Response<Either<Full<Bytes>, axum::body::Body>>, Infallible>;

/// To the door that the request is for.
async fn lead(doors: Doors, request: Request<Incoming>) -> Answered {
    match &doors.callback {
        Some(door) if request.uri().path() == callback::PATH => {
            Ok(callback::respond(door, request).await.map(Either::Left))
        }
        // Boxed, so that the callback's futures stay small.
        _ => Box::pin(doors.router.oneshot(request))
            .await
            .map(|response| response.map(Either::Right)),
    }
}

/// Marks the request as ended also when its future is dropped half way.
struct Ended(Arc<Requests>);

impl Drop for Ended {
    fn drop(&mut self) {
        self.0.end();
    }
}
