//! The publication record as integrators read it in `/api/openapi.json`. The reader is [`crate::domain::publication_line`];
//! a story holds the two together.

use crate::domain::shape::{Chars, Field, Is};

const fn text(min: usize, max: usize, chars: Chars) -> Is {
    Is::Text { min, max, chars }
}

const fn member(
    name: &'static str,
    required: bool,
    is: Is,
    meaning: &'static str,
    example: &'static str,
) -> Field {
    Field {
        name,
        required,
        is,
        meaning,
        example,
    }
}

/// One publication.
pub const PUBLICATION: &[Field] = &[
    member(
        "external_id",
        true,
        text(1, 128, Chars::Line),
        "Your id, without white space; the same id again updates, and revives what was withdrawn.",
        "\"cs-2026-0117\"",
    ),
    member(
        "kind",
        true,
        Is::Word(&["important_case", "legal_document"]),
        "重要案件信息 or 法律文书.",
        "\"important_case\"",
    ),
    member(
        "unit_code",
        true,
        text(1, 32, Chars::Line),
        "unit_id or code_alias of the publishing procuratorate, without regard to case.",
        "\"430100\"",
    ),
    member(
        "title",
        true,
        text(1, 200, Chars::Line),
        "One line.",
        "\"长沙市人民检察院依法对一起抢劫案提起公诉\"",
    ),
    member(
        "summary",
        false,
        text(0, 500, Chars::Lines),
        "Plain text.",
        "\"一句话摘要。\"",
    ),
    member(
        "body",
        false,
        text(0, 200_000, Chars::Lines),
        "Plain text; line feeds make paragraphs.",
        "\"第一段。\\n第二段。\"",
    ),
    member(
        "document_type",
        false,
        text(1, 40, Chars::Line),
        "起诉书, 不起诉决定书 …",
        "null",
    ),
    member(
        "document_number",
        false,
        text(1, 80, Chars::Line),
        "文书号.",
        "null",
    ),
    member(
        "charges",
        false,
        Is::List {
            min: 0,
            max: 50,
            of: &text(1, 60, Chars::Line),
        },
        "Names of charges; search weighs them more than the body.",
        "[\"抢劫罪\"]",
    ),
    member(
        "published_at",
        true,
        Is::Time,
        "Order of the lists; in the future: hidden until then.",
        "\"2026-11-20T09:00:00+08:00\"",
    ),
    member(
        "source_url",
        false,
        text(1, 1024, Chars::Line),
        "The original, http or https.",
        "null",
    ),
];

/// Taking one back.
pub const WITHDRAWAL: &[Field] = &[
    member(
        "external_id",
        true,
        text(1, 128, Chars::Line),
        "Your id of a publication.",
        "\"cs-2026-0117\"",
    ),
    member(
        "withdrawn",
        true,
        Is::Flag,
        "true: gone from lists, search and pages with the next message or page.",
        "true",
    ),
];
