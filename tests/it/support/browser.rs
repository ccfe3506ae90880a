//! A phone's browser with cookies, and a WeChat behind it: the simulator over real HTTP, our program on a real port.

use std::collections::BTreeMap;

use axum::Router;
use jianxin::simulator::{self, SimulatorSettings};
use tokio::net::TcpListener;

use super::{ACCOUNT, AES_KEY, APP_ID, APP_SECRET, TOKEN, TestApp};

/// The program and the simulated WeChat, each on a port of its own.
pub(crate) struct Street {
    pub(crate) app: TestApp,
    pub(crate) origin: String,
    pub(crate) wechat: String,
    http: reqwest::Client,
}

impl Street {
    pub(crate) async fn open() -> Self {
        Self::with(&[]).await
    }

    /// With other settings.
    pub(crate) async fn with(settings: &[(&str, &str)]) -> Self {
        let more = settings;
        let ours = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let theirs = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", ours.local_addr().unwrap());
        let wechat = format!("http://{}", theirs.local_addr().unwrap());
        let settings = [
            ("wechat.api_base_url", format!("{wechat}/simulator/api")),
            ("wechat.oauth_base_url", format!("{wechat}/simulator/oauth")),
        ];
        let settings: Vec<(&str, &str)> = settings
            .iter()
            .map(|(key, value)| (*key, value.as_str()))
            .chain(more.iter().copied())
            .collect();
        let app = TestApp::at(&origin, &settings).await;
        serve(ours, app.router.clone());
        serve(theirs, simulator::router(account(&origin)));
        Self {
            app,
            origin,
            wechat,
            http: client(),
        }
    }

    /// A switch of the simulator, as its page sends it.
    pub(crate) async fn switch(&self, name: &str, value: bool) {
        self.act("faults", &serde_json::json!({ name: value }))
            .await;
    }

    /// What somebody does on the simulator's page.
    pub(crate) async fn act(&self, what: &str, body: &serde_json::Value) {
        let request = self
            .http
            .post(format!("{}/simulator/act/{what}", self.wechat));
        let answer = request
            .header("content-type", "application/json")
            .body(body.to_string())
            .send()
            .await
            .unwrap();
        assert!(answer.status().is_success(), "{}", answer.status());
    }

    /// The notices that a follower of the simulator received, oldest first.
    pub(crate) async fn inbox(&self, follower: &str) -> Vec<serde_json::Value> {
        let address = format!("{}/simulator/inbox?follower={follower}", self.wechat);
        let answer = self.http.get(address).send().await.unwrap();
        serde_json::from_str(&answer.text().await.unwrap()).unwrap()
    }

    /// The phone of the simulator's `f1`, `f2` or `f3`.
    pub(crate) fn phone(&self, follower: &str) -> Browser {
        Browser::of(&self.origin, follower)
    }
}

fn client() -> reqwest::Client {
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .build()
        .unwrap()
}

/// The simulated account.
pub(crate) fn account(origin: &str) -> SimulatorSettings {
    SimulatorSettings {
        callback_url: format!("{origin}/wechat/callback"),
        app_id: APP_ID.to_owned(),
        app_secret: APP_SECRET.to_owned(),
        token: TOKEN.to_owned(),
        encoding_aes_key: AES_KEY.to_owned(),
        original_id: ACCOUNT.to_owned(),
        mode: "plain".to_owned(),
    }
}

fn serve(listener: TcpListener, router: Router) {
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
}

/// Keeps cookies, follows redirects only when told to.
#[derive(Clone)]
pub(crate) struct Browser {
    http: reqwest::Client,
    origin: String,
    pub(crate) cookies: BTreeMap<String, String>,
}

/// What a browser got.
pub(crate) struct Page {
    pub(crate) status: u16,
    pub(crate) location: String,
    pub(crate) set_cookies: Vec<String>,
    pub(crate) headers: reqwest::header::HeaderMap,
    /// As text; what is none is replaced.
    pub(crate) body: String,
}

impl Page {
    /// What stands between two marks, the first time.
    pub(crate) fn between(&self, before: &str, after: &str) -> Option<String> {
        let (_, rest) = self.body.split_once(before)?;
        rest.split_once(after).map(|(inside, _)| inside.to_owned())
    }

    /// The hidden field of the forms.
    pub(crate) fn csrf(&self) -> String {
        self.between("name=\"csrf\" value=\"", "\"")
            .expect("the page has a form")
    }

