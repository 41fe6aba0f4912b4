//! The one definition of every managed setting. The programs read by it; the ADMX, its two ADML files
//! and the documentation are written from it by `cargo xtask codegen`.

/// A setting that can be managed.
#[derive(Debug, Eq, PartialEq)]
pub struct Setting {
    /// Its name, in the registry and in `managed.toml`.
    pub name: &'static str,
    /// What it can be set to.
    pub kind: Kind,
    /// What it is called.
    pub title: Text,
    /// What it does, in sentences, for the IT department.
    pub help: Text,
}

/// What a setting can be set to.
#[derive(Debug, Eq, PartialEq)]
pub enum Kind {
    /// On or off: `REG_DWORD` 1 or 0; `true` or `false`.
    Toggle,
    /// One of these: `REG_SZ`; a string.
    Choice(&'static [Choice]),
    /// A text of at most [`MAX_TEXT`] characters: `REG_SZ`; a string.
    Text,
    /// The path of a file: `REG_SZ` or `REG_EXPAND_SZ`; a string.
    Path,
}

/// One of the values of a setting.
#[derive(Debug, Eq, PartialEq)]
pub struct Choice {
    /// As it is written.
    pub value: &'static str,
    /// What it means.
    pub title: Text,
}

/// The same in both languages.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Text {
    /// Japanese.
    pub ja: &'static str,
    /// English.
    pub en: &'static str,
}

const fn text(ja: &'static str, en: &'static str) -> Text {
    Text { ja, en }
}

/// The longest text that a setting takes, in characters.
pub const MAX_TEXT: usize = 500;

/// The key in the registry, below `HKEY_LOCAL_MACHINE`.
pub const REGISTRY_KEY: &str = r"Software\Policies\Warifu";

/// The connection profile that everybody gets.
pub static CONNECTION_PROFILE: Setting = Setting {
    name: "ConnectionProfile",
    kind: Kind::Path,
    title: text("接続プロファイルのファイル", "File of the connection profile"),
    help: text(
        "サービスの窓口から受け取った接続プロファイルのファイルのパスを指定します。起動のたびに読み込まれ、利用者による追加は不要になります。管理者権限のない利用者が書き込めない場所に置いてください。",
        "The path of the connection profile that you received from the service's help desk. It is read at each start, and nobody has to add it. Keep it where only administrators can write.",
    ),
};

/// Whether users may add other connection profiles.
pub static ONLY_MANAGED_PROFILE: Setting = Setting {
    name: "OnlyManagedProfile",
    kind: Kind::Toggle,
    title: text("利用者による接続プロファイルの追加の禁止", "No other connection profiles"),
    help: text(
        "有効にすると、利用者は接続プロファイルを追加できません。「接続プロファイルのファイル」で指定したものと、プログラムと同じ場所に置いたものは、引き続き読み込まれます。すでに追加されている接続プロファイルは削除されません。",
        "If enabled, users cannot add connection profiles. The one that is set as the file of the connection profile and the one that lies beside the program are read as before. Profiles that were added earlier stay.",
    ),
};

/// The language of the app.
pub static LANGUAGE: Setting = Setting {
    name: "Language",
    kind: Kind::Choice(&[
        Choice { value: "ja", title: text("日本語", "Japanese") },
        Choice { value: "en", title: text("英語", "English") },
    ]),
    title: text("表示言語", "Language"),
    help: text("アプリの表示言語を固定します。", "Fixes the language in which the app speaks."),
};

/// Whether the app starts when the user logs on.
pub static START_AT_LOGIN: Setting = Setting {
    name: "StartAtLogin",
    kind: Kind::Toggle,
    title: text("サインイン時の自動起動", "Start at sign-in"),
    help: text(
        "有効にすると、利用者がパソコンにサインインしたときにアプリを通知領域で起動し、電子証明書の有効期限を事前にお知らせします。無効にすると、自動では起動しません。",
        "If enabled, the app starts in the notification area when the user signs in to the PC, so that the expiry of a certificate is announced in time. If disabled, it does not start by itself.",
    ),
};

/// Which proxy is taken.
pub static PROXY: Setting = Setting {
    name: "Proxy",
    kind: Kind::Choice(&[
        Choice {
            value: "system", title: text("パソコンの設定に合わせる", "Same as this PC")
        },
        Choice { value: "manual", title: text("指定したプロキシ", "The proxy given here") },
        Choice { value: "none", title: text("使用しない", "None") },
    ]),
    title: text("プロキシの使用", "Use of a proxy"),
    help: text(
        "サービスへの接続に使用するプロキシを固定します。「指定したプロキシ」を選択する場合は、「プロキシのアドレス」も設定してください。",
        "Fixes the proxy that is used on the way to the service. With “the proxy given here”, set “address of the proxy” as well.",
    ),
};

/// The address for `manual`.
pub static PROXY_ADDRESS: Setting = Setting {
    name: "ProxyAddress",
    kind: Kind::Text,
    title: text("プロキシのアドレス", "Address of the proxy"),
    help: text(
        "「ホスト名:ポート番号」の形式で指定します（例：proxy.example.co.jp:8080）。「プロキシの使用」が「指定したプロキシ」のときに使用します。",
        "As host name:port, for example proxy.example.co.jp:8080. Used if “use of a proxy” is “the proxy given here”.",
    ),
};

/// Whom the app believes that a server is the service.
pub static SERVER_TRUST: Setting = Setting {
    name: "ServerTrust",
    kind: Kind::Choice(&[
        Choice {
            value: "profile",
            title: text("接続プロファイルの認証局", "The authorities of the connection profile"),
        },
        Choice {
            value: "system",
            title: text("パソコンが信頼する認証局", "The authorities that this PC trusts"),
        },
    ]),
    title: text("サーバー証明書の検証", "Verification of the server's certificate"),
    help: text(
        "サービスのサーバー証明書を、どの認証局で検証するかを指定します。既定は接続プロファイルの認証局です。暗号化通信の検査（SSLインスペクション）を行っている場合も、電子証明書によるログインには、この接続先を検査の対象から除外する必要があります。",
        "By whose authorities the service's certificate is verified; those of the connection profile if not set. Where encrypted connections are inspected, the service has to be exempted all the same: a login with a certificate cannot pass through an inspection.",
    ),
};

/// Every setting, in the order of the documentation.
pub static SETTINGS: [&Setting; 7] = [
    &CONNECTION_PROFILE,
    &ONLY_MANAGED_PROFILE,
    &LANGUAGE,
    &START_AT_LOGIN,
    &PROXY,
    &PROXY_ADDRESS,
    &SERVER_TRUST,
];
