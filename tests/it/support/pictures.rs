//! Files as people and others hand them in.

use image::codecs::jpeg::JpegEncoder;
use image::{ImageFormat, Rgb, RgbImage};

/// A photograph with a shape in it, so that its upper left corner is known: red there, else blue.
pub(crate) fn photo(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        match x < width / 2 && y < height / 2 {
            true => Rgb([220, 20, 20]),
            false => Rgb([20, 20, 220]),
        }
    })
}

pub(crate) fn jpeg(picture: &RgbImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, 90)
        .encode_image(picture)
        .unwrap();
    bytes
}

pub(crate) fn png(picture: &RgbImage) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

/// A JPEG with an EXIF block: how it is to be turned, and a text where the place would stand.
pub(crate) fn with_exif(jpeg: &[u8], orientation: u8, text: &str) -> Vec<u8> {
    let mut exif = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
    exif.extend_from_slice(&[orientation, 0, 0, 0, 0, 0, 0]);
    exif.extend_from_slice(text.as_bytes());
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    [&jpeg[..2], &[0xff, 0xe1], &length, &exif, &jpeg[2..]].concat()
}

/// A chunk of a PNG.
pub(crate) fn chunk(name: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let length = u32::try_from(data.len()).unwrap().to_be_bytes();
    let checked = [name.as_slice(), data].concat();
    [length.as_slice(), &checked, &crc(&checked).to_be_bytes()].concat()
}

/// A PNG that says how large it is and has hardly any pixels.
pub(crate) fn png_of_size(width: u32, height: u32) -> Vec<u8> {
    let head = [
        &width.to_be_bytes()[..],
        &height.to_be_bytes(),
        &[8, 2, 0, 0, 0],
    ]
    .concat();
    [
        b"\x89PNG\r\n\x1a\n".to_vec(),
        chunk(b"IHDR", &head),
        chunk(b"IDAT", &zeros(1000)),
        chunk(b"IEND", b""),
    ]
    .concat()
}

/// The same picture with a text that unpacks to a great many bytes.
pub(crate) fn with_text_bomb(png: &[u8], matches: usize) -> Vec<u8> {
    let text = [b"Comment\0\0".as_slice(), &zeros(matches)].concat();
    // After the signature and the head.
    [&png[..33], &chunk(b"zTXt", &text), &png[33..]].concat()
}

/// A zlib stream of 258 zeros for each match, with fixed codes: 13 bits each.
fn zeros(matches: usize) -> Vec<u8> {
    let mut bits: Vec<bool> = vec![true, true, false];
    bits.extend([false, false, true, true, false, false, false, false]);
    for _ in 0..matches {
        bits.extend([true, true, false, false, false, true, false, true]);
        bits.extend([false; 5]);
    }
    bits.extend([false; 7]);
    let packed = bits.chunks(8).map(|byte| {
        let set = byte.iter().enumerate().filter(|(_, bit)| **bit);
        set.map(|(at, _)| 1_u8 << at).sum::<u8>()
    });
    [0x78, 0x9c]
        .into_iter()
        .chain(packed)
        .chain([0, 0, 0, 0])
        .collect()
}

fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            if crc & 1 == 1 {
                (crc >> 1) ^ 0xedb8_8320
            } else {
                crc >> 1
            }
        })
    })
}

/// A PDF of so many pages, each with a dark square, and something that wants to run when it is opened.
pub(crate) fn pdf(pages: usize) -> Vec<u8> {
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (app.alert(1)) >> >>"
            .to_owned(),
    ];
    let kids: Vec<String> = (0..pages)
        .map(|page| format!("{} 0 R", 3 + 2 * page))
        .collect();
    objects.push(format!(
        "<< /Type /Pages /Kids [{}] /Count {pages} >>",
        kids.join(" ")
    ));
    for page in 0..pages {
        let content = 4 + 2 * page;
        objects.push(format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {content} 0 R >>"
        ));
        let drawing = "0.1 0.1 0.1 rg 100 100 300 300 re f";
        objects.push(format!(
            "<< /Length {} >>\nstream\n{drawing}\nendstream",
            drawing.len()
        ));
    }
    let mut pdf = "%PDF-1.4\n".to_owned();
    let mut places = Vec::new();
    for (at, object) in objects.iter().enumerate() {
        places.push(pdf.len());
        pdf.push_str(&format!("{} 0 obj\n{object}\nendobj\n", at + 1));
    }
    let table = pdf.len();
    pdf.push_str(&format!(
        "xref\n0 {}\n0000000000 65535 f \n",
        objects.len() + 1
    ));
    for place in places {
        pdf.push_str(&format!("{place:010} 00000 n \n"));
    }
    pdf.push_str(&format!(
        "trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n",
        objects.len() + 1
    ));
    pdf.into_bytes()
}
