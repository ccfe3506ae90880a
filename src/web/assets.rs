//! The stylesheet, the script and the mark: compiled in, and served under names that carry a hash of their content,
//! so that a browser may keep them for a year and still gets the new one with the next page after an update.
//!
//! The router part here is complete; `asset_path` gives templates the current name.

use std::sync::LazyLock;

use axum::Router;
use axum::extract::Path;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use sha2::{Digest, Sha256};

/// Where the files are served.
const DIRECTORY: &str = "/h5/assets/";

/// Bytes of the SHA-256 in a name: 64 bits are plenty to tell a handful of versions apart.
const HASH_BYTES: usize = 8;

const FOREVER: &str = "public, max-age=31536000, immutable";
/// For a name of another version: see [`serve`].
const ONCE: &str = "no-store";

struct Asset {
    name: &'static str,
    media_type: &'static str,
    content: &'static [u8],
    /// `/h5/assets/app.<hash>.css`.
    path: String,
}

static ASSETS: LazyLock<[Asset; 6]> = LazyLock::new(|| {
    [
        asset(
            "app.css",
            "text/css; charset=utf-8",
            include_bytes!("../../assets/h5/app.css"),
        ),
        asset(
            "app.js",
            "text/javascript; charset=utf-8",
            include_bytes!("../../assets/h5/app.js"),
        ),
        asset(
            "console.css",
            "text/css; charset=utf-8",
            include_bytes!("../../assets/console/console.css"),
        ),
        asset(
            "console.js",
            "text/javascript; charset=utf-8",
            include_bytes!("../../assets/console/console.js"),
        ),
        asset(
            "mark.svg",
            "image/svg+xml",
            include_bytes!("../../assets/h5/mark.svg"),
        ),
        asset(
            "cover.png",
            "image/png",
            include_bytes!("../../assets/h5/cover.png"),
        ),
    ]
});

/// The address of a compiled-in file (`app.css`, `app.js`, `mark.svg`), with its hash. An unknown name gives the
/// address of nothing, which a test of the pages would show as a 404.
pub fn asset_path(name: &str) -> &'static str {
    ASSETS
        .iter()
        .find(|asset| asset.name == name)
        .map_or(DIRECTORY, |asset| asset.path.as_str())
}

/// Serves `/h5/assets/{file}`. Needs no state, so it merges into any router.
pub fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/h5/assets/{file}", get(serve))
}

/// While two versions run side by side, a page of one may ask the other for its stylesheet. It then gets what this
/// version has, once, rather than a bare page.
async fn serve(Path(file): Path<String>) -> Response {
    let current = ASSETS
        .iter()
        .find(|asset| asset.path.strip_prefix(DIRECTORY) == Some(file.as_str()));
    let (asset, caching) = match current {
        Some(asset) => (asset, FOREVER),
        None => match ASSETS
            .iter()
            .find(|asset| file == asset.name || is_version_of(&file, asset.name))
        {
            Some(asset) => (asset, ONCE),
            None => return (StatusCode::NOT_FOUND, [(CACHE_CONTROL, ONCE)]).into_response(),
        },
    };
    let headers: [(HeaderName, &'static str); 4] = [
        (CONTENT_TYPE, asset.media_type),
        (CACHE_CONTROL, caching),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (
            CONTENT_SECURITY_POLICY,
            "default-src 'none'; frame-ancestors 'none'",
        ),
    ];
    (headers, asset.content).into_response()
}

fn asset(name: &'static str, media_type: &'static str, content: &'static [u8]) -> Asset {
    let digest = Sha256::digest(content);
    let hash: String = digest
        .iter()
        .take(HASH_BYTES)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let path = match name.rsplit_once('.') {
        Some((stem, extension)) => format!("{DIRECTORY}{stem}.{hash}.{extension}"),
        None => format!("{DIRECTORY}{name}.{hash}"),
    };
    Asset {
        name,
        media_type,
        content,
        path,
    }
}

/// Whether `file` is `name` with some hash between stem and extension.
fn is_version_of(file: &str, name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(stem, extension)| {
        file.strip_prefix(stem)
            .and_then(|rest| rest.strip_prefix('.'))
            .and_then(|rest| rest.strip_suffix(extension))
            .and_then(|rest| rest.strip_suffix('.'))
            .is_some_and(|hash| {
                hash.len() == 2 * HASH_BYTES && hash.bytes().all(|byte| byte.is_ascii_hexdigit())
            })
    })
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::Request;
    use http_body_util::BodyExt;
    use tower::ServiceExt;

    use super::*;

    async fn get_file(path: &str) -> Response {
        routes::<()>()
            .oneshot(Request::get(path).body(Body::empty()).unwrap())
            .await
            .unwrap()
    }

    #[tokio::test]
    async fn the_current_stylesheet_may_be_kept_for_a_year() {
        let response = get_file(asset_path("app.css")).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()[CONTENT_TYPE], "text/css; charset=utf-8");
        assert_eq!(response.headers()[CACHE_CONTROL], FOREVER);
        assert_eq!(response.headers()[X_CONTENT_TYPE_OPTIONS], "nosniff");
        let body = response.into_body().collect().await.unwrap().to_bytes();
        assert_eq!(&body[..], include_bytes!("../../assets/h5/app.css"));
    }

    #[tokio::test]
    async fn the_name_of_another_version_gets_the_current_file_once() {
        let response = get_file("/h5/assets/app.0123456789abcdef.js").await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()[CACHE_CONTROL], "no-store");
    }

    #[tokio::test]
    async fn a_name_without_a_hash_gets_the_current_file_once() {
        let response = get_file("/h5/assets/cover.png").await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()[CACHE_CONTROL], "no-store");
    }

    #[tokio::test]
    async fn any_other_name_is_not_found() {
        for path in [
            "/h5/assets/app..css",
            "/h5/assets/app.%2e%2e.css",
            "/h5/assets/passwd",
        ] {
            assert_eq!(
                get_file(path).await.status(),
                StatusCode::NOT_FOUND,
                "{path}"
            );
        }
    }

    #[test]
    fn every_file_has_a_hash_in_its_name() {
        for asset in ASSETS.iter() {
            let file = asset_path(asset.name).strip_prefix(DIRECTORY).unwrap();
            assert!(is_version_of(file, asset.name), "{file}");
        }
    }

    #[test]
    fn what_a_phone_loads_stays_small() {
        for asset in ASSETS.iter() {
            let limit = match asset.name {
                "app.css" => 28 * 1024,
                "app.js" => 20 * 1024,
                "cover.png" => 6 * 1024,
                // For the office computer.
                "console.css" => 24 * 1024,
                "console.js" => 8 * 1024,
                _ => 2 * 1024,
            };
            assert!(
                asset.content.len() < limit,
                "{} has {} bytes",
                asset.name,
                asset.content.len()
            );
        }
    }
}
