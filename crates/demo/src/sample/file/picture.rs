//! Pictures in sixteen colours: PNG, not compressed.

use super::crc32;

/// A low sun behind the breakwater, a lighthouse and a boat.
pub(in super::super) fn sunrise() -> Vec<u8> {
    let mut canvas = Canvas::new(560, 260);
    for (band, colour) in [(0, 1), (52, 2), (92, 3), (122, 4), (144, 5)] {
        canvas.rectangle(0, band, 560, 260 - band, colour);
    }
    canvas.disc(380, 150, 46, 6);
    canvas.disc(380, 150, 36, 7);
    canvas.rectangle(0, 164, 560, 96, 8);
    for (y, x, width) in [
        (172, 330, 100),
        (182, 346, 68),
        (194, 322, 84),
        (208, 352, 48),
        (224, 340, 70),
    ] {
        canvas.rectangle(x, y, width, 3, 6);
    }
    for row in 0..6 {
        for wave in 0..7 {
            canvas.rectangle(
                20 + wave * 84 + row * 31 % 60,
                178 + row * 14,
                34 - row * 2,
                2,
                9,
            );
        }
    }
    canvas.triangle((0, 164), (170, 164), (40, 128), 10);
    canvas.triangle((60, 164), (230, 164), (120, 142), 11);
    // The lighthouse.
    canvas.rectangle(96, 66, 22, 80, 12);
    canvas.rectangle(96, 84, 22, 14, 13);
    canvas.rectangle(96, 114, 22, 14, 13);
    canvas.rectangle(92, 60, 30, 7, 10);
    canvas.rectangle(99, 46, 16, 14, 7);
    canvas.triangle((94, 46), (120, 46), (107, 34), 13);
    // The boat.
    canvas.triangle((236, 206), (316, 206), (290, 222), 10);
    canvas.triangle((236, 206), (290, 222), (252, 222), 10);
    canvas.rectangle(272, 138, 3, 68, 11);
    canvas.triangle((277, 142), (277, 200), (310, 200), 12);
    canvas.triangle((269, 150), (269, 200), (244, 200), 14);
    canvas.png(&[
        0x000000, 0x2b3a67, 0x5b4b8a, 0xb5607f, 0xe8876a, 0xf6b26b, 0xffd98e, 0xfff3c9, 0x1f5f74,
        0x2f7d8f, 0x23303a, 0x34444d, 0xf7f4ee, 0xc2453d, 0xf2cfa0, 0xffffff,
    ])
}

/// Pier three from above, with the mooring that is loose.
pub(in super::super) fn pier() -> Vec<u8> {
    let mut canvas = Canvas::new(480, 320);
    canvas.rectangle(0, 0, 480, 320, 1);
    for row in 0..20 {
        for wave in 0..9 {
            canvas.rectangle(wave * 58 + row * 23 % 50, 8 + row * 16, 20, 2, 2);
        }
    }
    canvas.rectangle(0, 0, 480, 46, 3);
    canvas.rectangle(0, 42, 480, 5, 4);
    canvas.rectangle(208, 40, 64, 250, 5);
    for plank in 0..25 {
        canvas.rectangle(208, 48 + plank * 10, 64, 1, 6);
    }
    for (x, y) in [
        (198, 90),
        (198, 180),
        (198, 270),
        (270, 90),
        (270, 180),
        (270, 270),
    ] {
        canvas.disc(x + 5, y, 7, 7);
    }
    canvas.disc(275, 180, 15, 8);
    canvas.disc(275, 180, 11, 5);
    canvas.disc(275, 180, 7, 7);
    for (x, y, colour) in [(96, 120, 9), (330, 150, 10), (84, 228, 11)] {
        canvas.rectangle(x, y, 70, 30, colour);
        canvas.triangle((x + 70, y), (x + 70, y + 29), (x + 96, y + 15), colour);
        canvas.rectangle(x + 12, y + 8, 26, 14, 12);
    }
    canvas.png(&[
        0x000000, 0x2f7d8f, 0x3b8fa1, 0xb9b3a5, 0x8d8778, 0xc79a63, 0x9c7446, 0x3a3027, 0xd93a2f,
        0xf3f1ea, 0xe0b040, 0x274a78, 0x6b7a80, 0xffffff, 0xffffff, 0xffffff,
    ])
}

