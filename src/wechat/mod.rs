//! The platform: WeChat's protocol and nothing else. Knows no case, no database, no cache.
