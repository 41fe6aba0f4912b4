//! How the program ends.

use std::process::ExitCode;

/// What the exit code says.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Exit {
    /// Done, and nothing needs attention.
    Good,
    /// It failed; the error's code is printed.
    Failed,
    /// The command line or the standard input was wrong.
    Usage,
    /// Done, but somebody should look.
    Attention,
    /// A certificate cannot be used, or there is none.
    Unusable,
}

impl Exit {
    const ALL: [Self; 5] = [Self::Good, Self::Failed, Self::Usage, Self::Attention, Self::Unusable];

    /// The number that the operating system is told.
    pub(crate) const fn code(self) -> u8 {
        match self {
            Self::Good => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::Attention => 3,
            Self::Unusable => 4,
        }
    }

    const fn meaning(self) -> [&'static str; 2] {
        match self {
            Self::Good => ["done; nothing needs attention", "正常に終了しました"],
            Self::Failed => [
                "failed, or a check of `doctor` did; the error code is printed",
                "失敗しました（doctorでは問題が見つかりました）。エラーコードを表示します",
            ],
            Self::Usage => [
                "wrong usage: an option or a line of standard input is wrong or missing",
                "オプションまたは標準入力の内容に誤りや不足があります",
            ],
            Self::Attention => [
                "done, but please look: something expires soon, is unfinished, or was warned of",
                "終了しましたが、期限間近や処理の中断など、ご確認いただきたい点があります",
            ],
            Self::Unusable => [
                "`status`: a certificate has expired or was revoked, or there is none",
                "status：期限切れ・失効などで使用できない電子証明書があるか、電子証明書がありません",
            ],
        }
    }

    /// The table in the program's help.
    pub(crate) fn table() -> String {
        let mut text = String::from("Exit codes / 終了コード：\n");
        for exit in Self::ALL {
            let [english, japanese] = exit.meaning();
            text.push_str(&format!("  {}  {english}\n     {japanese}\n", exit.code()));
        }
        text
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_in_the_help_once_and_under_its_number() {
        let table = Exit::table();
        for (index, exit) in Exit::ALL.into_iter().enumerate() {
            assert_eq!(usize::from(exit.code()), index);
            assert_eq!(table.matches(&format!("\n  {index}  ")).count(), 1, "{table}");
        }
        assert_eq!(table.lines().count(), 1 + 2 * Exit::ALL.len());
    }
}
