//! Japanese.

use warifu_client::view::{
    CheckName, IdentityView, IssuanceStep, ManagedTrouble, RenewalStep, SkipReason, Standing,
    WarningReason,
};
use warifu_protocol::{PasswordChangeReason, PasswordRule, PersonName};
use warifu_record::{NotWhole, Refused};

use super::{Advice, Words};
use crate::trouble::{Refusal, Secret};

pub(super) static WORDS: Words = Words {
    error: "エラー",
    next: "対処方法",
    folder: "データフォルダー",
    app_open: "Warifuのアプリが起動しています。",
    app_open_profile: "Warifuのアプリが起動しています。アプリの画面には、次回の起動時に反映されます。",
    no_profile: "接続プロファイルは登録されていません。",
    managed_problem: "使用できない管理設定",
    why: "理由",
    no_certificate: "このパソコンには、電子証明書がありません。",
    profile: "接続プロファイル",
    certificate: "電子証明書",
    standing_label: "状態",
    validity: "有効期間",
    issuer: "発行者",
    thumbprint: "拇印（SHA-256）",
    renewal_key_ready: "更新が中断されています。「warifu-cli renew」で続きから再開できます。",
    renewal_stored: "更新が完了していません。「warifu-cli renew」で更新を完了してください。パスワードの入力は必要ありません。",
    profile_added: "接続プロファイルを登録しました。",
    profile_removed: "接続プロファイルの登録を解除しました。",
    transfer_code: "移行コード",
    valid_until: "有効期限",
    transfer_next: "新しいパソコンで、アプリの「証明書発行」に入力するか、「warifu-cli issue --customer お客さま番号 --user ユーザID --transfer-code-stdin」に標準入力で渡してください。新しいパソコンでログインするまで、このパソコンも引き続きご利用いただけます。",
    proxy: "プロキシ",
    no_proxy: "サービスへの接続に使用するプロキシはありません。",
    proxy_login_kept: "ユーザ名とパスワードをOSの鍵保管機能に保存しました。「warifu-cli doctor」で接続をご確認ください。",
    proxy_logins_forgotten: "保存されていたプロキシのユーザ名とパスワードを削除しました。",
    issued: "電子証明書を発行しました。",
    password_changed: "パスワードを変更しました。",
    accepted: "電子証明書を確認しました。",
    attempts_left: "ロックまでの残り回数",
    logged_in: "ログインできました。",
    logged_out: "ログアウトしました。",
    not_logged_out: "ログアウトをサービスへ通知できませんでした。一定時間の経過後に、自動的にログアウトされます。",
    password_expires: "パスワードの有効期限",
    finishing: "前回の更新で保存された新しい電子証明書のご利用を開始します。",
    renewed: "電子証明書を更新し、新しい電子証明書のご利用を開始しました。",
    checks_good: "問題は見つかりませんでした。",
    bundle_written: "お問い合わせ用の情報を保存しました",
    ask_password: "パスワード：",
    ask_new_password: "新しいパスワード：",
    ask_new_password_again: "新しいパスワード（確認用）：",
    ask_transfer_code: "移行コード：",
    ask_proxy_password: "プロキシのパスワード：",
    passed: "正常",
    warning: "要確認",
    failed: "問題あり",
    skipped: "未実施",
    retry_after: "再試行できるまでの秒数",
    rules: "満たしていない条件",
    field: "項目",
    at: "日時",
    clock_ahead: "時刻のずれ（秒。遅れている場合は負の値）",
    place: "対象",
    limit: "上限",
    line: "行",
    found: "読み取った内容",
    oldest_version: "ご利用に必要なバージョン",
    request_id: "お問い合わせ番号",
    signed_by: "署名した鍵",
    record_whole: |customer, rows, at| {
        format!(
            "お客さま番号{customer}の操作履歴に、改ざんや欠落はありません（{rows}件、{at}に署名）。"
        )
    },
    labelled: |label, value| format!("{label}：{value}"),
    owner,
    standing,
    period: |from, until| format!("{from} ～ {until}"),
    issuing_for: |enrolment| {
        let person = person(&enrolment.customer_name, enrolment.holder_name.as_ref());
        format!("{person} さまの電子証明書を発行します。")
    },
    checks_bad: |failed, warnings| {
        format!("問題が{failed}件、ご確認いただきたい項目が{warnings}件見つかりました。")
    },
    issuance_step,
    renewal_step,
    change_reason,
    change_first,
    check,
    warning_reason,
    managed_trouble,
    skip_reason,
    rule,
    advice,
    refusal,
    moment: "%Y年%-m月%-d日 %H:%M",
};

