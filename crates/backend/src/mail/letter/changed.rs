//! To a user whose address was changed: to the one before, and to the one since.

use warifu_protocol::{EmailAddress, PersonName, UserId};

use super::{Paper, Words, minute_en, minute_ja};
use crate::mail::outbox::AddressChange;

/// What was changed, and what to do if that was somebody else.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Changed<'a> {
    pub(crate) paper: Paper<'a>,
    pub(crate) customer_name: &'a str,
    pub(crate) reader: &'a UserId,
    pub(crate) reader_name: Option<&'a PersonName>,
    pub(crate) change: &'a AddressChange,
    /// Where this letter goes.
    pub(crate) to: &'a EmailAddress,
}

impl Changed<'_> {
    pub(crate) fn words(&self) -> Words {
        let subject = match self.change.former {
            Some(_) => "メールアドレスが変更されました",
            None => "メールアドレスが登録されました",
        };
        self.paper.words(subject, &self.ja(), &self.en())
    }

    /// Whether this is the letter to the address that is used no more.
    fn is_farewell(&self) -> bool {
        self.change.latter != *self.to
    }

    /// An address as the reader of this letter may see it: the own one whole; of another as much as its owner
    /// recognises, since the letter may be read by somebody who has come by the mailbox.
    fn shown(&self, address: &EmailAddress) -> String {
        match address.as_str().rsplit_once('@') {
            Some((local, domain)) if address != self.to => {
                let first = local.chars().next().filter(|_| local.len() > 1);
                format!("{}***@{domain}", first.map(String::from).unwrap_or_default())
            }
            Some(_) | None => address.to_string(),
        }
    }

    fn ja(&self) -> String {
        let Self { customer_name, reader, change, .. } = self;
        let face = self.paper.face;
        let (service, provider) = (&face.service_name.ja, &face.name.ja);
        let person = self.reader_name.map_or_else(
            || format!("ご担当者さま（ユーザID：{reader}）"),
            |name| format!("{name} 様（ユーザID：{reader}）"),
        );
        let (what, before) = match &change.former {
            Some(former) => ("変更", format!("\x20 変更前    {}\n", self.shown(former))),
            None => ("登録", String::new()),
        };
        let since = if self.is_farewell() {
            "有効期限のご案内などは、今後、変更後のメールアドレスへお送りします。"
        } else {
            "有効期限のご案内などは、今後、このメールアドレスへお送りします。"
        };
        format!(
            "{customer_name}\n{person}\n\n\
             平素より「{service}」をご利用いただき、誠にありがとうございます。\n\n\
             次のとおり、Warifuの画面からメールアドレスが{what}されましたので、お知らせいたします。\n\n\
             \x20 ユーザID  {reader}\n\
             \x20 {what}日時  {at}（日本時間）\n\
             {before}\
             \x20 {what}後    {latter}\n\n\
             {since}\n\
             ご本人さまが{what}された場合は、操作は必要ありません。\n\n\
             お心当たりがない場合は、直ちにWarifuのメインメニューの「パスワード変更」からパスワードを変更のうえ、\n\
             次の窓口へご連絡ください。\n\
             ＜担当者さまの場合＞貴社の管理責任者さま、またはWEB管理担当者さま\n\
             ＜管理責任者さまの場合＞{provider}\n\n{end}",
            at = minute_ja(change.at),
            latter = self.shown(&change.latter),
            end = self.paper.end_ja(),
        )
    }

    fn en(&self) -> String {
        let Self { reader, change, .. } = self;
        let face = self.paper.face;
        let (service, provider) = (&face.service_name.en, &face.name.en);
        let person = self.reader_name.map_or_else(|| reader.to_string(), ToString::to_string);
        let (what, label, before) = match &change.former {
            Some(former) => {
                ("changed", "Changed   ", format!("\x20 Before     {}\n", self.shown(former)))
            }
            None => ("registered", "Registered", String::new()),
        };
        let since = if self.is_farewell() {
            "From now on, warnings of expiries and the like go to the new address."
        } else {
            "From now on, warnings of expiries and the like go to this address."
        };
        format!(
            "Dear {person},\n\nYour e-mail address for “{service}” was {what} in Warifu.\n\n\
             \x20 User ID    {reader}\n\
             \x20 {label} {at} (Japan time)\n\
             {before}\
             \x20 Now        {latter}\n\n\
             {since}\nIf it was you, there is nothing to do.\n\n\
             If it was not you, change your password at once (“Change password” in Warifu's main menu) and \
             tell:\n\
             If you are a user: your primary administrator or a user administrator of your company.\n\
             If you are the primary administrator: {provider}.\n\n{end}",
            at = minute_en(change.at),
            latter = self.shown(&change.latter),
            end = self.paper.end_en(),
        )
    }
}
