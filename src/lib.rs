//! 检信 (jianxin): the WeChat Official Account server of a procuratorate case-information service.

pub mod domain;
pub mod search;
pub mod simulator;
pub mod web;
pub mod wechat;
pub mod cache;
pub mod config;
pub mod service;
pub mod store;