fn owner(identity: &IdentityView) -> String {
    let IdentityView { service_name, customer_number, user_id, .. } = identity;
    let person = person(&identity.customer_name, identity.holder_name.as_ref());
    let number = customer_number.as_str();
    let user_id = user_id.as_str();
    format!("{service_name} {person} さま（お客さま番号：{number}、ユーザID：{user_id}）")
}

/// The company, and whom of it, where that is known.
fn person(customer_name: &str, name: Option<&PersonName>) -> String {
    match name {
        Some(name) => format!("{customer_name} {name}"),
        None => customer_name.to_owned(),
    }
}

fn standing(standing: Standing) -> String {
    let left = |days: u32| match days {
        0 | 1 => String::from("有効期限まで24時間以内"),
        days => format!("有効期限まであと{days}日"),
    };
    match standing {
        Standing::Incomplete => String::from("発行未完了"),
        Standing::Usable { days_left } => format!("有効（{}）", left(days_left)),
        Standing::RenewSoon { days_left } => format!("期限間近（{}）", left(days_left)),
        Standing::Expired => String::from("期限切れ"),
        Standing::NotYetValid => String::from("有効期間前"),
        Standing::Revoked => String::from("失効"),
        Standing::Superseded => String::from("切り替え済み"),
    }
}

fn issuance_step(step: IssuanceStep) -> &'static str {
    match step {
        IssuanceStep::MakeKey => "このパソコンで鍵を作成しています。",
        IssuanceStep::Request => "電子証明書を申請しています。",
        IssuanceStep::Verify => "発行された電子証明書を検証しています。",
        IssuanceStep::Store => "このパソコンに保存しています。",
    }
}

fn renewal_step(step: RenewalStep) -> &'static str {
    match step {
        RenewalStep::Obtain => "新しい電子証明書を取得しています。",
        RenewalStep::Store => "このパソコンに保存しています。",
        RenewalStep::StartUse => "新しい電子証明書のご利用を開始しています。",
    }
}

fn change_reason(reason: PasswordChangeReason) -> &'static str {
    match reason {
        PasswordChangeReason::Initial => {
            "初期パスワードを、お客さまご自身で決めたパスワードに変更してください。"
        }
        PasswordChangeReason::Expired => {
            "パスワードの有効期限が過ぎています。新しいパスワードに変更してください。"
        }
    }
}

fn change_first(reason: PasswordChangeReason) -> &'static str {
    match reason {
        PasswordChangeReason::Initial => {
            "パスワードを確認しました。初期パスワードの変更が必要です。アプリからログインして変更してください。"
        }
        PasswordChangeReason::Expired => {
            "パスワードを確認しました。有効期限が過ぎているため、変更が必要です。アプリからログインして変更してください。"
        }
    }
}

fn check(check: CheckName) -> &'static str {
    match check {
        CheckName::NameResolution => "接続先の名前解決（DNS）",
        CheckName::Proxy => "プロキシの確認",
        CheckName::Reachability => "接続先との通信",
        CheckName::TlsVersion => "暗号化通信の方式",
        CheckName::TlsInterception => "暗号化通信の検査の有無",
        CheckName::ServerCertificate => "サーバー証明書の確認",
        CheckName::Backend => "サービスの応答",
        CheckName::Clock => "このパソコンの時計",
        CheckName::LoginPage => "ログイン用ページへの到達",
        CheckName::LoginCertificate => "ログイン用ページのサーバー証明書",
        CheckName::LinkHandler => "ブラウザからWarifuを開くリンク",
        CheckName::DefaultBrowser => "既定のブラウザ",
        CheckName::Keystore => "OSの鍵保管機能",
        CheckName::Key => "電子証明書の鍵（署名の確認）",
        CheckName::CertificateValidity => "電子証明書の有効期間",
        CheckName::CertificateStanding => "電子証明書の利用可否",
        CheckName::Folder => "保存先フォルダー",
        CheckName::DiskSpace => "ディスクの空き容量",
        CheckName::Database => "データベース",
        CheckName::Leftovers => "中断された処理の有無",
    }
}