    /// A header; empty when there is none.
    pub(crate) fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.map_or("", |value| value.to_str().unwrap())
    }

    /// The message at the top.
    pub(crate) fn notice(&self) -> String {
        let inside = self
            .between("<p class=\"notice", "</p>")
            .unwrap_or_default();
        inside
            .split_once('>')
            .map(|(_, text)| text.to_owned())
            .unwrap_or_default()
    }
}

impl Browser {
    /// The browser of a follower of the simulator that looks at an address.
    pub(crate) fn of(origin: &str, follower: &str) -> Self {
        let cookies =
            BTreeMap::from([("jianxin_simulator_follower".to_owned(), follower.to_owned())]);
        Self {
            http: client(),
            origin: origin.to_owned(),
            cookies,
        }
    }

    /// One request, no redirect followed.
    pub(crate) async fn get(&mut self, address: &str) -> Page {
        let request = self.http.get(self.absolute(address));
        self.send(request).await
    }

    /// Follows redirects to the end.
    pub(crate) async fn open(&mut self, address: &str) -> Page {
        let mut page = self.get(address).await;
        for _ in 0..8 {
            if page.location.is_empty() {
                return page;
            }
            let next = page.location.clone();
            page = self.get(&next).await;
        }
        panic!("redirects without end at {}", page.location);
    }

    /// Sends a form and opens where it leads.
    pub(crate) async fn submit(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let page = self.post(path, fields).await;
        assert_eq!(page.status, 303, "{}", page.body);
        let next = page.location.clone();
        self.get(&next).await
    }

    /// Sends a form, no redirect followed.
    pub(crate) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        self.post_saying(path, fields, &[]).await
    }

    /// The same, with headers of the browser's own.
    pub(crate) async fn post_saying(
        &mut self,
        path: &str,
        fields: &[(&str, &str)],
        headers: &[(&str, &str)],
    ) -> Page {
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        let mut request = self.http.post(self.absolute(path)).body(body);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.header("content-type", "application/x-www-form-urlencoded"))
            .await
    }

    /// Sends a form with files, no redirect followed; `accept` is what the page's script would say.
    pub(crate) async fn upload(
        &mut self,
        path: &str,
        fields: &[(&str, &str)],
        files: &[(&str, &str, &[u8])],
        accept: &str,
    ) -> Page {
        let edge = "----story0123456789";
        let mut body = Vec::new();
        for (name, value) in fields {
            let head = format!(
                "--{edge}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
            );
            body.extend_from_slice(head.as_bytes());
        }
        for (name, file, bytes) in files {
            let file = file
                .replace('"', "%22")
                .replace('\r', "%0D")
                .replace('\n', "%0A");
            let head = format!(
                "--{edge}\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{file}\"\r\nContent-Type: image/jpeg\r\n\r\n"
            );
            body.extend_from_slice(head.as_bytes());
            body.extend_from_slice(bytes);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(format!("--{edge}--\r\n").as_bytes());
        let request = self.http.post(self.absolute(path)).body(body);
        let kind = format!("multipart/form-data; boundary={edge}");
        self.send(
            request
                .header("content-type", kind)
                .header("accept", accept),
        )
        .await
    }

    /// A request whose answer is no text: status, headers, bytes.
    pub(crate) async fn fetch(
        &mut self,
        address: &str,
    ) -> (u16, reqwest::header::HeaderMap, Vec<u8>) {
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let request = self.http.get(self.absolute(address));
        let answer = request
            .header("cookie", cookies.join("; "))
            .send()
            .await
            .unwrap();
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        (status, headers, answer.bytes().await.unwrap().to_vec())
    }

    fn absolute(&self, address: &str) -> String {
        if address.starts_with('/') {
            format!("{}{address}", self.origin)
        } else {
            address.to_owned()
        }
    }

    async fn send(&mut self, request: reqwest::RequestBuilder) -> Page {
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let answer = request
            .header("cookie", cookies.join("; "))
            .send()
            .await
            .unwrap();
        let texts = |name: &str| -> Vec<String> {
            answer
                .headers()
                .get_all(name)
                .iter()
                .map(|value| value.to_str().unwrap().to_owned())
                .collect()
        };
        let (status, set_cookies) = (answer.status().as_u16(), texts("set-cookie"));
        let location = texts("location").pop().unwrap_or_default();
        for line in &set_cookies {
            let (name, rest) = line.split_once('=').unwrap();
            let value = rest.split(';').next().unwrap_or_default();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        let headers = answer.headers().clone();
        let body = answer.bytes().await.unwrap();
        Page {
            status,
            location,
            set_cookies,
            headers,
            body: String::from_utf8_lossy(&body).into_owned(),
        }
    }
}
