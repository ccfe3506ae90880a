//! The least that an axum handler can do for such a request: read the body, return a constant.

use axum::Router;
use axum::body::Bytes;
use axum::http::header;
use axum::routing::post;
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;

use crate::Failure;

/// Serves replies of the length in the first argument until it is killed.
pub(crate) fn serve(arguments: &[String]) -> Result<(), Failure> {
    let length: usize = arguments.first().ok_or("floor needs a length")?.parse()?;
    let text = Bytes::from("x".repeat(length));
    let reply = move |body: Bytes| {
        let text = text.clone();
        async move {
            std::hint::black_box(body.len());
            ([(header::CONTENT_TYPE, "text/xml; charset=utf-8")], text)
        }
    };
    let router: Router = Router::new().route("/wechat/callback", post(reply));
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?
        .block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await?;
            println!("listening on http://{}", listener.local_addr()?);
            loop {
                let (stream, _peer) = listener.accept().await?;
                stream.set_nodelay(true)?;
                let service = TowerToHyperService::new(router.clone());
                tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
            }
        })
}
