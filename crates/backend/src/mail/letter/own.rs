//! To a user, about the own certificate or password.

use warifu_protocol::{PersonName, Timestamp, UserId};

use super::{Left, Paper, Words, minute_en, minute_ja};

/// A warning before something of the reader's expires.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Own<'a> {
    pub(crate) paper: Paper<'a>,
    pub(crate) customer_name: &'a str,
    pub(crate) reader: &'a UserId,
    pub(crate) reader_name: Option<&'a PersonName>,
    pub(crate) expires_at: Timestamp,
    pub(crate) what: What,
}

/// What expires.
#[derive(Clone, Copy, Debug)]
pub(crate) enum What {
    Certificate {
        /// Days before the expiry from which it can be renewed.
        renewal_days: u16,
    },
    Password,
}

impl Own<'_> {
    pub(crate) fn words(&self) -> Words {
        let left = self.paper.left(self.expires_at);
        let what = match self.what {
            What::Certificate { .. } => "電子証明書",
            What::Password => "パスワード",
        };
        let subject = format!("{what}の有効期限まであと{}日です", left.days);
        self.paper.words(&subject, &self.ja(left), &self.en(left))
    }

    fn ja(&self, left: Left) -> String {
        let Self { customer_name, reader, .. } = self;
        let service = &self.paper.face.service_name.ja;
        let person = self.reader_name.map_or_else(
            || format!("ご担当者さま（ユーザID：{reader}）"),
            |name| format!("{name} 様（ユーザID：{reader}）"),
        );
        let (what, request, after) = match self.what {
            What::Certificate { renewal_days } => (
                "電子証明書",
                "お手数ではございますが、有効期限までに、電子証明書を発行したパソコンでWarifuを起動して\
                 ログインし、\nメインメニューの「証明書更新」から更新をお願いいたします。",
                format!(
                    "「証明書更新」は、有効期限の{renewal_days}日前からメインメニューに表示されます。\n\
                     有効期限を過ぎますとログインできなくなり、電子証明書の再発行が必要となりますので、\
                     ご注意ください。\n\
                     本メールと行き違いで更新がお済みの場合は、何とぞご容赦ください。"
                ),
            ),
            What::Password => (
                "パスワード",
                "お手数ではございますが、Warifuを起動してログインし、メインメニューの「パスワード変更」から\n\
                 変更をお願いいたします。",
                String::from(
                    "有効期限を過ぎますと、次回のログイン時に変更が必要となります。\n\
                     本メールと行き違いで変更がお済みの場合は、何とぞご容赦ください。",
                ),
            ),
        };
        format!(
            "{customer_name}\n{person}\n\n\
             平素より「{service}」をご利用いただき、誠にありがとうございます。\n\n\
             ご利用中の{what}の有効期限が近づいておりますので、ご案内申し上げます。\n\n\
             \x20 ユーザID  {reader}\n\
             \x20 有効期限  {expiry}（日本時間）\n\
             \x20 残り日数  {days}\n\
             {note}\n\
             {request}\n\n\
             {after}\n\n{end}",
            expiry = minute_ja(self.expires_at),
            days = left.ja(),
            note = left.note_ja(),
            end = self.paper.end_ja(),
        )
    }

    fn en(&self, left: Left) -> String {
        let service = &self.paper.face.service_name.en;
        let reader = self.reader;
        let person = self.reader_name.map_or_else(|| reader.to_string(), ToString::to_string);
        let (what, request, after) = match self.what {
            What::Certificate { renewal_days } => (
                "digital certificate",
                "Please renew it before then: start Warifu on the PC on which the certificate was \
                 issued, log in,\nand choose “Renew certificate” in the main menu.",
                format!(
                    "The menu offers this from {renewal_days} days before the expiry. After the \
                     expiry nobody can log in\nwith the certificate, and it must be issued anew. If \
                     it has been renewed in the meantime, please disregard this message."
                ),
            ),
            What::Password => (
                "password",
                "Please change it before then: start Warifu, log in, and choose “Change password” in \
                 the main menu.",
                String::from(
                    "After the expiry, the next login asks for a new one. If it has been changed in \
                     the meantime, please\ndisregard this message.",
                ),
            ),
        };
        format!(
            "Dear {person},\n\nYour {what} for “{service}” expires soon.\n\n\
             \x20 User ID   {reader}\n\
             \x20 Expires   {expiry} (Japan time)\n\
             \x20 Left      {days}\n\
             {note}\n\
             {request}\n\n\
             {after}\n\n{end}",
            expiry = minute_en(self.expires_at),
            days = left.en(),
            note = left.note_en(),
            end = self.paper.end_en(),
        )
    }
}
