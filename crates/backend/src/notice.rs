//! 「WEBサービスご利用に関するお知らせ」: what a customer receives by post (FAQ 1-1③, 2-2①).

mod page;

use warifu_logo::Logo;
use warifu_protocol::{CustomerNumber, PersonName, SecretText, SupportContact, Timestamp, UserId};

/// Why somebody receives a notice.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Occasion {
    /// The service is new to the customer.
    New,
    /// The certificate is issued anew (FAQ 2-5).
    Reissue,
    /// The lock was taken away; the certificate stays (FAQ 3-2).
    Unlock,
}

/// What the notice says.
#[derive(Debug)]
pub(crate) struct Notice<'a> {
    pub(crate) occasion: Occasion,
    /// The provider's name.
    pub(crate) provider: &'a str,
    pub(crate) logo: Option<&'a Logo>,
    pub(crate) service_name: &'a str,
    pub(crate) support: &'a SupportContact,
    /// Where the app comes from.
    pub(crate) download_url: Option<&'a str>,
    pub(crate) customer_name: &'a str,
    pub(crate) customer_number: &'a CustomerNumber,
    pub(crate) user_id: &'a UserId,
    /// The user's name.
    pub(crate) holder: Option<&'a PersonName>,
    pub(crate) is_primary: bool,
    pub(crate) initial_password: &'a SecretText,
    pub(crate) issued_at: Timestamp,
}

const TITLE: &str = "WEBサービスご利用に関するお知らせ";

const ISSUE: &str = "サービストップの「証明書発行」を押し、上記のお客さま番号、ユーザID、初期パスワードを入力してください。";
const CHANGE: &str =
    "画面の案内に従って、初期パスワードを変更してください。変更画面には制限時間があります。";
const LOG_IN: &str =
    "電子証明書の発行が完了したら、「ログイン」を押し、電子証明書を選択してください。";
const PASSWORD: &str = "変更後のパスワードを入力して、ログインしてください。";

const PASSWORD_RULE: &str =
    "初期パスワードは、英字・数字・記号を含む8文字です。英字の大文字と小文字は区別されます。";
const KEEP: &str = "本書は大切に保管し、第三者の目に触れないようご注意ください。";

impl Notice<'_> {
    const fn role(&self) -> &'static str {
        if self.is_primary { "（管理責任者さま）" } else { "" }
    }

    /// What the notice is about, in one sentence.
    fn opening(&self) -> String {
        match self.occasion {
            Occasion::New => format!(
                "このたびは「{}」をお申し込みいただき、誠にありがとうございます。",
                self.service_name
            ),
            Occasion::Reissue => String::from(
                "電子証明書の再発行のお手続きが完了いたしましたので、新しい初期パスワードをお知らせいたします。",
            ),
            Occasion::Unlock => String::from(
                "ロック解除のお手続きが完了いたしましたので、新しい初期パスワードをお知らせいたします。",
            ),
        }
    }

    const fn announcement(&self) -> &'static str {
        match self.occasion {
            Occasion::New => "ご利用に必要な情報を、下記のとおりお知らせいたします。",
            Occasion::Reissue | Occasion::Unlock => "ご登録の内容は、下記のとおりです。",
        }
    }

    fn steps(&self) -> Vec<String> {
        let install = match self.download_url {
            Some(url) => format!("アプリ「Warifu」（入手先：{url}）をパソコンにインストールし、"),
            None => String::from("アプリ「Warifu」をパソコンにインストールし、"),
        };
        match self.occasion {
            Occasion::New => vec![
                format!("{install}別途お送りする接続プロファイルを登録してください。"),
                ISSUE.to_owned(),
                CHANGE.to_owned(),
                LOG_IN.to_owned(),
                PASSWORD.to_owned(),
            ],
            Occasion::Reissue => vec![
                format!(
                    "これまでの電子証明書は失効しました。別のパソコンをご利用になる場合は、{install}\
                     接続プロファイルを登録してください。"
                ),
                ISSUE.to_owned(),
                CHANGE.to_owned(),
                LOG_IN.to_owned(),
                PASSWORD.to_owned(),
            ],
            Occasion::Unlock => vec![
                String::from(
                    "サービストップの「ログイン」を押し、ご利用中の電子証明書を選択して、\
                     上記の初期パスワードを入力してください。",
                ),
                CHANGE.to_owned(),
                String::from(
                    "次回からは、変更後のパスワードでログインしてください。電子証明書は、そのままご利用いただけます。",
                ),
            ],
        }
    }

    fn cautions(&self) -> Vec<&'static str> {
        let mut cautions = vec![PASSWORD_RULE];
        match self.occasion {
            Occasion::New | Occasion::Reissue => cautions.extend([
                "電子証明書は、ユーザIDひとつにつき1台のパソコンにのみ発行できます。",
                "電子証明書を発行するパソコンで操作してください。",
            ]),
            Occasion::Unlock => {
                cautions.push("これまでのパスワードは、ご利用いただけません。");
            }
        }
        cautions.push(KEEP);
        cautions
    }

    /// The notice as plain text.
    pub(crate) fn text(&self) -> String {
        let steps: String =
            (1..).zip(self.steps()).map(|(number, step)| format!("  {number}. {step}\n")).collect();
        let cautions: String = self.cautions().iter().map(|line| format!("  ・{line}\n")).collect();
        format!(
            "{TITLE}\n\n{date}\n\n{customer} 御中\n{holder}\n{opening}\n{announcement}\n\n\
             \x20 お客さま番号    {number}\n\
             \x20 ユーザID        {user}{role}\n\
             \x20 初期パスワード  {password}\n\n\
             【操作の流れ】\n{steps}\n【ご注意】\n{cautions}\n\
             【お問い合わせ】\n  {provider}\n  {support}\n  電話 {phone}（{hours}）\n  メール {email}\n",
            date = date(self.issued_at),
            customer = self.customer_name,
            holder = self.holder.map_or_else(String::new, |name| format!("{} 様\n", name.as_str())),
            opening = self.opening(),
            announcement = self.announcement(),
            number = self.customer_number,
            user = self.user_id,
            role = self.role(),
            password = self.initial_password.expose(),
            provider = self.provider,
            support = self.support.name,
            phone = self.support.phone,
            hours = self.support.hours,
            email = self.support.email,
        )
    }
}

