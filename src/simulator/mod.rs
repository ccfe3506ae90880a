//! A WeChat of one's own: chat page and platform API, for trying out and for tests.