fn warning_reason(reason: WarningReason) -> &'static str {
    match reason {
        WarningReason::ProxyScript => {
            "このパソコンには自動構成スクリプト（PACファイル）が設定されていますが、Warifuは対応していません。接続できない場合は、貴社のシステム担当部署へプロキシのアドレスをご確認のうえ、アプリの「設定」で指定してください。"
        }
        WarningReason::ProxyExceptions => {
            "プロキシを使用しない接続先の一覧に、Warifuが対応していない記述があります。その接続先には、プロキシ経由で接続します。"
        }
        WarningReason::ResolvedByProxy => {
            "このパソコンでは接続先の名前を解決できませんが、プロキシ経由で接続できます。"
        }
        WarningReason::LinksLeadElsewhere => {
            "ブラウザのリンクからは、Warifuではなく別のアプリが開きます。既定のアプリの設定で、「warifu」のリンクを開くアプリとしてWarifuを選択してください。"
        }
        WarningReason::LinksLeadNowhere => {
            "ブラウザのリンクからWarifuを開くための設定が、このパソコンにありません。Warifuを再度インストールしてください。"
        }
        WarningReason::NoBrowser => {
            "既定のブラウザが設定されていません。パソコンの設定で、既定のブラウザを選択してください。"
        }
        WarningReason::RenewSoon => {
            "電子証明書の更新時期です。「warifu-cli renew」、またはアプリで更新してください。"
        }
        WarningReason::IssuanceUnfinished => {
            "中断された証明書発行があります。「warifu-cli issue --customer お客さま番号 --user ユーザID」、またはアプリで再開してください。"
        }
        WarningReason::RenewalUnfinished => {
            "中断された更新があります。「warifu-cli renew」、またはアプリで完了してください。"
        }
        WarningReason::DiskSpaceLow => "ディスクの空き容量が少なくなっています。",
        WarningReason::OrphanedKeys => {
            "このパソコンのデータに記録のない鍵が残っています。以前のデータを元に戻したときに必要になる場合があるため、削除しません。"
        }
    }
}

fn managed_trouble(trouble: ManagedTrouble) -> &'static str {
    match trouble {
        ManagedTrouble::Unreadable => "読み取れません。",
        ManagedTrouble::Malformed => "ファイルの形式が正しくありません。",
        ManagedTrouble::UnknownSetting => "この名前の設定はありません。",
        ManagedTrouble::WrongType => "値の種類が正しくありません。",
        ManagedTrouble::NotPossible => "指定できない値です。",
        ManagedTrouble::OutdatedProfile => "登録済みの接続プロファイルより古いものです。",
        ManagedTrouble::BadFile => {
            "指定されたファイルが見つからないか、接続プロファイルではありません。"
        }
    }
}

fn skip_reason(reason: SkipReason) -> &'static str {
    match reason {
        SkipReason::EarlierFailure => "前の項目に問題があるため、確認していません。",
        SkipReason::NoProfile => "接続プロファイルが登録されていないため、確認していません。",
        SkipReason::NoCertificate => "電子証明書がないため、確認していません。",
        SkipReason::CertificateUnusable => "使用できない電子証明書のため、確認していません。",
        SkipReason::NoName => "接続先がIPアドレスで指定されているため、確認は不要です。",
        SkipReason::NoLoginPage => {
            "サービスをブラウザで開くためのログイン用ページがないため、確認は不要です。"
        }
        SkipReason::NotSaid => "このパソコンでは、設定を確認できません。",
        SkipReason::NotEncrypted => {
            "このパソコン内の、暗号化されていない接続のため、確認していません。"
        }
    }
}

