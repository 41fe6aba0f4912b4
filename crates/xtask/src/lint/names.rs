//! Which of its crate's modules a source file names. Only the code counts: neither comments nor what
//! is compiled for tests alone.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, anyhow};
use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// What a file names.
#[derive(Debug, Default, Eq, PartialEq)]
pub(super) struct Names {
    /// The first step of each path that begins at the crate's root: a module, or what the root
    /// itself has or hands on.
    pub(super) from_root: BTreeSet<String>,
    /// What the crate's root hands on, and the module that has it.
    pub(super) handed_on: BTreeMap<String, String>,
    /// The file's own modules that are files of their own, for tests alone.
    pub(super) for_tests: BTreeSet<String>,
}

/// Reads a file that is this module, none of its names for the crate's root. The root names modules
/// without saying `crate`, so it must know them.
pub(super) fn read(text: &str, module: &[&str], modules: &BTreeSet<String>) -> Result<Names> {
    let tokens: TokenStream = text.parse().map_err(|error| anyhow!("{error}"))?;
    let mut reader = Reader { modules, names: Names::default() };
    reader.code(&tokens.into_iter().collect::<Vec<_>>(), module.len());
    Ok(reader.names)
}

/// Each word of a file's code, also that for tests.
pub(super) fn words_of(text: &str) -> Result<Vec<String>> {
    let tokens: TokenStream = text.parse().map_err(|error| anyhow!("{error}"))?;
    Ok(words(&tokens.into_iter().collect::<Vec<_>>()))
}

struct Reader<'a> {
    modules: &'a BTreeSet<String>,
    names: Names,
}

impl Reader<'_> {
    /// Reads code that is `depth` modules below the crate's root.
    fn code(&mut self, mut rest: &[TokenTree], depth: usize) {
        // Two are the middle of a path, one is in front of a type.
        let mut colons = 0;
        while let Some((token, next)) = rest.split_first() {
            rest = next;
            let before = colons;
            colons = if is_punct(token, ':') { colons + 1 } else { 0 };
            match token {
                TokenTree::Punct(punct) if punct.as_char() == '#' => {
                    if let Some(attributed) = for_tests(rest) {
                        self.names.for_tests.extend(file_of_module(attributed));
                        rest = after_item(attributed);
                    }
                }
                TokenTree::Group(group) => {
                    self.code(&group.stream().into_iter().collect::<Vec<_>>(), depth);
                }
                TokenTree::Ident(ident) if before != 2 => match ident.to_string().as_str() {
                    "mod" => {
                        if let [_, TokenTree::Group(body), ..] = rest {
                            let body: Vec<_> = body.stream().into_iter().collect();
                            self.code(&body, depth + 1);
                            rest = &rest[2..];
                        }
                    }
                    "pub" if depth == 0 && is_ident(rest.first(), "use") => {
                        let end = rest.iter().position(|token| is_punct(token, ';'));
                        let (path, after) = rest.split_at(end.unwrap_or(rest.len()));
                        self.hand_on(&path[1..]);
                        rest = after;
                    }
                    "crate" => self.names.from_root.extend(first_steps(rest)),
                    "super" => {
                        let mut above = 1;
                        while let [colon, second, again, ..] = rest
                            && is_punct(colon, ':')
                            && is_punct(second, ':')
                            && is_ident(Some(again), "super")
                        {
                            above += 1;
                            rest = &rest[3..];
                        }
                        if above == depth {
                            self.names.from_root.extend(first_steps(rest));
                        }
                    }
                    name if depth == 0 && self.modules.contains(name) && leads_on(rest) => {
                        self.names.from_root.insert(name.to_owned());
                    }
                    _ => {}
                },
                TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
        }
    }

    /// Reads `module::Name`, `module::{Name, Other}` or `crate::module::Name`.
    fn hand_on(&mut self, path: &[TokenTree]) {
        let words: Vec<_> = words(path).into_iter().filter(|word| word != "crate").collect();
        let Some((module, names)) = words.split_first() else { return };
        for name in names {
            self.names.handed_on.insert(name.clone(), module.clone());
        }
    }
}

/// The first step after `crate` or `super`: one, or each of a group.
fn first_steps(rest: &[TokenTree]) -> Vec<String> {
    let [colon, second, step, ..] = rest else { return Vec::new() };
    if !is_punct(colon, ':') || !is_punct(second, ':') {
        return Vec::new();
    }
    match step {
        TokenTree::Ident(ident) => vec![ident.to_string()],
        TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
            let tokens: Vec<_> = group.stream().into_iter().collect();
            let parts = tokens.split(|token| is_punct(token, ','));
            parts.filter_map(|part| Some(part.first()?.to_string())).collect()
        }
        TokenTree::Punct(punct) => vec![punct.to_string()],
        TokenTree::Group(_) | TokenTree::Literal(_) => Vec::new(),
    }
}

/// What follows an attribute that leaves an item to the tests.
fn for_tests(after_hash: &[TokenTree]) -> Option<&[TokenTree]> {
    let (TokenTree::Group(attribute), rest) = after_hash.split_first()? else { return None };
    let words = words(&attribute.stream().into_iter().collect::<Vec<_>>());
    (words == ["cfg", "test"]).then_some(rest)
}

