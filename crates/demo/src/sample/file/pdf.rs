//! A page of text as PDF 1.4 (ISO 32000): catalogue, pages, page, content, font.

/// One page with a heading and lines of ASCII text.
pub(in super::super) fn pdf(heading: &str, lines: &[&str]) -> Vec<u8> {
    let mut content = format!(
        "BT /F1 20 Tf 64 760 Td ({}) Tj /F1 11 Tf 0 -36 Td\n",
        escaped(heading)
    );
    for line in lines {
        content.push_str(&format!("({}) Tj 0 -17 Td\n", escaped(line)));
    }
    content.push_str("ET\n0.04 0.42 0.39 RG 2 w 64 748 m 531 748 l S\n");
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R \
         /Resources << /Font << /F1 5 0 R >> >> >>"
            .to_owned(),
        format!(
            "<< /Length {} >>\nstream\n{content}endstream",
            content.len()
        ),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
    ];
    let mut file = "%PDF-1.4\n".to_owned();
    let mut table = "0000000000 65535 f \n".to_owned();
    for (object, number) in objects.iter().zip(1..) {
        table.push_str(&format!("{:010} 00000 n \n", file.len()));
        file.push_str(&format!("{number} 0 obj\n{object}\nendobj\n"));
    }
    let start = file.len();
    file.push_str(&format!(
        "xref\n0 6\n{table}trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"
    ));
    file.into_bytes()
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('(', "\\(")
        .replace(')', "\\)")
}
