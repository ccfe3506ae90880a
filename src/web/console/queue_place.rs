//! Where one is in a queue: which part, which filters, behind which row; as it stands in addresses.

use crate::service::desk_queue::{Asked, Queue, View};

/// States that what is decided can be narrowed to, and what the filter calls them; for calls, what they are about.
pub const STATES: [(Queue, &[(&str, &str)]); 5] = [
    (
        Queue::Registration,
        &[("approved", "通过"), ("rejected", "未通过")],
    ),
    (
        Queue::Binding,
        &[
            ("approved", "通过"),
            ("rejected", "未通过"),
            ("revoked", "已解除"),
        ],
    ),
    (
        Queue::Appointment,
        &[("answered", "已回复"), ("withdrawn", "已撤回")],
    ),
    (Queue::Reset, &[("reset", "已重置"), ("rejected", "未通过")]),
    (
        Queue::Phone,
        &[
            ("password_reset_done", "找回密码"),
            ("registration_reviewed", "注册审核结果"),
            ("binding_reviewed", "案件绑定结果"),
            ("appointment_reviewed", "预约结果"),
            ("case_progress_changed", "案件变更"),
        ],
    ),
];

/// A place in a queue.
#[derive(Clone, Debug)]
pub struct QueuePlace {
    /// Which queue.
    pub queue: Queue,
    /// Which part.
    pub view: View,
    /// Only this state.
    pub state: Option<&'static str>,
    /// `first` or `change`.
    pub change: Option<bool>,
    /// What is looked for.
    pub text: String,
    /// Behind which row.
    pub after: Option<String>,
}

impl QueuePlace {
    /// Reads the parameters of an address; what is not known is left out.
    pub fn parse(queue: Queue, query: &str) -> Self {
        let mut place = Self {
            queue,
            view: View::Waiting,
            state: None,
            change: None,
            text: String::new(),
            after: None,
        };
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match name.as_ref() {
                "view" => place.view = View::parse(&value).unwrap_or_default(),
                "state" => place.state = state(queue, &value),
                "change" => {
                    place.change = match value.as_ref() {
                        "first" => Some(false),
                        "change" => Some(true),
                        _ => None,
                    };
                }
                "q" => place.text = value.trim().chars().take(64).collect(),
                "after" => {
                    let is_id = !value.is_empty()
                        && value
                            .bytes()
                            .all(|b| b.is_ascii_alphanumeric() || b == b'-');
                    place.after = is_id.then(|| value.chars().take(64).collect());
                }
                _ => {}
            }
        }
        if !place.has_states() {
            place.state = None;
        }
        place
    }

    /// Whether there are states to choose from: what waits has no outcome, but a call is always about something.
    pub fn has_states(&self) -> bool {
        self.view == View::Done || self.queue == Queue::Phone
    }

    /// What the service is asked for.
    pub fn asked(&self) -> Asked {
        Asked {
            queue: self.queue,
            view: self.view,
            state: self.state,
            is_change: self.change,
            text: self.text.clone(),
            after: self.after.clone(),
        }
    }

    /// The list alone.
    pub fn list(&self) -> String {
        self.with(&[])
    }

    /// The list with one of its things opened.
    pub fn opening(&self, id: &str) -> String {
        self.with(&[("id", id)])
    }

    /// The list with more parameters.
    pub fn with(&self, more: &[(&str, &str)]) -> String {
        self.below("", more)
    }

    /// What a form about one thing is sent to.
    pub fn act(&self, id: &str, act: &str) -> String {
        self.below(&format!("/{id}/{act}"), &[])
    }

    /// The same list as a file.
    pub fn file(&self) -> String {
        let from_start = Self {
            after: None,
            ..self.clone()
        };
        from_start.below("/export.csv", &[])
    }

    /// What a file that was cut did not hold, behind this row.
    pub fn rest_of_file(&self, after: &str) -> String {
        let rest = Self {
            after: Some(after.to_owned()),
            ..self.clone()
        };
        rest.below("/export.csv", &[])
    }

    /// Another part of the queue, from its beginning.
    pub fn part(&self, view: View) -> String {
        Self {
            view,
            state: None,
            after: None,
            ..self.clone()
        }
        .list()
    }

    /// The page behind this row.
    pub fn next(&self, after: &str) -> String {
        Self {
            after: Some(after.to_owned()),
            ..self.clone()
        }
        .list()
    }

    /// The first page.
    pub fn start(&self) -> String {
        Self {
            after: None,
            ..self.clone()
        }
        .list()
    }

    fn below(&self, path: &str, more: &[(&str, &str)]) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        if self.view != View::Waiting {
            query.append_pair("view", self.view.word());
        }
        if let Some(state) = self.state {
            query.append_pair("state", state);
        }
        if let Some(change) = self.change {
            query.append_pair("change", if change { "change" } else { "first" });
        }
        if !self.text.is_empty() {
            query.append_pair("q", &self.text);
        }
        if let Some(after) = &self.after {
            query.append_pair("after", after);
        }
        for (name, value) in more {
            query.append_pair(name, value);
        }
        let query = query.finish();
        let path = format!("/console/queues/{}{path}", self.queue.word());
        match query.is_empty() {
            true => path,
            false => format!("{path}?{query}"),
        }
    }
}

fn state(queue: Queue, word: &str) -> Option<&'static str> {
    let (_, known) = STATES.iter().find(|(of, _)| *of == queue)?;
    let found = known.iter().find(|(state, _)| *state == word);
    found.map(|(state, _)| *state)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_stay_in_every_address() {
        let query = "view=done&state=rejected&change=first&q=%E6%9D%8E&after=ab12&id=x&csrf=y";
        let place = QueuePlace::parse(Queue::Registration, query);
        let kept = "view=done&state=rejected&change=first&q=%E6%9D%8E&after=ab12";
        assert_eq!(place.list(), format!("/console/queues/registration?{kept}"));
        assert_eq!(
            place.act("i1", "reject"),
            format!("/console/queues/registration/i1/reject?{kept}")
        );
        assert_eq!(
            place.part(View::Waiting),
            "/console/queues/registration?change=first&q=%E6%9D%8E"
        );
    }

    #[test]
    fn what_is_not_known_is_left_out() {
        let query = "view=all&state=reset&change=2&after=a%2Fb&q=+";
        let place = QueuePlace::parse(Queue::Binding, query);
        assert_eq!(place.list(), "/console/queues/binding");
        let waiting = QueuePlace::parse(Queue::Binding, "state=approved");
        assert_eq!(waiting.state, None);
    }
}
