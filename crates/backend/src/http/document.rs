//! The OpenAPI document: what the routes do not say one by one.

use utoipa::{
    OpenApi as _,
    openapi::{
        ContentBuilder, OpenApi, PathItem, Ref, RefOr, ResponseBuilder,
        path::Operation,
        security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme},
    },
};
use warifu_protocol::{AuditEvent, PROBLEM_JSON, Problem, SortDirection, UserSort, UserState};

/// The client certificate of the service listener.
const CERTIFICATE: &str = "certificate";
/// The bearer token of a login.
const SESSION: &str = "session";
/// The bearer token of a change or an issuance that was begun.
const TICKET: &str = "ticket";

#[derive(Debug, utoipa::OpenApi)]
#[openapi(
    info(
        title = "Warifu",
        description = "Issuance on the enrolment listener; login and what follows on the service listener, which demands a client certificate. An app whose User-Agent says that it is older than Warifu/0.2.0 is answered `app-too-old` with `oldest_version`; so is whoever asks for `POST /v1/use` or `POST /v1/users/{user_id}/acts`, which only such apps know."
    ),
    // Those of queries are not found by themselves.
    components(schemas(Problem, AuditEvent, UserState, UserSort, SortDirection))
)]
struct Head;

/// The document of the routes that both listeners have, and of each one's own.
pub(super) fn whole(common: OpenApi, enrolment: OpenApi, mut service: OpenApi) -> OpenApi {
    for operation in operations(&mut service) {
        let asked =
            operation.security.take().unwrap_or_else(|| vec![SecurityRequirement::default()]);
        let none: [&str; 0] = [];
        let with = asked.into_iter().map(|asked| asked.add(CERTIFICATE, none));
        operation.security = Some(with.collect());
    }
    let mut whole = Head::openapi();
    for part in [common, enrolment, service] {
        whole.merge(part);
    }
    for operation in operations(&mut whole) {
        for (status, words) in [("4XX", "Refused"), ("5XX", "Busy, or failed inside")] {
            let problem = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem")));
            let response = ResponseBuilder::new()
                .description(words)
                .content(PROBLEM_JSON, problem.build())
                .build();
            operation.responses.responses.insert(status.to_owned(), RefOr::T(response));
        }
    }
    let components = whole.components.get_or_insert_default();
    let certificate = SecurityScheme::MutualTls {
        description: Some(String::from("A certificate that this service issued")),
        deprecated: None,
        extensions: None,
    };
    components.add_security_scheme(CERTIFICATE, certificate);
    for (name, words) in [
        (SESSION, "The token of a login; worth nothing with another certificate"),
        (TICKET, "The token that the step before answered with"),
    ] {
        let mut bearer = Http::new(HttpAuthScheme::Bearer);
        bearer.description = Some(words.to_owned());
        components.add_security_scheme(name, SecurityScheme::Http(bearer));
    }
    whole
}

fn operations(api: &mut OpenApi) -> impl Iterator<Item = &mut Operation> {
    api.paths.paths.values_mut().flat_map(|item| {
        let PathItem { get, put, post, delete, options, head, patch, trace, .. } = item;
        [get, put, post, delete, options, head, patch, trace].into_iter().flatten()
    })
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use crate::http::openapi;

    fn document() -> Value {
        serde_json::to_value(openapi()).unwrap()
    }

    fn references<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
        match value {
            Value::Object(members) => {
                found.extend(members.get("$ref").and_then(Value::as_str));
                members.values().for_each(|member| references(member, found));
            }
            Value::Array(items) => items.iter().for_each(|item| references(item, found)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    #[test]
    fn every_reference_leads_somewhere() {
        let document = document();
        let mut found = Vec::new();
        references(&document, &mut found);
        assert!(found.len() > 50);
        for reference in found {
            let place = reference.strip_prefix('#').unwrap();
            assert!(document.pointer(place).is_some(), "{reference} leads nowhere");
        }
    }

    #[test]
    fn every_operation_declares_its_failures_and_who_may_ask() {
        let document = document();
        let mut operations = 0;
        for (path, item) in document["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                operations += 1;
                for status in ["4XX", "5XX"] {
                    let content = &operation["responses"][status]["content"];
                    let schema = &content["application/problem+json"]["schema"]["$ref"];
                    assert_eq!(schema, "#/components/schemas/Problem", "{method} {path}");
                    assert_eq!(content.as_object().unwrap().len(), 1, "{method} {path}");
                }
                let wanted: Vec<String> = operation["security"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .map(|asked| {
                        asked.as_object().unwrap().keys().cloned().collect::<Vec<_>>().join("+")
                    })
                    .collect();
                let expected: &[&str] = match path.as_str() {
                    "/v1/health" | "/v1/policy" | "/v1/provider/logo" | "/v1/crl"
                    | "/v1/enrolments" => &[],
                    "/v1/enrolments/password" | "/v1/enrolments/certificate" => &["ticket"],
                    "/v1/identity"
                    | "/v1/sessions"
                    | "/v1/authorizations/view"
                    | "/v1/authorizations/decline" => &["certificate"],
                    "/v1/password" => &["certificate+ticket"],
                    "/v1/certificate/activation" => &["certificate", "certificate+session"],
                    _ => &["certificate+session"],
                };
                assert_eq!(wanted, expected, "{method} {path}");
            }
        }
        assert_eq!(operations, 35);
        let schemes = document["components"]["securitySchemes"].as_object().unwrap();
        assert_eq!(schemes.len(), 3);
        assert_eq!(schemes["certificate"]["type"], "mutualTLS");
    }
}
