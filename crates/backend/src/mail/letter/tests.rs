use warifu_protocol::{LocalizedText, ProviderContact};
use warifu_store::tables::expiry::Listed;

use super::*;
use crate::mail::outbox::AddressChange;

/// Monday, 23 November 2026, 10:00 in Japan, a holiday.
const END: Timestamp = 1_795_395_600;

fn text(ja: &str, en: &str) -> LocalizedText {
    LocalizedText { ja: ja.to_owned(), en: en.to_owned() }
}

fn face() -> Provider {
    Provider {
        name: text("見本銀行", "Sample Bank"),
        service_name: text("サンプル電子債権サービス", "Sample Receivables"),
        accent: None,
        logo: None,
        contact: ProviderContact {
            name: text("サンプルお問い合わせ窓口", "Sample Help Desk"),
            phone: String::from("0120-000-000"),
            email: String::from("support@example.jp"),
            hours: text("平日 9:00～17:00", "Mon–Fri, 9:00–17:00"),
        },
    }
}

fn own(what: What, name: Option<&str>, end: Timestamp, left: i64) -> Words {
    let name = name.map(|name| name.parse().unwrap());
    let own = Own {
        paper: Paper { face: &face(), now: end - left },
        customer_name: "株式会社サンプル商事",
        reader: &"tanaka".parse().unwrap(),
        reader_name: name.as_ref(),
        expires_at: end,
        what,
    };
    own.words()
}

fn certificate(left: i64) -> Words {
    own(What::Certificate { renewal_days: 28 }, None, END, left)
}

fn has(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
    assert!(!text.contains("http"), "{text}");
    assert!(text.find("平素") < text.find("Dear"), "{text}");
}

#[test]
fn the_owner_reads_when_what_and_whom_to_ask_in_both_languages() {
    let Words { subject, text } = certificate(28 * DAY);
    assert_eq!(subject, "【サンプル電子債権サービス】電子証明書の有効期限まであと28日です");
    has(
        &text,
        &[
            "株式会社サンプル商事\nご担当者さま（ユーザID：tanaka）",
            "有効期限  2026年11月23日 10:00（日本時間）",
            "残り日数  28日",
            "「証明書更新」",
            "電話 0120-000-000（平日 9:00～17:00）",
            "Dear tanaka,",
            "23 November 2026",
            "28 days",
            "E-mail support@example.jp",
            "平素より「サンプル電子債権サービス」",
            "for “Sample Receivables” expires",
            "  見本銀行\n  サンプルお問い合わせ窓口\n",
            "  Sample Bank\n  Sample Help Desk\n",
            "Telephone 0120-000-000 (Mon–Fri, 9:00–17:00)",
        ],
    );
    let named = own(What::Certificate { renewal_days: 28 }, Some("佐藤 花子"), END, DAY).text;
    has(&named, &["佐藤 花子 様（ユーザID：tanaka）", "Dear 佐藤 花子,"]);
}

#[test]
fn a_password_is_changed_and_not_renewed() {
    let Words { subject, text } = own(What::Password, None, END, 9 * DAY);
    assert_eq!(subject, "【サンプル電子債権サービス】パスワードの有効期限まであと9日です");
    has(&text, &["「パスワード変更」", "“Change password”", "次回のログイン時に変更"]);
    assert!(!text.contains("証明書更新") && !text.contains("再発行"), "{text}");
}

#[test]
fn the_days_left_are_never_too_many_and_business_days_are_counted_too() {
    let table = [
        (28 * DAY, 28, "28日（期限前の営業日は19日）", "28 days (19 business days before it)"),
        (27 * DAY, 27, "27日（期限前の営業日は18日）", "27 days (18 business days before it)"),
        // Friday, with a weekend and a holiday to come.
        (3 * DAY, 3, "3日（期限前の営業日は1日）", "3 days (1 business day before it)"),
        (2 * DAY, 2, "2日（期限前の営業日はありません）", "2 days (no business day before it)"),
        (1, 1, "1日（期限前の営業日はありません）", "1 day (no business day before it)"),
    ];
    for (left, days, ja, en) in table {
        let Words { subject, text } = certificate(left);
        assert!(subject.ends_with(&format!("あと{days}日です")), "{left}: {subject}");
        has(&text, &[&format!("残り日数  {ja}\n"), &format!("Left      {en}\n")]);
        assert!(!text.contains('※'), "{text}");
    }
}

#[test]
fn a_year_whose_holidays_are_not_announced_is_named() {
    for (year, ja, en) in [
        (2031, "※2031年の祝日は公表されていない", "The holidays of 2031 are not announced"),
        (2101, "※2101年の祝日が不明", "The holidays of 2101 are not known"),
    ] {
        let end = warifu_calendar::opening(jiff::civil::date(year, 6, 10));
        let text = own(What::Certificate { renewal_days: 28 }, None, end, 3 * DAY).text;
        has(&text, &[ja, en]);
    }
}

fn listed(id: &str, name: Option<&str>, days: i64) -> Listed {
    Listed {
        customer_number: String::from("10000001"),
        customer_name: String::from("株式会社サンプル商事"),
        user_id: id.parse().unwrap(),
        name: name.map(|name| name.parse().unwrap()),
        has_address: id != "suzuki",
        is_primary: id == "kanri01",
        not_after: END + days * DAY,
    }
}

