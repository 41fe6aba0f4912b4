use std::fmt::Write as _;

use super::*;
use crate::Logo;

fn read(text: &str) -> Result<Logo, LogoError> {
    Logo::read(text.as_bytes().to_vec())
}

/// A drawing with this inside.
fn with(inside: &str) -> Result<Logo, LogoError> {
    read(&format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 32 32">{inside}</svg>"#
    ))
}

#[test]
fn what_drawing_programs_write_is_taken() {
    let table = [
        r##"<path d="M1 1h30v30z" fill="#123456"/>"##,
        r##"<defs><linearGradient id="a"><stop offset="0" stop-color="red"/></linearGradient></defs><circle r="9" fill="url(#a)"/>"##,
        r##"<defs><path id="b" d="M0 0h3"/><clipPath id="c"><use xlink:href="#b"/></clipPath></defs><g clip-path="url('#c')"><rect width="3" height="3"/></g>"##,
        "<style>.a{fill:#fff}/* a comment */.b{stroke:none}</style><g class='a'/>",
        "<style type='text/css'><![CDATA[.a{fill:#fff}]]></style>",
        "<title>見本銀行 &amp; &#12354;</title><desc>割符</desc><text>銀行</text>",
        r#"<metadata><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><cc:Work xmlns:cc="http://creativecommons.org/ns#" rdf:about=""/></rdf:RDF></metadata>"#,
        r##"<sodipodi:namedview xmlns:sodipodi="http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd" pagecolor="#ffffff"/>"##,
        "<g transform='translate(1 2)' opacity='.5' style='fill:rgb(1,2,3);mask:url(#m)'/><!-- on -->",
    ];
    for inside in table {
        with(inside).unwrap_or_else(|error| panic!("{inside}: {error}"));
    }
    let headed = "\u{feff}<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<svg xmlns='http://www.w3.org/2000/svg' viewBox='0,0 64 32'/>\n";
    assert_eq!(read(headed).unwrap().size(), (64.0, 32.0));
    let prefixed = "<s:svg xmlns:s='http://www.w3.org/2000/svg' viewBox='0 0 64 32'/>";
    read(prefixed).unwrap();
}

#[test]
fn what_runs_loads_or_moves_is_refused_and_named() {
    let table = [
        ("<script>alert(1)</script>", "<script>"),
        ("<x:script xmlns:x='http://www.w3.org/2000/svg'>1</x:script>", "<x:script>"),
        ("<h:script xmlns:h='http://www.w3.org/1999/xhtml'>1</h:script>", "<h:script>"),
        ("<script xmlns='http://www.w3.org/1999/xhtml'>1</script>", "<script>"),
        ("<metadata><script>1</script></metadata>", "<script>"),
        ("<foreignObject/>", "<foreignObject>"),
        ("<image href='data:image/png;base64,AAAA'/>", "<image>"),
        ("<image href='https://example.jp/a.png'/>", "<image>"),
        ("<a href='https://example.jp'><path/></a>", "<a>"),
        ("<animate attributeName='href' to='javascript:1'/>", "<animate>"),
        ("<set attributeName='x'/>", "<set>"),
        ("<filter id='f'/>", "<filter>"),
        ("<pattern id='p'/>", "<pattern>"),
        ("<iframe/>", "<iframe>"),
        ("<unknown:g/>", "<unknown:g>"),
        ("<g onload='alert(1)'/>", "onload"),
        ("<g ONCLICK='alert(1)'/>", "ONCLICK"),
        ("<g xlink:onbegin='1'/>", "onbegin"),
        ("<use href='https://example.jp/a.svg#b'/>", "https://example.jp"),
        ("<use xlink:href='//example.jp/a.svg#b'/>", "//example.jp"),
        ("<use xmlns:y='http://www.w3.org/1999/xlink' y:href='a.svg#b'/>", "a.svg"),
        ("<use href='javascript:alert(1)'/>", "javascript"),
        ("<use href='java&#9;script:alert(1)'/>", "not in this file"),
        ("<g xml:base='https://example.jp/'/>", "xml:base"),
        ("<g fill='url(https://example.jp/a#b)'/>", "https://example.jp"),
        ("<g fill='URL( \"//example.jp/a\" )'/>", "//example.jp"),
        ("<g style='fill:u\\72l(//example.jp)'/>", "style"),
        ("<g fill='u\\72l(//example.jp)'/>", "hidden"),
        ("<g style='fill:u/**/rl(//example.jp)'/>", "//example.jp"),
        ("<g cursor='url(a.cur)'/>", "a.cur"),
        ("<style>@import 'https://example.jp/a.css';</style>", "@"),
        ("<style>@font-face{src:url(#a)}</style>", "@"),
        ("<style>g{background:url(https://example.jp)}</style>", "https://example.jp"),
        ("<style>g{background:image-set('a.png' 1x)}</style>", "image"),
        ("<style>g{fill:url(#a)}</style>", "style sheet"),
        ("<style>g{fill:u&#114;l(a)}</style>", "entity"),
        ("<style><![CDATA[@im]]><![CDATA[port 'a']]></style>", "@"),
        ("<style>a<g/></style>", "<g> in a style"),
        ("<g>&example;</g>", "no entity"),
        ("<g fill='&example;'/>", "example"),
        ("<?xml-stylesheet href='a.css'?>", "processing instruction"),
        ("<g id='a'/><g id='a'/>", "given twice"),
        ("<g id='a'><use href='#a'/></g>", "names itself"),
        ("<g id='a'><use href='#b'/></g><g id='b' mask='url(#a)'/>", "names itself"),
    ];
    for (inside, named) in table {
        let refused = with(inside).unwrap_err();
        assert!(matches!(refused, LogoError::Svg { .. }), "{inside}: {refused}");
        assert!(refused.to_string().contains(named), "{inside}: {refused}");
    }
}

