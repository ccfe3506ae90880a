//! What wakes a worker before its next look.

use crate::app::App;
use crate::cache::Bell;
use crate::service::pushes::BELL;

/// The two bells: this process's own, and the one of all processes.
pub(super) struct Bells {
    near: Bell,
    far: Option<Bell>,
}

impl Bells {
    pub(super) fn new(app: &App) -> Self {
        Self {
            near: app.local.listen(BELL),
            far: app.cache.is_shared().then(|| app.cache.listen(BELL)),
        }
    }

    pub(super) async fn heard(&mut self) {
        match &mut self.far {
            None => self.near.heard().await,
            Some(far) => tokio::select! {
                () = self.near.heard() => {}
                () = far.heard() => {}
            },
        }
    }
}
