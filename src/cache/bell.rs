//! A bell that wakes whoever listens: in this process, or through Redis publish/subscribe. It carries nothing, and
//! several rings become one.

use std::time::Duration;

use futures_util::StreamExt;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// How long connecting may take.
const CONNECT: Duration = Duration::from_secs(2);
/// Between two attempts to connect.
const PAUSE: Duration = Duration::from_secs(1);
/// A connection that says nothing for so long may be dead without a word; it is made anew.
const SILENCE: Duration = Duration::from_secs(60);

/// Somebody who listens. Dropping it ends the listening.
#[derive(Debug)]
pub struct Bell {
    rung: watch::Receiver<u64>,
    task: Option<JoinHandle<()>>,
}

impl Bell {
    pub(super) fn near(rung: watch::Receiver<u64>) -> Self {
        Self { rung, task: None }
    }

    pub(super) fn far(client: redis::Client, channel: String) -> Self {
        let (sender, rung) = watch::channel(0);
        Self {
            rung,
            task: Some(tokio::spawn(follow(client, channel, sender))),
        }
    }

    /// Waits for a ring since the last call; returns at once when there was one.
    pub async fn heard(&mut self) {
        if self.rung.changed().await.is_err() {
            // Nobody can ring any more.
            std::future::pending::<()>().await;
        }
    }
}

impl Drop for Bell {
    fn drop(&mut self) {
        if let Some(task) = &self.task {
            task.abort();
        }
    }
}

async fn follow(client: redis::Client, channel: String, rung: watch::Sender<u64>) {
    loop {
        // What goes wrong here costs a poll's patience and nothing else.
        let _ = listen(&client, &channel, &rung).await;
        tokio::time::sleep(PAUSE).await;
    }
}

async fn listen(
    client: &redis::Client,
    channel: &str,
    rung: &watch::Sender<u64>,
) -> Result<(), tokio::time::error::Elapsed> {
    let Ok(mut connection) = tokio::time::timeout(CONNECT, client.get_async_pubsub()).await? else {
        return Ok(());
    };
    if tokio::time::timeout(CONNECT, connection.subscribe(channel))
        .await?
        .is_err()
    {
        return Ok(());
    }
    let ring = || rung.send_modify(|count| *count = count.wrapping_add(1));
    // Whatever was rung while nobody listened.
    ring();
    let mut messages = connection.on_message();
    while tokio::time::timeout(SILENCE, messages.next())
        .await?
        .is_some()
    {
        ring();
    }
    Ok(())
}