#[test]
fn a_bomb_is_refused_before_it_goes_off() {
    let mut entities =
        String::from("<?xml version='1.0'?>\n<!DOCTYPE svg [<!ENTITY a 'aaaaaaaaaa'>");
    for letter in 'b'..='j' {
        let before = char::from_u32(u32::from(letter) - 1).unwrap();
        let inner = format!("&{before};").repeat(10);
        write!(entities, "<!ENTITY {letter} '{inner}'>").unwrap();
    }
    entities.push_str("]><svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1'>&j;</svg>");
    let refused = read(&entities).unwrap_err().to_string();
    assert!(refused.contains("line 2") && refused.contains("document type"), "{refused}");

    for link in
        ["<use href='#NAME'/>", "<g mask='url(#NAME)'/>", "<g style='clip-path:url(#NAME)'/>"]
    {
        let mut uses = String::from("<g id='p0'><path/></g>");
        for step in 1..20 {
            let inner = link.replace("NAME", &format!("p{}", step - 1)).repeat(10);
            write!(uses, "<g id='p{step}'>{inner}</g>").unwrap();
        }
        let refused = with(&uses).unwrap_err().to_string();
        assert!(refused.contains("too much to draw"), "{refused}");
    }
    let chain: String =
        (1..1000).map(|step| format!("<g id='p{step}'><use href='#p{}'/></g>", step + 1)).collect();
    assert!(with(&chain).unwrap_err().to_string().contains("too deep"));
    let deep = "<g>".repeat(10_000);
    assert!(with(&deep).unwrap_err().to_string().contains("too deep"));
}

#[test]
fn a_broken_drawing_is_refused() {
    let good = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1'><g id='a'><path d='M0 0'/></g></svg>";
    read(good).unwrap();
    for end in 0..good.len() {
        read(&good[..end]).unwrap_err();
    }
    let table = [
        ("<svg viewBox='0 0 1 1'/>", "http://www.w3.org/2000/svg"),
        ("<svg xmlns='http://www.w3.org/2000/svg'/>", "viewBox"),
        ("<svg xmlns='http://www.w3.org/2000/svg' width='1' height='1'/>", "viewBox"),
        ("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 0 1'/>", "viewBox"),
        ("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 NaN inf'/>", "viewBox"),
        ("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 -1 1'/>", "viewBox"),
        ("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1'/><svg/>", "svg element"),
        ("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1'/>behind", "beside"),
        ("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1' viewBox='0 0 2 2'/>", "line 1"),
        ("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1'><g></svg>", "line 1"),
        ("<?xml version='1.0' encoding='Shift_JIS'?><svg/>", "UTF-8"),
        ("", "no svg element"),
        ("見本", "beside"),
    ];
    for (text, named) in table {
        let refused = read(text).unwrap_err().to_string();
        assert!(refused.contains(named), "{text}: {refused}");
    }
}
