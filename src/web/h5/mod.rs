//! The pages that open inside WeChat, under `/h5/`.
