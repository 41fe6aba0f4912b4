//! The letter with which the provider tries the mail server.

use warifu_protocol::LocalizedText;

use super::Words;

pub(crate) fn test_letter(service_name: &LocalizedText) -> Words {
    let LocalizedText { ja, en } = service_name;
    Words {
        subject: format!("【{ja}】メール送信の確認"),
        text: format!(
            "「{ja}」のメール送信の設定を確認するためにお送りしました。\n\
             このメールが届いていれば、設定は正しく行われています。\n\n\
             ----------------------------------------\n\n\
             This message was sent to try the mail settings of “{en}”.\n\
             If you can read it, they are right.\n"
        ),
    }
}