fn rule(rule: PasswordRule) -> &'static str {
    match rule {
        PasswordRule::Length => "文字数",
        PasswordRule::Characters => "半角の英字・数字・記号のみ",
        PasswordRule::Letter => "半角英字を1文字以上含む",
        PasswordRule::Digit => "半角数字を1文字以上含む",
        PasswordRule::NotRecent => "現在および過去のパスワードと異なる",
        PasswordRule::NotGuessable => "推測されやすいパスワードではない",
    }
}

fn secret(secret: Secret) -> &'static str {
    match secret {
        Secret::Password => "パスワード",
        Secret::NewPassword => "新しいパスワード",
        Secret::TransferCode => "移行コード",
        Secret::ProxyPassword => "プロキシのパスワード",
    }
}

fn advice(advice: Advice) -> &'static str {
    match advice {
        Advice::CheckInput => "入力内容をご確認のうえ、もう一度お試しください。",
        Advice::TypePassword => {
            "パスワードに全角文字や空白などの使用できない文字が含まれているか、長すぎます。送信していないため、間違えた回数には数えられません。半角の英字・数字・記号で、もう一度入力してください。"
        }
        Advice::CheckFile => {
            "ファイルをご確認ください。接続プロファイルは、サービスの窓口から受け取ったファイル（*.warifu.json）をそのままご使用ください。"
        }
        Advice::ChooseOtherPassword => {
            "条件を満たす別のパスワードを入力して、もう一度お試しください。"
        }
        Advice::StartAgain => "もう一度最初からお試しください。",
        Advice::Wait => "時間をおいて、もう一度お試しください。",
        Advice::WaitUntil => {
            "更新できる期間になってから、もう一度お試しください（「日時」が表示されている場合は、その日時以降）。"
        }
        Advice::AskAdministrator => {
            "＜担当者さまの場合＞貴社の管理責任者さま、またはWEB管理担当者さまへ、エラーコードを添えてご連絡ください。＜管理責任者さまの場合＞ロックの解除や電子証明書の再発行は、サービスの窓口へ書面にてお申し込みください。"
        }
        Advice::UseOtherPc => {
            "発行済みのパソコンからログインしてください。このパソコンへ切り替える場合は、旧パソコンの移行コードを「--transfer-code-stdin」で渡してください。発行済みの電子証明書を使用できない場合は、再発行が必要です。＜担当者さまの場合＞貴社の管理責任者さま、またはWEB管理担当者さまへご依頼ください。＜管理責任者さまの場合＞サービスの窓口へ書面にてお申し込みください。"
        }
        Advice::Issue => {
            "「warifu-cli issue --customer お客さま番号 --user ユーザID」、またはアプリの「証明書発行」から電子証明書を取得してください。"
        }
        Advice::UseNewer => {
            "新しい電子証明書をご利用ください。見当たらない場合は、貴社の管理責任者さま、またはWEB管理担当者さま（管理責任者さまの場合は、サービスの窓口）へご連絡ください。"
        }
        Advice::AddProfile => {
            "「warifu-cli profile add ファイル名」で、接続プロファイルを登録してください。"
        }
        Advice::CheckClock => {
            "このパソコンの日付・時刻・タイムゾーンを正しく設定し、もう一度お試しください。"
        }
        Advice::CheckWay => {
            "「warifu-cli doctor」の診断結果を、貴社のシステム担当部署へお伝えください。"
        }
        Advice::TellProxy => {
            "「warifu-cli proxy login --user ユーザ名」、またはアプリで、プロキシのユーザ名とパスワードを入力してください。"
        }
        Advice::MendProxySetting => {
            "プロキシの設定を「http://ホスト名:ポート番号」の形式に修正してください。ご不明な場合は、貴社のシステム担当部署へお問い合わせください。"
        }
        Advice::RenewProfile => {
            "サービスの窓口から最新の接続プロファイルを入手し、「warifu-cli profile add」で追加してください。"
        }
        Advice::Unlock => "OSの鍵保管機能のロックを解除し、Warifuによる使用を許可してください。",
        Advice::Update => {
            "このパソコンのWarifuを新しいバージョンに更新してください。ご不明な場合は、貴社のシステム担当部署へお問い合わせください。"
        }
        Advice::CheckPc => {
            "このパソコンのデータフォルダー、ディスクの空き容量、OSの鍵保管機能の状態について、貴社のシステム担当部署へご相談ください。"
        }
        Advice::AskProvider => "エラーコードを添えて、サービスの窓口へご連絡ください。",
    }
}

