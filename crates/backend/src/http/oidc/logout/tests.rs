use super::*;
use crate::http::oidc::authorize::tests::config;

fn wished(hinted: Option<&str>, pairs: &[(&str, &str)]) -> Option<Wish> {
    let query = parameters::with("", pairs);
    let query = query.get(1..).unwrap_or_default();
    wish(&config(), hinted, &Parameters::read(query.as_bytes(), parameters::MOST).unwrap())
}

#[test]
fn a_browser_goes_on_to_registered_addresses_of_that_service_alone() {
    const URI: &str = "post_logout_redirect_uri";
    let next = |hinted, pairs: &[(&str, &str)]| wished(hinted, pairs).map(|wish| wish.next);
    let bye = "https://www.example.jp/bye";
    let somewhere = |address: &str| Some(Some(address.to_owned()));
    assert_eq!(next(None, &[]), Some(None));
    assert_eq!(next(Some("claims"), &[]), Some(None));
    assert_eq!(next(Some("claims"), &[(URI, bye)]), somewhere(bye));
    assert_eq!(next(None, &[(URI, bye), ("client_id", "claims")]), somewhere(bye));
    let with_state = somewhere("https://www.example.jp/bye?x=1&state=%26");
    let asked = [(URI, "https://www.example.jp/bye?x=1"), ("state", "&")];
    assert_eq!(next(Some("claims"), &asked), with_state);
    // Nobody knows whose address it is.
    assert_eq!(next(None, &[(URI, bye)]), None);
    for other in
        ["https://evil.example.jp/", "https://www.example.jp/bye/", "https://www.example.jp/r?a=b"]
    {
        assert_eq!(next(Some("claims"), &[(URI, other)]), None, "{other}");
    }
    assert_eq!(next(Some("other"), &[(URI, bye)]), None);
    assert_eq!(next(Some("claims"), &[("client_id", "other")]), None);
    assert_eq!(next(None, &[("client_id", "nobody")]), None);
}
