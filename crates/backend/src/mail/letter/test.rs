//! The letter with which the provider tries the mail server.

use super::Words;

pub(crate) fn test_letter(service_name: &str) -> Words {
    Words {
        subject: format!("【{service_name}】メール送信の確認"),
        text: format!(
            "「{service_name}」のメール送信の設定を確認するためにお送りしました。\n\
             このメールが届いていれば、設定は正しく行われています。\n\n\
             ----------------------------------------\n\n\
             This message was sent to try the mail settings of “{service_name}”.\n\
             If you can read it, they are right.\n"
        ),
    }
}
