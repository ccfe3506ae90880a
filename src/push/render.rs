//! From a notice to the platform's message: the account's template, the fields, and, for the moment of sending, what was
//! sealed.

use std::sync::Arc;

use crate::app::App;
use crate::domain::notice::{self, Fields, Kind, SECRET_MARK};
use crate::push::outcome::Unsendable;
use crate::push::worker::Render;
use crate::service::notices;
use crate::store::pushes::ClaimedPush;
use crate::wechat::template::{TemplateMessage, TemplateValue};

/// Renders by the account's templates.
pub fn by_templates(app: &Arc<App>) -> Render {
    let app = Arc::clone(app);
    Arc::new(move |push| message(&app, push))
}

fn message(app: &App, push: &ClaimedPush) -> Result<TemplateMessage, Unsendable> {
    let kind = Kind::parse(&push.kind)
        .ok_or_else(|| unsendable("this version does not know its kind".to_owned()))?;
    let office = app.office();
    let template = office.notices.of(kind);
    if template.template_id.is_empty() {
        return Err(unsendable(format!(
            "no template is configured: set push.templates.{}",
            push.kind
        )));
    }
    let mut fields: Fields = serde_json::from_str(&push.fields)
        .map_err(|error| unsendable(format!("its fields cannot be read: {error}")))?;
    let mut path = push.path.clone();
    if let Some(sealed) = &push.secret {
        let secret = notices::open_secret(app, &push.public_id, sealed)
            .map_err(|error| unsendable(format!("its secret cannot be opened: {error}")))?;
        let fill = |text: &mut String| *text = text.replace(SECRET_MARK, secret.expose());
        fill(&mut path);
        fields.values_mut().for_each(fill);
    }
    if path.contains(SECRET_MARK) || fields.values().any(|value| value.contains(SECRET_MARK)) {
        return Err(unsendable(
            "its secret is gone: it must be asked for anew".to_owned(),
        ));
    }
    let values = notice::render(template, &fields)
        .map_err(|problem| unsendable(format!("it does not fit the template: {problem}")))?;
    Ok(TemplateMessage {
        touser: push.openid.clone(),
        template_id: template.template_id.clone(),
        url: Some(format!("{}{path}", app.public_url)),
        client_msg_id: push.public_id.clone(),
        data: values
            .into_iter()
            .map(|(key, value)| (key, TemplateValue { value }))
            .collect(),
    })
}

fn unsendable(reason: String) -> Unsendable {
    Unsendable { reason }
}
