//! What the letters say: Japanese first, then English. No link, no secret, no customer number.

use jiff::{Zoned, tz};
use warifu_protocol::{SupportContact, Timestamp, UserId};

const DAY: i64 = 86_400;

/// A warning before a certificate expires.
#[derive(Debug)]
pub(crate) struct Letter<'a> {
    pub(crate) service_name: &'a str,
    pub(crate) support: &'a SupportContact,
    /// Days before the expiry from which the certificate can be renewed.
    pub(crate) renewal_days: u16,
    pub(crate) customer_name: &'a str,
    /// Whose certificate it is.
    pub(crate) owner: &'a UserId,
    pub(crate) recipient: Recipient<'a>,
    pub(crate) not_after: Timestamp,
    pub(crate) now: Timestamp,
}

/// Who reads it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Recipient<'a> {
    /// The one whose certificate it is.
    Owner,
    /// Somebody who looks after the customer's users.
    Administrator {
        user_id: &'a UserId,
        /// Whether the owner has an address of the own.
        owner_is_told: bool,
    },
}

impl Letter<'_> {
    pub(crate) fn subject(&self) -> String {
        let (service, days) = (self.service_name, self.days_left());
        format!("【{service}】電子証明書の有効期限まであと{days}日です")
    }

    pub(crate) fn text(&self) -> String {
        format!("{}\n----------------------------------------\n\n{}", self.ja(), self.en())
    }

    /// Days until the expiry, the one that has begun included: at the threshold of 28 days it is 28.
    fn days_left(&self) -> i64 {
        (self.not_after - self.now + DAY - 1).div_euclid(DAY)
    }

    /// In Japan, which has no daylight saving time.
    fn expiry(&self) -> Zoned {
        let tokyo = tz::TimeZone::fixed(tz::offset(9));
        jiff::Timestamp::from_second(self.not_after).unwrap_or_default().to_zoned(tokyo)
    }

    fn ja(&self) -> String {
        let service = self.service_name;
        let (addressee, opening, request) = match self.recipient {
            Recipient::Owner => (
                self.owner,
                String::from(
                    "ご利用中の電子証明書の有効期限が近づいておりますので、ご案内申し上げます。",
                ),
                String::from(
                    "お手数ではございますが、有効期限までに、電子証明書を発行したパソコンでWarifuを\
                     起動してログインし、\nメインメニューの「証明書更新」から更新をお願いいたします。",
                ),
            ),
            Recipient::Administrator { user_id, owner_is_told } => (
                user_id,
                String::from(
                    "貴社の担当者さまがご利用中の電子証明書の有効期限が近づいておりますので、\n\
                     管理責任者さまおよびWEB管理担当者さまへご案内申し上げます。",
                ),
                format!(
                    "お手数ではございますが、下記の担当者さまが有効期限までに更新されますよう、\n\
                     お声がけをお願いいたします。\n\
                     更新は、電子証明書を発行したパソコンでWarifuを起動してログインし、\n\
                     メインメニューの「証明書更新」から行えます。{}",
                    if owner_is_told {
                        ""
                    } else {
                        "\n\nなお、この担当者さまはメールアドレスのご登録がないため、ご本人さまへは\
                         お送りしておりません。"
                    }
                ),
            ),
        };
        format!(
            "{customer}\nご担当者さま（ユーザID：{addressee}）\n\n\
             平素より「{service}」をご利用いただき、誠にありがとうございます。\n\n\
             {opening}\n\n\
             \x20 ユーザID  {owner}\n\
             \x20 有効期限  {expiry}（日本時間）\n\
             \x20 残り日数  {days}日\n\n\
             {request}\n\n\
             「証明書更新」は、有効期限の{renewal}日前からメインメニューに表示されます。\n\
             有効期限を過ぎますとログインできなくなり、電子証明書の再発行が必要となりますので、\
             ご注意ください。\n\
             本メールと行き違いで更新がお済みの場合は、何とぞご容赦ください。\n\n\
             【お問い合わせ】\n{support}\n\
             本メールは自動でお送りしております。ご返信いただいてもお答えできませんので、ご了承ください。\n\
             本メールにリンクはございません。パスワードをメールでお尋ねすることもございません。\n",
            customer = self.customer_name,
            owner = self.owner,
            expiry = self.expiry().strftime("%Y年%-m月%-d日 %H:%M"),
            days = self.days_left(),
            renewal = self.renewal_days,
            support = self.support("電話", "メール"),
        )
    }

    fn en(&self) -> String {
        let (addressee, opening, request) = match self.recipient {
            Recipient::Owner => (
                self.owner,
                format!("Your digital certificate for “{}” expires soon.", self.service_name),
                String::from(
                    "Please renew it before then: start Warifu on the PC on which the certificate \
                     was issued, log in,\nand choose “Renew certificate” in the main menu.",
                ),
            ),
            Recipient::Administrator { user_id, owner_is_told } => (
                user_id,
                format!(
                    "The digital certificate of one of your users for “{}” expires soon.\n\
                     We tell you as the primary administrator or a user administrator.",
                    self.service_name
                ),
                format!(
                    "Please make sure that this user renews it before then: by starting Warifu on \
                     the PC on which the\ncertificate was issued, logging in, and choosing “Renew \
                     certificate” in the main menu.{}",
                    if owner_is_told {
                        ""
                    } else {
                        "\nWe could not write to this user, who has no e-mail address with us."
                    }
                ),
            ),
        };
        let days = self.days_left();
        format!(
            "Dear {addressee},\n\n{opening}\n\n\
             \x20 User ID   {owner}\n\
             \x20 Expires   {expiry} (Japan time)\n\
             \x20 Left      {days} {unit}\n\n\
             {request}\n\
             The menu offers this from {renewal} days before the expiry.\n\n\
             After the expiry nobody can log in with the certificate, and it must be issued anew. If it \
             has been renewed\nin the meantime, please disregard this message.\n\n\
             Support\n{support}\n\
             This message was sent automatically; replies are not read. It contains no link, and we \
             never ask for\npasswords by e-mail.\n",
            owner = self.owner,
            expiry = self.expiry().strftime("%-d %B %Y, %H:%M"),
            unit = if days == 1 { "day" } else { "days" },
            renewal = self.renewal_days,
            support = self.support("Telephone", "E-mail"),
        )
    }

    fn support(&self, phone: &str, email: &str) -> String {
        let hours = match self.support.hours.as_str() {
            "" => String::new(),
            hours => format!("（{hours}）"),
        };
        [
            ("", self.support.name.as_str(), ""),
            (phone, self.support.phone.as_str(), hours.as_str()),
            (email, self.support.email.as_str(), ""),
        ]
        .into_iter()
        .filter(|(_, value, _)| !value.is_empty())
        .map(|(label, value, more)| match label {
            "" => format!("  {value}\n"),
            label => format!("  {label} {value}{more}\n"),
        })
        .collect()
    }
}

