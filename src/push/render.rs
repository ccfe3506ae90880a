//! From a notice to the platform's message.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::app::App;
use crate::push::outcome::Unsendable;
use crate::push::worker::Render;
use crate::store::pushes::ClaimedPush;
use crate::wechat::template::{TemplateMessage, TemplateValue};

/// Renders by the account's templates. Where the simulator plays the platform, ids are made up.
pub fn by_templates(app: &Arc<App>) -> Render {
    let app = Arc::clone(app);
    Arc::new(move |push| message(&app, push))
}

fn message(app: &App, push: &ClaimedPush) -> Result<TemplateMessage, Unsendable> {
    if !app.settings.simulator.enabled {
        let reason = format!("no template is configured for {}", push.kind);
        return Err(Unsendable { reason });
    }
    let fields: BTreeMap<String, String> =
        serde_json::from_str(&push.fields).map_err(|error| Unsendable {
            reason: format!("its fields cannot be read: {error}"),
        })?;
    Ok(TemplateMessage {
        touser: push.openid.clone(),
        template_id: format!("sim-{}", push.kind),
        url: Some(format!("{}{}", app.public_url, push.path)),
        client_msg_id: push.public_id.clone(),
        data: fields
            .into_iter()
            .map(|(name, value)| (name, TemplateValue { value }))
            .collect(),
    })
}