fn refusal(refusal: &Refusal) -> String {
    match refusal {
        Refusal::AppOpen => String::from(
            "Warifuのアプリが起動しています。通知領域のアイコンからアプリを終了して、もう一度実行してください。",
        ),
        Refusal::CertificateChoice(_) => String::from(
            "電子証明書が複数あります。「--certificate」で番号または拇印を指定してください。",
        ),
        Refusal::CertificateNotFound => String::from(
            "指定された電子証明書が見つかりません。「warifu-cli status」で番号をご確認ください。",
        ),
        Refusal::ProfileChoice(_) => {
            String::from("接続プロファイルが複数あります。「--profile」で番号を指定してください。")
        }
        Refusal::ProxyChoice(_) => String::from(
            "プロキシが複数あります。「--at」でホスト名とポート番号を指定してください。",
        ),
        Refusal::ProxyNotFound => String::from(
            "該当するプロキシはありません。「warifu-cli proxy list」でご確認ください。",
        ),
        Refusal::ProfileInUse { users } => format!(
            "この接続プロファイルの電子証明書（{users}件）がこのパソコンにあるため、登録を解除できません。"
        ),
        Refusal::InputMissing(Secret::TransferCode) => {
            String::from("移行コードが入力されていません。標準入力の1行目で渡してください。")
        }
        Refusal::InputMissing(what) => format!(
            "{}が入力されていません。端末で入力するか、「--password-stdin」を付けて標準入力から渡してください。",
            secret(*what)
        ),
        Refusal::InputUnreadable(what) => format!(
            "標準入力の{}を読み取れませんでした。UTF-8の文字で、1行に1つずつ渡してください。",
            secret(*what)
        ),
        Refusal::PasswordsDiffer => {
            String::from("新しいパスワードが一致していません。もう一度入力してください。")
        }
        Refusal::FileExists(_) => {
            String::from("同じ名前のファイルがあります。別の名前を指定してください。")
        }
        Refusal::KeyUnreadable(_) => String::from(
            "このファイルには公開鍵がありません。サービスの窓口から受け取った公開鍵（PEM形式）を指定してください。",
        ),
        Refusal::RecordNotWhole(why) => record_not_whole(why),
    }
}

fn record_not_whole(why: &NotWhole) -> String {
    match why {
        NotWhole::Checkpoint(Refused::Unreadable) => String::from(
            "出力された操作履歴のファイルではないか、新しいバージョンのファイルです。ファイルをもう一度お受け取りください。",
        ),
        NotWhole::Checkpoint(Refused::Altered) => String::from(
            "署名が内容と一致しません。操作履歴は改ざんされています。この内容は使用しないでください。",
        ),
        NotWhole::Checkpoint(Refused::OtherKey(key)) => format!(
            "別の鍵（{key}）で署名されています。ファイルを受け取った方法とは別の方法で、サービスの窓口に正しい鍵をご確認ください。"
        ),
        NotWhole::Checkpoint(Refused::OtherBackend) => String::from(
            "別のサービスの操作履歴です。サービスの窓口から正しいファイルをお受け取りください。",
        ),
        NotWhole::Checkpoint(Refused::Future(seconds)) => format!(
            "署名の日時が、現在より{seconds}秒先になっています。このパソコンの時計をご確認ください。"
        ),
        NotWhole::Line(line) => {
            format!("{line}行目を読み取れません。操作履歴は改ざんされています。")
        }
        NotWhole::BrokenAt(row) => {
            format!("{row}件目が、その前の記録と一致しません。操作履歴は改ざんされています。")
        }
        NotWhole::CutOffAfter(row) => format!("{row}件目より後の記録がありません。"),
        NotWhole::NotSigned(row) => {
            format!("{row}件目までの記録が、署名された内容と一致しません。")
        }
    }
}