/// A boat's lines on blue paper.
pub(in super::super) fn plan() -> Vec<u8> {
    let mut canvas = Canvas::new(480, 240);
    canvas.rectangle(0, 0, 480, 240, 1);
    for line in 0..24 {
        canvas.rectangle(line * 20, 0, 1, 240, 2);
        canvas.rectangle(0, line * 20, 480, 1, 2);
    }
    canvas.triangle((60, 120), (420, 120), (360, 176), 3);
    canvas.triangle((60, 120), (360, 176), (120, 176), 3);
    canvas.triangle((66, 123), (410, 123), (357, 172), 1);
    canvas.triangle((66, 123), (357, 172), (122, 172), 1);
    canvas.rectangle(228, 30, 3, 90, 3);
    canvas.triangle((234, 34), (234, 112), (320, 112), 3);
    canvas.triangle((237, 44), (237, 109), (308, 109), 1);
    canvas.rectangle(60, 200, 360, 2, 4);
    for end in [60, 418] {
        canvas.rectangle(end, 192, 2, 18, 4);
    }
    canvas.png(&[
        0x000000, 0x1c3f6e, 0x2b5286, 0xe9f1fb, 0xf0bd6b, 0xffffff, 0xffffff, 0xffffff, 0xffffff,
        0xffffff, 0xffffff, 0xffffff, 0xffffff, 0xffffff, 0xffffff, 0xffffff,
    ])
}

struct Canvas {
    width: i32,
    height: i32,
    pixels: Vec<u8>,
}

impl Canvas {
    fn new(width: i32, height: i32) -> Self {
        Self {
            width,
            height,
            pixels: vec![0; (width * height) as usize],
        }
    }

    fn fill(&mut self, area: (i32, i32, i32, i32), colour: u8, inside: impl Fn(i32, i32) -> bool) {
        let (left, top, right, bottom) = area;
        for y in top.max(0)..bottom.min(self.height) {
            for x in left.max(0)..right.min(self.width) {
                if inside(x, y) {
                    self.pixels[(y * self.width + x) as usize] = colour;
                }
            }
        }
    }

    fn rectangle(&mut self, x: i32, y: i32, width: i32, height: i32, colour: u8) {
        self.fill((x, y, x + width, y + height), colour, |_, _| true);
    }

    fn disc(&mut self, x: i32, y: i32, radius: i32, colour: u8) {
        let area = (x - radius, y - radius, x + radius + 1, y + radius + 1);
        self.fill(area, colour, |px, py| {
            (px - x).pow(2) + (py - y).pow(2) <= radius * radius
        });
    }

    fn triangle(&mut self, a: (i32, i32), b: (i32, i32), c: (i32, i32), colour: u8) {
        let side = |p: (i32, i32), q: (i32, i32), x: i32, y: i32| {
            (q.0 - p.0) * (y - p.1) - (q.1 - p.1) * (x - p.0)
        };
        let area = (
            a.0.min(b.0).min(c.0),
            a.1.min(b.1).min(c.1),
            a.0.max(b.0).max(c.0) + 1,
            a.1.max(b.1).max(c.1) + 1,
        );
        self.fill(area, colour, |x, y| {
            let sides = [side(a, b, x, y), side(b, c, x, y), side(c, a, x, y)];
            sides.iter().all(|s| *s >= 0) || sides.iter().all(|s| *s <= 0)
        });
    }

    /// PNG (ISO 15948): four bits a pixel, in deflate blocks that are stored (RFC 1951 section
    /// 3.2.4).
    fn png(&self, palette: &[u32; 16]) -> Vec<u8> {
        let mut header = Vec::new();
        header.extend_from_slice(&(self.width as u32).to_be_bytes());
        header.extend_from_slice(&(self.height as u32).to_be_bytes());
        header.extend_from_slice(&[4, 3, 0, 0, 0]);
        let colours: Vec<u8> = palette
            .iter()
            .flat_map(|colour| colour.to_be_bytes().into_iter().skip(1))
            .collect();

        let mut rows = Vec::new();
        for row in self.pixels.chunks(self.width as usize) {
            rows.push(0);
            rows.extend(
                row.chunks(2)
                    .map(|pair| pair[0] << 4 | pair.get(1).copied().unwrap_or(0)),
            );
        }
        let mut data = vec![0x78, 0x01];
        let blocks = rows.chunks(0xffff);
        let last = blocks.len().saturating_sub(1);
        for (number, block) in blocks.enumerate() {
            let length = block.len() as u16;
            data.push(u8::from(number == last));
            data.extend_from_slice(&length.to_le_bytes());
            data.extend_from_slice(&(!length).to_le_bytes());
            data.extend_from_slice(block);
        }
        data.extend_from_slice(&adler32(&rows).to_be_bytes());

        let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
        let chunks: [(&[u8], &[u8]); 4] = [
            (b"IHDR", &header),
            (b"PLTE", &colours),
            (b"IDAT", &data),
            (b"IEND", b""),
        ];
        for (kind, body) in chunks {
            file.extend_from_slice(&(body.len() as u32).to_be_bytes());
            file.extend_from_slice(kind);
            file.extend_from_slice(body);
            file.extend_from_slice(&crc32(&[kind, body]).to_be_bytes());
        }
        file
    }
}

/// RFC 1950 section 8.2.
fn adler32(bytes: &[u8]) -> u32 {
    let (a, b) = bytes.iter().fold((1_u32, 0_u32), |(a, b), byte| {
        let a = (a + u32::from(*byte)) % 65_521;
        (a, (b + a) % 65_521)
    });
    b << 16 | a
}
