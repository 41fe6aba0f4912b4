//! The notice as a page of A4, like the one that the app prints.

use std::fmt::Write as _;

use warifu_qr::QrCode;

use super::{Notice, Occasion, TITLE, date};

const STYLE: &str = r#"
@page { size: A4; margin: 16mm 18mm; }
body { font-family: "BIZ UDPGothic", "Yu Gothic", "Hiragino Sans", "Noto Sans CJK JP", sans-serif; font-size: 10pt; line-height: 1.6; color: #000; max-width: 174mm; margin: 0 auto; }
header { display: flex; align-items: center; gap: 4mm; border-bottom: .3mm solid #000; padding-bottom: 3mm; }
.logo { height: 12mm; max-width: 60mm; object-fit: contain; }
.provider { font-size: 12pt; font-weight: bold; }
h1 { font-size: 17pt; text-align: center; letter-spacing: .04em; margin: 6mm 0 5mm; }
h2 { font-size: 12pt; line-height: 1.3; margin: 6mm 0 2mm; padding-left: 3mm; border-left: 1.2mm solid #000; }
.date { text-align: right; margin: 4mm 0 0; }
.customer { font-size: 13pt; margin: 2mm 0; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; margin: 4mm 0; }
th, td { border: .3mm solid #000; padding: 2mm 3mm; text-align: left; }
th { width: 38mm; font-weight: bold; }
td { font-family: Consolas, "DejaVu Sans Mono", monospace; font-size: 13pt; letter-spacing: .04em; }
td > small { font-family: "BIZ UDPGothic", "Yu Gothic", sans-serif; font-size: 10pt; letter-spacing: 0; }
.characters { display: flex; flex-wrap: wrap; gap: 1mm; }
.character { display: inline-flex; flex-direction: column; align-items: center; min-width: 10.5mm; padding: .6mm; border: .2mm solid #808080; letter-spacing: 0; }
.character strong { font-size: 17pt; line-height: 1.3; }
.character small { font-family: "BIZ UDPGothic", "Yu Gothic", sans-serif; font-size: 7.5pt; line-height: 1.3; }
ol, ul { margin: 0; padding-left: 7mm; }
li { break-inside: avoid; margin-bottom: 1mm; overflow-wrap: anywhere; }
.app { display: flex; align-items: center; gap: 5mm; margin-top: 3mm; break-inside: avoid; }
.code { width: 26mm; height: 26mm; flex: none; }
"#;

impl Notice<'_> {
    /// The notice as a page, with nothing loaded from elsewhere.
    pub(crate) fn html(&self) -> String {
        let item = |text: &str| format!("<li>{}</li>", escape(text));
        let steps: String = self.steps().iter().map(|step| item(step)).collect();
        let cautions: String = self.cautions().into_iter().map(item).collect();
        let logo = self.logo.map_or_else(String::new, |logo| {
            format!(r#"<img class="logo" alt="" src="{}">"#, logo.data_url())
        });
        format!(
            r#"<!doctype html>
<html lang="ja">
<head>
<meta charset="utf-8">
<title>{TITLE}</title>
<style>{STYLE}</style>
</head>
<body>
<header>{logo}<span class="provider">{provider}</span></header>
<p class="date">{date}</p>
<p class="customer">{customer} 御中{holder}</p>
<h1>{TITLE}</h1>
<p>{opening}{announcement}</p>
<table>
<tr><th>お客さま番号</th><td>{number}</td></tr>
<tr><th>ユーザID</th><td>{user} <small>{role}</small></td></tr>
<tr><th>初期パスワード</th><td><div class="characters">{characters}</div></td></tr>
</table>
<h2>操作の流れ</h2>
<ol>{steps}</ol>{app}
<h2>ご注意</h2>
<ul>{cautions}</ul>
<h2>お問い合わせ</h2>
<p>{provider}<br>{support}<br>電話 {phone}（{hours}）<br>メール {email}</p>
</body>
</html>
"#,
            provider = escape(self.provider),
            date = date(self.issued_at),
            customer = escape(self.customer_name),
            holder = self
                .holder
                .map_or_else(String::new, |name| { format!("<br>{} 様", escape(name.as_str())) }),
            opening = escape(&self.opening()),
            announcement = escape(self.announcement()),
            number = escape(self.customer_number.as_str()),
            user = escape(self.user_id.as_str()),
            role = self.role(),
            characters = characters(self.initial_password.expose()),
            app = self.app(),
            support = escape(&self.support.name),
            phone = escape(&self.support.phone),
            hours = escape(&self.support.hours),
            email = escape(&self.support.email),
        )
    }

    /// Where the app comes from, as a telephone reads it; nothing for whoever has it.
    fn app(&self) -> String {
        let (Some(url), Occasion::New | Occasion::Reissue) = (self.download_url, self.occasion)
        else {
            return String::new();
        };
        code(url).map_or_else(String::new, |code| {
            format!(
                r#"<div class="app">{code}<p>アプリ「Warifu」の入手先<br>{}</p></div>"#,
                escape(url)
            )
        })
    }
}

/// A box for each character of a password, and what it is: nobody has to guess whether it is O or 0.
fn characters(password: &str) -> String {
    let mut boxes = String::new();
    for character in password.chars() {
        let kind = match character {
            'A'..='Z' => "大文字",
            'a'..='z' => "小文字",
            '0'..='9' => "数字",
            _ => "記号",
        };
        let shown = escape(character.encode_utf8(&mut [0; 4]));
        // Writing to a string does not fail.
        let _ = write!(
            boxes,
            r#"<span class="character"><strong>{shown}</strong><small>{kind}</small></span>"#
        );
    }
    boxes
}

/// A QR code as a drawing; none of a text that is too long for one.
fn code(text: &str) -> Option<String> {
    let QrCode { side, path } = QrCode::of(text)?;
    Some(format!(
        r#"<svg class="code" viewBox="0 0 {side} {side}" role="img" aria-label="QRコード"><path d="{path}"/></svg>"#
    ))
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}