/// The name in `mod name;`, after other attributes.
fn file_of_module(item: &[TokenTree]) -> Option<String> {
    let end = item.iter().position(|token| is_punct(token, ';'))?;
    let [.., keyword, name] = &item[..end] else { return None };
    is_ident(Some(keyword), "mod").then(|| name.to_string())
}

/// What follows an item, which ends with its body or with a semicolon.
fn after_item(item: &[TokenTree]) -> &[TokenTree] {
    let is_use = item.iter().take(3).any(|token| is_ident(Some(token), "use"));
    let ends = |token: &TokenTree| {
        let body =
            matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace);
        is_punct(token, ';') || (body && !is_use)
    };
    item.iter().position(ends).map_or(&[], |end| &item[end + 1..])
}

fn leads_on(rest: &[TokenTree]) -> bool {
    matches!(rest, [colon, second, ..] if is_punct(colon, ':') && is_punct(second, ':'))
}

fn is_punct(token: &TokenTree, wanted: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == wanted)
}

fn is_ident(token: Option<&TokenTree>, wanted: &str) -> bool {
    matches!(token, Some(TokenTree::Ident(ident)) if ident == wanted)
}

/// The words of a path or an attribute, whatever stands between them.
fn words(tokens: &[TokenTree]) -> Vec<String> {
    let mut found = Vec::new();
    for token in tokens {
        match token {
            TokenTree::Ident(ident) => found.push(ident.to_string()),
            TokenTree::Group(group) => {
                found.extend(words(&group.stream().into_iter().collect::<Vec<_>>()));
            }
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
    found
}

#[cfg(test)]
mod unit {
    use super::*;

    fn named(text: &str, module: &[&str]) -> Vec<String> {
        let modules = ["store", "mail"].map(str::to_owned).into();
        read(text, module, &modules).unwrap().from_root.into_iter().collect()
    }

    #[test]
    fn reads_every_way_to_name_a_module() {
        assert_eq!(named("use crate::store::Tx;", &["mail"]), ["store"]);
        assert_eq!(named("pub(crate) use crate::{a::{b, c}, d, e as f};", &["x"]), ["a", "d", "e"]);
        assert_eq!(
            named("fn f() -> crate::a::B { crate::c::d(1, [crate::e::F]) }", &["x"]),
            ["a", "c", "e"]
        );
        assert_eq!(named("macro_rules! m { () => { $crate::a::b() } }", &["x"]), ["a"]);
        assert_eq!(named("use crate::*;", &["x"]), ["*"]);
        assert_eq!(named("mod inner { fn f() { crate::a::b() } }", &["x"]), ["a"]);
    }

    #[test]
    fn follows_super_to_the_root_and_no_further() {
        assert_eq!(named("use super::{store, mail::Letter};", &["x"]), ["mail", "store"]);
        assert_eq!(named("use super::own;", &["x", "y"]), [""; 0]);
        assert_eq!(named("use super::super::store::Tx;", &["x", "y"]), ["store"]);
        assert_eq!(named("mod z { use super::super::store; use super::own; }", &["x"]), ["store"]);
        assert_eq!(named("use self::own; use other::crate_of; use a::store::B;", &["x"]), [""; 0]);
    }

    #[test]
    fn reads_neither_words_nor_tests() {
        let text = r##"
            //! crate::a
            /* use crate::b; */
            const C: &str = "crate::c"; const D: &str = r#"use crate::d;"#; const E: char = '"';
            #[cfg(test)] use crate::{e, f};
            #[cfg(test)] #[expect(missing_docs)] pub(crate) fn g() { crate::g::h() }
            use crate::i;
            #[cfg(not(test))] use crate::j;
            #[cfg(test)] mod k { use crate::k; }
            #[cfg(test)] pub(crate) mod l;
            fn m<'a>(of: &'a crate::m::N) {}
        "##;
        assert_eq!(named(text, &["x"]), ["i", "j", "m"]);
        let names = read(text, &["x"], &BTreeSet::new()).unwrap();
        assert_eq!(names.for_tests.into_iter().collect::<Vec<_>>(), ["l"]);
        assert!(read("fn f() {", &["x"], &BTreeSet::new()).is_err());
    }

    #[test]
    fn the_root_hands_on_what_modules_have() {
        let text = "mod store; mod mail; pub use store::Tx; pub use crate::mail::{Letter, Outbox}; \
                    pub(crate) struct Bag { of: mail::Outbox }";
        let names = read(text, &[], &["store", "mail"].map(str::to_owned).into()).unwrap();
        assert_eq!(names.from_root.into_iter().collect::<Vec<_>>(), ["mail"]);
        let handed_on: Vec<_> = names.handed_on.iter().map(|(a, b)| (&**a, &**b)).collect();
        assert_eq!(handed_on, [("Letter", "mail"), ("Outbox", "mail"), ("Tx", "store")]);
    }
}
