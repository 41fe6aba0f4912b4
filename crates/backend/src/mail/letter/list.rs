//! Who has not renewed yet: one letter with a list, to those who look after a customer's users, and to the
//! provider's operators.

use warifu_protocol::{PersonName, UserId};
use warifu_store::tables::expiry::Listed;

use super::{Paper, Words, minute_en, minute_ja};

/// A list of certificates that expire soon.
#[derive(Clone, Copy, Debug)]
pub(crate) struct List<'a> {
    pub(crate) paper: Paper<'a>,
    pub(crate) reader: Reader<'a>,
    /// The next to expire first.
    pub(crate) lines: &'a [Listed],
    /// How many there are, if not all have found a place.
    pub(crate) count: u32,
}

/// Who reads it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Reader<'a> {
    /// Somebody who looks after the customer's users.
    Administrator { customer_name: &'a str, user_id: &'a UserId, name: Option<&'a PersonName> },
    /// The provider's operators.
    Operators,
}

impl List<'_> {
    pub(crate) fn words(&self) -> Words {
        let count = self.count;
        let subject = match self.reader {
            Reader::Administrator { .. } => {
                format!("電子証明書の有効期限が近い担当者さまのご案内（{count}名）")
            }
            Reader::Operators => format!("電子証明書の有効期限が迫っているユーザ（{count}名）"),
        };
        self.paper.words(&subject, &self.ja(), &self.en())
    }

    fn ja(&self) -> String {
        let list = self.list_ja();
        match self.reader {
            Reader::Administrator { customer_name, user_id, name } => {
                let person = name.map_or_else(
                    || format!("ご担当者さま（ユーザID：{user_id}）"),
                    |name| format!("{name} 様（ユーザID：{user_id}）"),
                );
                format!(
                    "{customer_name}\n{person}\n\n\
                     平素より「{service}」をご利用いただき、誠にありがとうございます。\n\n\
                     貴社の担当者さまがご利用中の電子証明書の有効期限が近づいておりますので、\n\
                     管理責任者さまおよびWEB管理担当者さまへご案内申し上げます。\n\n\
                     {list}\n\
                     お手数ではございますが、上記の担当者さまが有効期限までに更新されますよう、\
                     お声がけをお願いいたします。\n\
                     更新は、電子証明書を発行したパソコンでWarifuを起動してログインし、\n\
                     メインメニューの「証明書更新」から行えます。\n\
                     有効期限を過ぎますとログインできなくなり、電子証明書の再発行が必要となります。\n\n\
                     {end}",
                    service = self.paper.face.service_name.ja,
                    end = self.paper.end_ja(),
                )
            }
            Reader::Operators => format!(
                "運営担当者各位\n\n\
                 次のユーザの電子証明書は、有効期限が迫っていますが、更新されていません。\n\
                 お客さまの管理責任者さまおよびWEB管理担当者さまへのご案内は、送信済みです。\n\n\
                 {list}\n\
                 必要に応じて、お客さまへご連絡ください。\n\
                 このメールは自動で送信しています。\n"
            ),
        }
    }

    fn list_ja(&self) -> String {
        let mut text = String::new();
        for line in self.lines {
            let left = self.paper.left(line.not_after);
            text.push_str(&format!(
                "  {}\n",
                self.who(line, "お客さま番号：", "ユーザID：", "（", "）")
            ));
            text.push_str(&format!(
                "    有効期限  {}（日本時間）　残り{}\n",
                minute_ja(line.not_after),
                left.ja()
            ));
            if line.is_primary {
                text.push_str("    管理責任者さま\n");
            }
            if !line.has_address {
                text.push_str(
                    "    メールアドレスのご登録がないため、ご本人さまへはお送りしておりません。\n",
                );
            }
        }
        if let Some(more) = self.more() {
            text.push_str(&format!("  ほか{more}名\n"));
        }
        if let Some(line) = self.lines.last() {
            text.push_str(&self.paper.left(line.not_after).note_ja());
        }
        text
    }

    fn en(&self) -> String {
        let list = self.list_en();
        match self.reader {
            Reader::Administrator { user_id, name, .. } => {
                let person = name.map_or_else(|| user_id.to_string(), ToString::to_string);
                format!(
                    "Dear {person},\n\nThe digital certificates of some of your users for “{service}” \
                     expire soon.\nWe tell you as the primary administrator or a user administrator.\n\n\
                     {list}\n\
                     Please make sure that they renew them before then: by starting Warifu on the PC on \
                     which the\ncertificate was issued, logging in, and choosing “Renew certificate” in \
                     the main menu. After the expiry\nnobody can log in with the certificate, and it \
                     must be issued anew.\n\n{end}",
                    service = self.paper.face.service_name.en,
                    end = self.paper.end_en(),
                )
            }
            Reader::Operators => format!(
                "To the operators\n\nThe certificates of these users are about to expire and have not \
                 been renewed. Their administrators\nhave been told.\n\n{list}\n\
                 This message was sent automatically.\n"
            ),
        }
    }

    fn list_en(&self) -> String {
        let mut text = String::new();
        for line in self.lines {
            let left = self.paper.left(line.not_after);
            text.push_str(&format!("  {}\n", self.who(line, "customer ", "user ID: ", " (", ")")));
            text.push_str(&format!(
                "    Expires   {} (Japan time), left: {}\n",
                minute_en(line.not_after),
                left.en()
            ));
            if line.is_primary {
                text.push_str("    the primary administrator\n");
            }
            if !line.has_address {
                text.push_str("    has no e-mail address with us, and was not written to\n");
            }
        }
        if let Some(more) = self.more() {
            text.push_str(&format!("  and {more} more\n"));
        }
        if let Some(line) = self.lines.last() {
            text.push_str(&self.paper.left(line.not_after).note_en());
        }
        text
    }

    /// Whose certificate a line is about; the customer is named to the provider alone.
    fn who(&self, line: &Listed, number: &str, id: &str, open: &str, close: &str) -> String {
        let Listed { customer_number, customer_name, user_id, name, .. } = line;
        let person = match name {
            Some(name) => format!("{name}{open}{id}{user_id}{close}"),
            None => format!("{id}{user_id}"),
        };
        match self.reader {
            Reader::Administrator { .. } => person,
            Reader::Operators => {
                format!("{customer_name}{open}{number}{customer_number}{close} {person}")
            }
        }
    }

    fn more(&self) -> Option<u32> {
        let shown = u32::try_from(self.lines.len()).unwrap_or(u32::MAX);
        self.count.checked_sub(shown).filter(|more| *more > 0)
    }
}
