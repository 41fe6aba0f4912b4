//! 「WEBサービスご利用に関するお知らせ」: what a customer receives by post (FAQ 1-1③, 2-2①).

use warifu_protocol::{CustomerNumber, SecretText, SupportContact, Timestamp, UserId};

/// What the notice says.
#[derive(Debug)]
pub(crate) struct Notice<'a> {
    pub(crate) service_name: &'a str,
    pub(crate) support: &'a SupportContact,
    pub(crate) customer_name: &'a str,
    pub(crate) customer_number: &'a CustomerNumber,
    pub(crate) user_id: &'a UserId,
    pub(crate) is_primary: bool,
    pub(crate) initial_password: &'a SecretText,
    pub(crate) issued_at: Timestamp,
}

const TITLE: &str = "WEBサービスご利用に関するお知らせ";

const STEPS: [&str; 5] = [
    "Warifu をパソコンにインストールし、別途お渡しする接続プロファイルを登録してください。",
    "サービストップ画面の「証明書発行」を選択し、下記のお客さま番号、ユーザID、初期パスワードを入力してください。",
    "画面の案内に従って、初期パスワードを変更してください。変更画面には有効時間があります。",
    "電子証明書の発行が完了したら、「ログイン」を選択し、電子証明書を選択してください。",
    "変更後のパスワードを入力して、ログインしてください。",
];

const CAUTIONS: [&str; 4] = [
    "初期パスワードは記号混在の8桁です。大文字・小文字を区別しますので、ご注意ください。",
    "電子証明書は、ユーザIDひとつにつき1台のパソコンにのみ発行できます。",
    "電子証明書を発行するパソコンで、お手続きください。",
    "本書は大切に保管し、第三者の目に触れないようご注意ください。",
];

impl Notice<'_> {
    const fn role(&self) -> &'static str {
        if self.is_primary { "（管理責任者さま）" } else { "" }
    }

    /// The notice as plain text.
    pub(crate) fn text(&self) -> String {
        let steps: String =
            (1..).zip(STEPS).map(|(number, step)| format!("  {number}. {step}\n")).collect();
        let cautions: String = CAUTIONS.iter().map(|line| format!("  ・{line}\n")).collect();
        format!(
            "{TITLE}\n\n{date}\n\n{customer} 御中\n\n{service}をお申し込みいただき、ありがとうございます。\n\
             ご利用に必要な情報を、下記のとおりお知らせいたします。\n\n\
             \x20 お客さま番号    {number}\n\
             \x20 ユーザID        {user}{role}\n\
             \x20 初期パスワード  {password}\n\n\
             【お手続きの流れ】\n{steps}\n【ご注意】\n{cautions}\n\
             【お問い合わせ】\n  {support}\n  電話 {phone}（{hours}）\n  メール {email}\n",
            date = date(self.issued_at),
            customer = self.customer_name,
            service = self.service_name,
            number = self.customer_number,
            user = self.user_id,
            role = self.role(),
            password = self.initial_password.expose(),
            support = self.support.name,
            phone = self.support.phone,
            hours = self.support.hours,
            email = self.support.email,
        )
    }

    /// The notice as a page of A4, with nothing loaded from elsewhere.
    pub(crate) fn html(&self) -> String {
        let item = |text: &&str| format!("<li>{}</li>", escape(text));
        let steps: String = STEPS.iter().map(item).collect();
        let cautions: String = CAUTIONS.iter().map(item).collect();
        format!(
            r#"<!doctype html>
<html lang="ja">
<head>
<meta charset="utf-8">
<title>{TITLE}</title>
<style>
@page {{ size: A4; margin: 22mm 20mm; }}
body {{ font-family: "Yu Mincho", "Hiragino Mincho ProN", "Noto Serif CJK JP", serif; font-size: 11pt; line-height: 1.8; color: #111; max-width: 170mm; margin: 0 auto; }}
h1 {{ font-size: 16pt; text-align: center; letter-spacing: .08em; margin: 12mm 0 10mm; }}
h2 {{ font-size: 12pt; border-bottom: .3mm solid #1f2a5a; margin: 8mm 0 3mm; }}
.date {{ text-align: right; }}
.customer {{ font-size: 13pt; }}
table {{ border-collapse: collapse; width: 100%; margin: 6mm 0; }}
th, td {{ border: .3mm solid #555; padding: 3mm 4mm; text-align: left; }}
th {{ width: 45mm; background: #f1f1ee; font-weight: normal; }}
td {{ font-family: Consolas, "DejaVu Sans Mono", monospace; font-size: 14pt; letter-spacing: .06em; }}
td small {{ font-family: "Yu Mincho", serif; font-size: 10pt; letter-spacing: 0; }}
li {{ break-inside: avoid; }}
</style>
</head>
<body>
<p class="date">{date}</p>
<p class="customer">{customer} 御中</p>
<h1>{TITLE}</h1>
<p>{service}をお申し込みいただき、ありがとうございます。ご利用に必要な情報を、下記のとおりお知らせいたします。</p>
<table>
<tr><th>お客さま番号</th><td>{number}</td></tr>
<tr><th>ユーザID</th><td>{user} <small>{role}</small></td></tr>
<tr><th>初期パスワード</th><td>{password}</td></tr>
</table>
<h2>お手続きの流れ</h2>
<ol>{steps}</ol>
<h2>ご注意</h2>
<ul>{cautions}</ul>
<h2>お問い合わせ</h2>
<p>{support}<br>電話 {phone}（{hours}）<br>メール {email}</p>
</body>
</html>
"#,
            date = date(self.issued_at),
            customer = escape(self.customer_name),
            service = escape(self.service_name),
            number = escape(self.customer_number.as_str()),
            user = escape(self.user_id.as_str()),
            role = self.role(),
            password = escape(self.initial_password.expose()),
            support = escape(&self.support.name),
            phone = escape(&self.support.phone),
            hours = escape(&self.support.hours),
            email = escape(&self.support.email),
        )
    }
}

/// The date in Japan, as 2026年11月23日. Japan has no daylight saving time.
fn date(at: Timestamp) -> String {
    let tokyo = jiff::tz::TimeZone::fixed(jiff::tz::offset(9));
    let date = jiff::Timestamp::from_second(at).unwrap_or_default().to_zoned(tokyo);
    format!("{}年{}月{}日", date.year(), date.month(), date.day())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_shows_every_value_and_no_markup_from_outside() {
        let notice = Notice {
            service_name: "サンプル電子債権サービス",
            support: &SupportContact::default(),
            customer_name: "<b>&株式会社",
            customer_number: &"10000001".parse().unwrap(),
            user_id: &"kanri01".parse().unwrap(),
            is_primary: true,
            initial_password: &String::from("a&b-2/3x").into(),
            issued_at: 1_795_359_600,
        };
        let page = notice.html();
        assert!(page.contains("&lt;b&gt;&amp;株式会社 御中"));
        assert!(page.contains("a&amp;b-2/3x"));
        assert!(page.contains("2026年11月23日"));
        assert!(!page.contains("http"));
        assert!(notice.text().contains("初期パスワード  a&b-2/3x"));
    }
}