/// The letter with which the provider tries the mail server.
pub(crate) fn test_letter(service_name: &str) -> (String, String) {
    (
        format!("【{service_name}】メール送信の確認"),
        format!(
            "「{service_name}」のメール送信の設定を確認するためにお送りしました。\n\
             このメールが届いていれば、設定は正しく行われています。\n\n\
             ----------------------------------------\n\n\
             This message was sent to try the mail settings of “{service_name}”.\n\
             If you can read it, they are right.\n"
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter(recipient: Recipient<'_>, left: i64, check: impl FnOnce(String, String)) {
        let support = SupportContact {
            name: String::from("サンプルお問い合わせ窓口"),
            phone: String::from("0120-000-000"),
            email: String::from("support@example.jp"),
            hours: String::from("平日 9:00～17:00"),
        };
        let not_after = 1_795_359_600;
        let letter = Letter {
            service_name: "サンプル電子債権サービス",
            support: &support,
            renewal_days: 28,
            customer_name: "株式会社サンプル商事",
            owner: &"tanaka".parse().unwrap(),
            recipient,
            not_after,
            now: not_after - left,
        };
        check(letter.subject(), letter.text());
    }

    #[test]
    fn the_owner_reads_when_what_and_whom_to_ask_in_both_languages() {
        letter(Recipient::Owner, 28 * DAY, |subject, text| {
            let wanted = "【サンプル電子債権サービス】電子証明書の有効期限まであと28日です";
            assert_eq!(subject, wanted);
            for part in [
                "株式会社サンプル商事\nご担当者さま（ユーザID：tanaka）",
                "有効期限  2026年11月23日",
                "（日本時間）",
                "残り日数  28日",
                "「証明書更新」",
                "電話 0120-000-000（平日 9:00～17:00）",
                "Dear tanaka,",
                "23 November 2026",
                "28 days",
                "E-mail support@example.jp",
            ] {
                assert!(text.contains(part), "{part} is not in\n{text}");
            }
            assert!(!text.contains("http"), "{text}");
            assert!(text.find("平素") < text.find("Dear"), "{text}");
        });
    }

    #[test]
    fn the_days_left_are_those_of_the_threshold_and_never_too_many() {
        for (left, days) in
            [(28 * DAY, 28), (28 * DAY - 60, 28), (27 * DAY, 27), (DAY, 1), (DAY - 1, 1), (1, 1)]
        {
            letter(Recipient::Owner, left, |subject, text| {
                assert!(subject.ends_with(&format!("あと{days}日です")), "{left}: {subject}");
                let unit = if days == 1 { "day\n" } else { "days\n" };
                assert!(text.contains(&format!("Left      {days} {unit}")), "{left}: {text}");
            });
        }
    }

    #[test]
    fn an_administrator_reads_whose_it_is_and_whether_they_know() {
        let administrator = "kanri01".parse().unwrap();
        for owner_is_told in [true, false] {
            let recipient = Recipient::Administrator { user_id: &administrator, owner_is_told };
            letter(recipient, 28 * DAY, |_, text| {
                assert!(text.contains("ご担当者さま（ユーザID：kanri01）"), "{text}");
                assert!(text.contains("ユーザID  tanaka"), "{text}");
                assert!(text.contains("お声がけ"), "{text}");
                assert_eq!(text.contains("ご登録がないため"), !owner_is_told, "{text}");
                assert_eq!(text.contains("no e-mail address"), !owner_is_told, "{text}");
            });
        }
    }
}