fn changed(former: Option<&str>, to: &str) -> Words {
    let face = face();
    let changed = Changed {
        paper: Paper { face: &face, now: END },
        customer_name: "株式会社サンプル商事",
        reader: &"tanaka".parse().unwrap(),
        reader_name: None,
        change: &AddressChange {
            at: END - DAY,
            former: former.map(|former| former.parse().unwrap()),
            latter: "thief@example.com".parse().unwrap(),
        },
        to: &to.parse().unwrap(),
    };
    changed.words()
}

#[test]
fn a_changed_address_is_told_of_with_what_to_do_if_it_was_somebody_else() {
    let Words { subject, text } = changed(Some("hanako@example.jp"), "hanako@example.jp");
    assert_eq!(subject, "【サンプル電子債権サービス】メールアドレスが変更されました");
    has(
        &text,
        &[
            "ユーザID  tanaka\n  変更日時  2026年11月22日 10:00（日本時間）\n",
            "変更前    hanako@example.jp\n  変更後    t***@example.com\n",
            "「パスワード変更」からパスワードを変更",
            "＜担当者さまの場合＞貴社の管理責任者さま、またはWEB管理担当者さま",
            "＜管理責任者さまの場合＞見本銀行\n",
            "電話 0120-000-000（平日 9:00～17:00）",
            "22 November 2026, 10:00",
            "Before     hanako@example.jp\n  Now        t***@example.com\n",
            "go to the new address",
            "change your password at once",
            "your primary administrator or a user administrator",
            "If you are the primary administrator: Sample Bank.",
        ],
    );
    assert!(!text.contains("thief"), "whoever has the old mailbox need not know: {text}");
    let new = changed(Some("hanako@example.jp"), "thief@example.com").text;
    has(
        &new,
        &["変更前    h***@example.jp\n  変更後    thief@example.com\n", "go to this address"],
    );
    assert!(!new.contains("hanako"), "{new}");
    let Words { subject, text } = changed(None, "thief@example.com");
    assert!(subject.ends_with("メールアドレスが登録されました"), "{subject}");
    has(&text, &["登録後    thief@example.com", "was registered in Warifu"]);
    assert!(!text.contains("変更前") && !text.contains("Before"), "{text}");
    // One letter before the @ would be the whole of it.
    let short = changed(Some("h@example.jp"), "thief@example.com").text;
    has(&short, &["変更前    ***@example.jp"]);
}

fn list(reader: Reader<'_>, lines: &[Listed], count: u32) -> Words {
    let face = face();
    let paper = Paper { face: &face, now: END - 5 * DAY };
    List { paper, reader, lines, count }.words()
}

#[test]
fn a_provider_whose_help_desk_bears_its_name_is_named_once() {
    let face = Provider { name: face().contact.name, ..face() };
    let paper = Paper { face: &face, now: END };
    for (text, name) in
        [(paper.end_ja(), "サンプルお問い合わせ窓口"), (paper.end_en(), "Sample Help Desk")]
    {
        assert_eq!(text.matches(name).count(), 1, "{text}");
    }
}

#[test]
fn an_administrator_reads_in_one_letter_whose_they_are_and_whether_they_know() {
    let lines = [
        listed("tanaka", Some("田中 一郎"), 0),
        listed("suzuki", None, 1),
        listed("kanri01", None, 2),
    ];
    let user_id = "sato".parse().unwrap();
    let name = "佐藤 花子".parse().unwrap();
    let reader = Reader::Administrator {
        customer_name: "株式会社サンプル商事",
        user_id: &user_id,
        name: Some(&name),
    };
    let Words { subject, text } = list(reader, &lines, 7);
    assert_eq!(
        subject,
        "【サンプル電子債権サービス】電子証明書の有効期限が近い担当者さまのご案内（7名）"
    );
    has(
        &text,
        &[
            "佐藤 花子 様（ユーザID：sato）",
            "  田中 一郎（ユーザID：tanaka）\n    有効期限  2026年11月23日 10:00（日本時間）",
            "  ユーザID：suzuki\n",
            "ご登録がないため、ご本人さまへはお送りしておりません。",
            "管理責任者さま\n",
            "ほか4名",
            "お声がけ",
            "Dear 佐藤 花子,",
            "田中 一郎 (user ID: tanaka)",
            "has no e-mail address",
            "and 4 more",
        ],
    );
    assert!(!text.contains("10000001"), "no customer number: {text}");
    assert!(text.find("tanaka") < text.find("suzuki"), "{text}");
    assert_eq!(text.matches("ご登録がない").count(), 1);
}

#[test]
fn operators_read_which_customer_it_is() {
    let lines = [listed("tanaka", None, 0)];
    let Words { subject, text } = list(Reader::Operators, &lines, 1);
    assert!(subject.ends_with("電子証明書の有効期限が迫っているユーザ（1名）"), "{subject}");
    for part in
        ["株式会社サンプル商事（お客さま番号：10000001） ユーザID：tanaka", "(customer 10000001)"]
    {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
    assert!(!text.contains("ほか") && !text.contains("more"), "{text}");
}
