//! What the pages say.

use super::asker::Language;
use crate::domain::sso::refusal::PageCode;

/// A heading and what follows it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Said {
    pub(super) title: &'static str,
    pub(super) text: &'static str,
}

const fn said(title: &'static str, text: &'static str) -> Said {
    Said { title, text }
}

/// The texts of one language.
#[derive(Debug)]
pub(super) struct Texts {
    pub(super) root: Said,
    pub(super) nowhere: Said,
    pub(super) logged_out: Said,
    pub(super) opening: Said,
    pub(super) ask_app: Said,
    pub(super) waiting: Said,
    pub(super) connection: Said,
    /// Around the name of the entry.
    pub(super) ask: [&'static str; 2],
    pub(super) ask_hint: &'static str,
    /// Around the user and the company.
    pub(super) other: [&'static str; 3],
    pub(super) approve: Said,
    pub(super) nothing_opens: Said,
    pub(super) continued: Said,
    pub(super) not_approved: Said,
    pub(super) too_late: Said,
    /// Around the service's name.
    pub(super) approve_for: [&'static str; 2],
    pub(super) open_app: &'static str,
    pub(super) step_waiting: &'static str,
    pub(super) step_viewed: &'static str,
    pub(super) step_approved: &'static str,
    pub(super) time_left: &'static str,
    pub(super) no_script_waiting: &'static str,
    pub(super) begin_again: &'static str,
    pub(super) logout: Said,
    pub(super) logout_of: [&'static str; 2],
    pub(super) yes: &'static str,
    pub(super) no: &'static str,
    pub(super) log_out: &'static str,
    pub(super) stay: &'static str,
    pub(super) go_on: &'static str,
    pub(super) again: &'static str,
    pub(super) no_script: &'static str,
    pub(super) user_id: &'static str,
    pub(super) customer_name: &'static str,
    pub(super) customer_number: &'static str,
    pub(super) support: &'static str,
    pub(super) code: &'static str,
    pub(super) request_id: &'static str,
}

pub(super) const fn of(language: Language) -> &'static Texts {
    match language {
        Language::Ja => &JA,
        Language::En => &EN,
    }
}

const JA: Texts = Texts {
    root: said(
        "ログインのためのサーバーです",
        "サービスは、Warifuでログインし、メインメニューから開いてください。",
    ),
    nowhere: said("ページが見つかりません", "アドレスが正しくないか、ページがなくなっています。"),
    logged_out: said(
        "ログアウトしました",
        "このブラウザでのログインは終了しています。サービスを使うには、Warifuのメインメニューから開いてください。",
    ),
    opening: said("サービスを開いています", "そのままお待ちください。"),
    ask_app: said(
        "Warifuの画面で確認してください",
        "このブラウザは、初めて使うブラウザです。Warifuに確認の画面が出ていますので、内容を確認してください。確認が済むと、このページは自動で進みます。",
    ),
    waiting: said(
        "前のログインの終了が、まだ伝わっていません",
        "このブラウザでは、別のユーザがログインしていました。次のサービスに終了が伝わるまで、前のユーザの画面が表示されることがあります。",
    ),
    connection: said(
        "通信できませんでした",
        "ネットワークの状態を確認して、「もう一度試す」を押してください。",
    ),
    ask: ["いま、このパソコンのWarifuで「", "」を押しましたか？"],
    ask_hint: "押した覚えがない場合や、次のユーザがご自身でない場合は、「いいえ」を押してください。",
    other: [
        "このブラウザには、いま",
        "（",
        "）がログインしています。「はい」を押すと、そのログインは終了します。",
    ],
    approve: said(
        "Warifuで承認してください",
        "「アプリを開く」を押すと、このパソコンのWarifuに内容が表示されます。内容を確認して承認してください。",
    ),
    nothing_opens: said(
        "アプリが開かないときは",
        "ブラウザに確認が表示されている場合は、アプリを開くことを許可してください。表示されない場合は、Warifuを起動してログインし、メインメニューからサービスを開いてください。",
    ),
    continued: said("別のタブで続いています", "このタブは閉じてかまいません。"),
    not_approved: said("承認されませんでした", "サービスは開いていません。"),
    too_late: said(
        "制限時間を過ぎました",
        "承認されないまま、制限時間を過ぎました。もう一度、最初から操作してください。",
    ),
    approve_for: ["「", "」を使うには、ログインが必要です。"],
    open_app: "アプリを開く",
    step_waiting: "Warifuでの確認を待っています。",
    step_viewed: "Warifuに内容が表示されています。",
    step_approved: "承認されました。サービスを開いています。",
    time_left: "残り時間：",
    no_script_waiting: "承認すると、Warifuが開くページで続きます。このページの表示は変わりません。",
    begin_again: "最初から操作する",
    logout: said(
        "ログアウトしますか？",
        "このブラウザで開いているすべてのサービスからログアウトします。Warifuのログインはそのまま続きます。",
    ),
    logout_of: ["サービス「", "」から、ログアウトの要求がありました。"],
    yes: "はい",
    no: "いいえ",
    log_out: "ログアウトする",
    stay: "ログアウトしない",
    go_on: "このまま続ける",
    again: "もう一度試す",
    no_script: "このページを使うには、ブラウザのJavaScriptを有効にしてください。",
    user_id: "ユーザID",
    customer_name: "お客さま名",
    customer_number: "お客さま番号",
    support: "お問い合わせ窓口",
    code: "コード",
    request_id: "お問い合わせ番号",
};

const EN: Texts = Texts {
    root: said(
        "This server logs users in",
        "To use a service, log in with Warifu and open the service from the main menu.",
    ),
    nowhere: said(
        "There is no such page",
        "The address is not right, or the page is no longer there.",
    ),
    logged_out: said(
        "You are logged out",
        "The login of this browser has ended. To use a service, open it from Warifu's main menu.",
    ),
    opening: said("Opening the service", "Please wait a moment."),
    ask_app: said(
        "Please look at Warifu",
        "This browser is used for the first time. Warifu asks whether you have opened it. When you have \
         answered there, this page goes on by itself.",
    ),
    waiting: said(
        "An earlier login has not ended everywhere",
        "Somebody else was logged in in this browser. Until these services hear that it is over, they may \
         still show the pages of that user.",
    ),
    connection: said("No connection", "Please look at the network, then choose “Try again”."),
    ask: ["Have you just chosen “", "” in Warifu on this PC?"],
    ask_hint: "If you have not, or if you are not the user named here, choose “No”.",
    other: ["In this browser, ", " (", ") is logged in now. If you choose “Yes”, that login ends."],
    approve: said(
        "Please approve this in Warifu",
        "Choose “Open the app”. Warifu on this PC then shows what is asked; look at it, and approve it there.",
    ),
    nothing_opens: said(
        "If no app opens",
        "If the browser asks, allow it to open the app. If nothing appears, start Warifu, log in, and open the \
         service from the main menu.",
    ),
    continued: said("This goes on in another tab", "You can close this one."),
    not_approved: said("It was not approved", "The service was not opened."),
    too_late: said("The time is over", "Nobody approved it in time. Please begin again."),
    approve_for: ["To use “", "”, a login is needed."],
    open_app: "Open the app",
    step_waiting: "Waiting for Warifu.",
    step_viewed: "Warifu shows what is asked.",
    step_approved: "Approved. Opening the service.",
    time_left: "Time left: ",
    no_script_waiting: "After the approval, the page that Warifu opens goes on. This page does not change.",
    begin_again: "Begin again",
    logout: said(
        "Do you want to log out?",
        "This logs you out of every service that is open in this browser. The login in Warifu goes on.",
    ),
    logout_of: ["The service “", "” asks for it."],
    yes: "Yes",
    no: "No",
    log_out: "Log out",
    stay: "Stay logged in",
    go_on: "Go on",
    again: "Try again",
    no_script: "To use this page, please allow JavaScript in your browser.",
    user_id: "User ID",
    customer_name: "Customer name",
    customer_number: "Customer number",
    support: "Support",
    code: "Code",
    request_id: "Reference for support",
};

/// Why somebody is not let in, and what to do.
pub(super) const fn refusal(code: PageCode, language: Language) -> Said {
    match language {
        Language::Ja => refusal_ja(code),
        Language::En => refusal_en(code),
    }
}

const fn refusal_ja(code: PageCode) -> Said {
    match code {
        PageCode::LoginExpired => said(
            "ログインしてください",
            "ログインが終了しているか、まだ行われていません。Warifuでログインし、メインメニューからサービスを開いてください。",
        ),
        PageCode::HandoffUsed => said(
            "このアドレスは使用済みです",
            "Warifuが開くアドレスは、1回だけ使用できます。メインメニューから、もう一度開いてください。お心当たりがない場合は、お問い合わせ窓口へご連絡ください。",
        ),
        PageCode::NotFromApp => said(
            "Warifuから開いてください",
            "このページは、Warifuのメインメニューから開いたときにだけ使用できます。ほかのページやメールからは開けません。",
        ),
        PageCode::OtherBrowser => said(
            "別のブラウザで始められたログインです",
            "この承認は、別のブラウザで始められたログインに対するものです。このブラウザではログインできません。サービスのページをこのブラウザで開き、もう一度ログインしてください。お心当たりがない場合は、お問い合わせ窓口へご連絡ください。",
        ),
        PageCode::Declined => said(
            "サービスを開きませんでした",
            "確認で「いいえ」が選ばれました。開く場合は、Warifuのメインメニューから、もう一度開いてください。",
        ),
        PageCode::PermissionMissing => said(
            "このサービスを使用する権限がありません",
            "必要な権限について、貴社のWEB管理担当者さまへご確認ください。",
        ),
        PageCode::AccountSuspended => {
            said("このユーザは利用停止中です", "貴社のWEB管理担当者さまへご連絡ください。")
        }
        PageCode::ServiceUnknown => said(
            "登録されていないサービスです",
            "サービスの名前、または戻り先のアドレスが登録されていません。お問い合わせ窓口へご連絡ください。",
        ),
        PageCode::RequestInvalid => said(
            "要求を処理できません",
            "要求の内容に誤りがあります。Warifuのメインメニューから、もう一度開いてください。",
        ),
        PageCode::TooManyAttempts => said(
            "しばらくお待ちください",
            "短い時間に多くの要求がありました。1分ほど待ってから、もう一度お試しください。",
        ),
        PageCode::BackendFailed => said(
            "処理できませんでした",
            "サーバーで問題が発生しました。しばらく待ってから、もう一度お試しください。続く場合は、お問い合わせ番号を添えて、お問い合わせ窓口へご連絡ください。",
        ),
    }
}

const fn refusal_en(code: PageCode) -> Said {
    match code {
        PageCode::LoginExpired => said(
            "Please log in",
            "The login has ended, or there was none. Log in with Warifu and open the service from the main \
             menu.",
        ),
        PageCode::HandoffUsed => said(
            "This address has been used",
            "An address that Warifu opens is good once. Open the service from the main menu again. If you \
             did not expect this, please contact support.",
        ),
        PageCode::NotFromApp => said(
            "Please open this from Warifu",
            "This page works only when Warifu's main menu opens it, not from other pages or mails.",
        ),
        PageCode::OtherBrowser => said(
            "This login was begun in another browser",
            "What was approved belongs to another browser, so this one is not logged in. Open the service's \
             page in this browser and log in again. If you did not expect this, please contact support.",
        ),
        PageCode::Declined => said(
            "The service was not opened",
            "“No” was chosen. To open it, choose it in Warifu's main menu again.",
        ),
        PageCode::PermissionMissing => said(
            "You may not use this service",
            "Please ask your company's administrator for the permission.",
        ),
        PageCode::AccountSuspended => {
            said("This user is suspended", "Please contact your company's administrator.")
        }
        PageCode::ServiceUnknown => said(
            "This service is not registered",
            "The service's name, or the address to return to, is not registered. Please contact support.",
        ),
        PageCode::RequestInvalid => said(
            "This request cannot be used",
            "The request is not right. Open the service from Warifu's main menu again.",
        ),
        PageCode::TooManyAttempts => said(
            "Please wait a moment",
            "Too much was asked within a short time. Wait for about a minute and try again.",
        ),
        PageCode::BackendFailed => said(
            "Something went wrong",
            "The server has a problem. Wait for a while and try again. If it goes on, please contact support \
             with the reference.",
        ),
    }
}
