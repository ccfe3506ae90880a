//! The people with a phone: who follows, what their chat shows, what the account may still send them.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::chat::Entry;
use super::crypto;

/// Oldest followers are dropped beyond this.
pub(crate) const MAX_FOLLOWERS: usize = 50;

/// The first three, there from the start; only the first follows by itself.
pub(crate) const FIRST_NAMES: [&str; 3] = ["关注者甲", "关注者乙", "关注者丙"];

/// What opened a window for customer-service messages.
/// Page: <https://developers.weixin.qq.com/doc/service/en/guide/product/kf/intro.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Interaction {
    /// A message: five within 48 hours.
    Message,
    /// A menu tap, a scan or following: three within a minute.
    Gesture,
}

/// An open window: until when, and how many messages are left.
#[derive(Debug, Clone, Copy)]
struct Window {
    kind: Interaction,
    until: Instant,
    left: u32,
}

/// Why a customer-service message may not be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Closed {
    /// No window is open.
    OutsideWindow,
    /// The windows that are open are used up.
    UsedUp,
}

/// One follower.
#[derive(Debug, Clone)]
pub(crate) struct Follower {
    /// Short id used by the page, such as `f1`.
    pub(crate) id: String,
    /// Name on the page.
    pub(crate) name: String,
    /// 28 characters, the same for the same account and place after a restart.
    pub(crate) openid: String,
    pub(crate) subscribed: bool,
    /// Unix seconds of the last subscription, 0 before the first.
    pub(crate) subscribed_at: i64,
    /// Scene of the code it came by, empty for a plain subscription.
    pub(crate) scene: String,
    /// Version of the world at the last change of anything above.
    pub(crate) version: u64,
    /// The chat, oldest first.
    pub(crate) entries: VecDeque<Entry>,
    windows: Vec<Window>,
}

impl Follower {
    /// The `number`-th phone; the openid depends on nothing else, so that a restarted server meets old friends.
    pub(crate) fn new(number: u64, name: String) -> Self {
        let digest = crypto::sign(&["simulated follower", &number.to_string()]);
        let tail: String = digest.chars().take(21).collect();
        Self {
            id: format!("f{number}"),
            name,
            openid: format!("oSimu-_{tail}"),
            subscribed: false,
            subscribed_at: 0,
            scene: String::new(),
            version: 0,
            entries: VecDeque::new(),
            windows: Vec::new(),
        }
    }

    /// Opens the window that goes with an interaction.
    pub(crate) fn interact(&mut self, kind: Interaction, now: Instant) {
        let (left, lasts) = match kind {
            Interaction::Message => (5, Duration::from_secs(48 * 3600)),
            Interaction::Gesture => (3, Duration::from_secs(60)),
        };
        self.windows.retain(|window| window.kind != kind);
        self.windows.push(Window {
            kind,
            until: now + lasts,
            left,
        });
    }

    /// Uses one customer-service message, shortest window first.
    pub(crate) fn take_message(&mut self, now: Instant) -> Result<(), Closed> {
        self.windows.retain(|window| window.until > now);
        if self.windows.is_empty() {
            return Err(Closed::OutsideWindow);
        }
        self.windows.sort_by_key(|window| window.until);
        let window = self
            .windows
            .iter_mut()
            .find(|window| window.left > 0)
            .ok_or(Closed::UsedUp)?;
        window.left -= 1;
        Ok(())
    }

    /// Closes all windows, as unsubscribing does.
    pub(crate) fn close_windows(&mut self) {
        self.windows.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_openid_has_28_characters_and_survives_a_restart() {
        let first = Follower::new(1, "a".to_owned());
        assert_eq!(first.openid.len(), 28);
        assert_eq!(first.openid, Follower::new(1, "b".to_owned()).openid);
        assert_ne!(first.openid, Follower::new(2, "a".to_owned()).openid);
    }

    #[test]
    fn windows_close_by_count_and_by_time() {
        let now = Instant::now();
        let mut follower = Follower::new(1, String::new());
        assert_eq!(follower.take_message(now), Err(Closed::OutsideWindow));
        follower.interact(Interaction::Gesture, now);
        for _ in 0..3 {
            assert_eq!(follower.take_message(now), Ok(()));
        }
        assert_eq!(follower.take_message(now), Err(Closed::UsedUp));
        follower.interact(Interaction::Gesture, now);
        assert_eq!(
            follower.take_message(now + Duration::from_secs(61)),
            Err(Closed::OutsideWindow)
        );
    }
}