/// The date in Japan, as 2026年11月23日. Japan has no daylight saving time.
fn date(at: Timestamp) -> String {
    let tokyo = jiff::tz::TimeZone::fixed(jiff::tz::offset(9));
    let date = jiff::Timestamp::from_second(at).unwrap_or_default().to_zoned(tokyo);
    format!("{}年{}月{}日", date.year(), date.month(), date.day())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn logo() -> Logo {
        let drawing = r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 1"><path d="M0 0h2v1z"/></svg>"#;
        Logo::read(drawing.as_bytes().to_vec()).unwrap()
    }

    /// The notice of an occasion, as text and as a page.
    fn said(occasion: Occasion, download_url: Option<&str>) -> [String; 2] {
        let notice = Notice {
            occasion,
            provider: "見本<銀行>",
            logo: Some(&logo()),
            service_name: "サンプル<電子債権>サービス",
            support: &SupportContact::default(),
            download_url,
            customer_name: "<b>&株式会社",
            customer_number: &"10000001".parse().unwrap(),
            user_id: &"kanri01".parse().unwrap(),
            holder: Some(&"佐藤 <花子>".parse().unwrap()),
            is_primary: true,
            initial_password: &String::from("a&b-2/3x").into(),
            issued_at: 1_795_359_600,
        };
        [notice.text(), notice.html()]
    }

    #[test]
    fn the_page_shows_every_value_and_no_markup_from_outside() {
        for occasion in [Occasion::New, Occasion::Reissue, Occasion::Unlock] {
            let [text, page] = said(occasion, None);
            assert!(page.contains("&lt;b&gt;&amp;株式会社 御中"));
            assert!(page.contains("佐藤 &lt;花子&gt; 様") && text.contains("\n佐藤 <花子> 様\n"));
            // A box for each character, which says what it is.
            let boxes = [("a", "小文字"), ("&amp;", "記号"), ("b", "小文字"), ("-", "記号")];
            let boxes = boxes.map(|(character, kind)| {
                format!(r#"<span class="character"><strong>{character}</strong><small>{kind}</small></span>"#)
            });
            assert!(page.contains(&boxes.concat()), "{page}");
            assert!(page.contains(r#"<img class="logo" alt="" src="data:image/svg+xml;base64,"#));
            assert!(page.contains("見本&lt;銀行&gt;") && text.contains("見本<銀行>"));
            assert!(page.contains("2026年11月23日"));
            // Nothing is loaded from elsewhere.
            assert!(!page.contains("http") && !page.contains("url("));
            assert!(!page.contains("<b>") && !page.contains("<電子債権>"));
            assert!(text.contains("初期パスワード  a&b-2/3x"));
            assert!(text.contains("kanri01（管理責任者さま）"));
        }
    }

    #[test]
    fn each_occasion_says_what_happened_and_what_to_do_now() {
        let (issue, log_in) = ("「証明書発行」を押し", "ご利用中の電子証明書を選択");
        let table = [
            (Occasion::New, "お申し込みいただき、誠にありがとうございます", true),
            (Occasion::Reissue, "電子証明書の再発行のお手続きが完了いたしました", true),
            (Occasion::Unlock, "ロック解除のお手続きが完了いたしました", false),
        ];
        for (occasion, opening, issues) in table {
            for said in said(occasion, None) {
                let thanks = said.contains("お申し込み");
                assert!(said.contains(opening), "{said}");
                assert_eq!(thanks, occasion == Occasion::New, "{said}");
                assert_eq!(said.contains(issue), issues, "{said}");
                assert_eq!(said.contains(log_in), !issues, "{said}");
                // The values stand above the steps.
                let (values, steps) = said.split_once("操作の流れ").unwrap();
                assert!(values.contains("10000001") && !values.contains("上記"), "{said}");
                assert!(steps.contains("上記の") && !steps.contains("下記"), "{said}");
                assert!(!said.contains("8桁") && !said.contains("御社"), "{said}");
            }
        }
    }

    #[test]
    fn whoever_may_need_the_app_is_told_where_it_comes_from() {
        let url = "https://www.example.jp/warifu?a=1&b";
        for (occasion, told) in
            [(Occasion::New, true), (Occasion::Reissue, true), (Occasion::Unlock, false)]
        {
            let [text, page] = said(occasion, Some(url));
            assert_eq!(text.contains(url), told);
            assert_eq!(page.contains("https://www.example.jp/warifu?a=1&amp;b"), told);
            // For telephones, which read it from paper.
            assert_eq!(page.contains(r#"<svg class="code""#), told);
            // The app's sheet has the same one.
            assert_eq!(page.contains(&warifu_qr::QrCode::of(url).unwrap().path), told);
        }
    }
}
