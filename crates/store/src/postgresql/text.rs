//! What a statement that is written for both databases is in PostgreSQL.

/// Numbers parameters as PostgreSQL does, and says which rows are locked, if any are to be.
pub(crate) fn of_postgresql(sql: &str, takes_locks: bool) -> String {
    let mut text = String::with_capacity(sql.len() + 16);
    let (mut in_literal, mut rest) = (false, sql);
    while let Some(first) = rest.chars().next() {
        if !in_literal {
            if let Some(after) = rest.strip_prefix("/*lock*/") {
                text.push_str(if takes_locks { "FOR UPDATE" } else { "" });
                rest = after;
                continue;
            }
            if let Some(after) = rest.strip_prefix("/*skip locked*/") {
                text.push_str(if takes_locks { "FOR UPDATE SKIP LOCKED" } else { "" });
                rest = after;
                continue;
            }
        }
        match first {
            '\'' => in_literal = !in_literal,
            '?' | '$' if in_literal => {}
            '?' => {
                text.push('$');
                rest = &rest[1..];
                continue;
            }
            _ => {}
        }
        text.push(first);
        rest = &rest[first.len_utf8()..];
    }
    text
}

#[cfg(test)]
mod tests {
    use super::of_postgresql;

    #[test]
    fn parameters_and_locks_are_said_as_postgresql_does_and_literals_stay() {
        for (common, said) in [
            (
                "SELECT a FROM b WHERE c = ?1 AND d = ?12",
                "SELECT a FROM b WHERE c = $1 AND d = $12",
            ),
            ("SELECT '?1 /*lock*/', ?1", "SELECT '?1 /*lock*/', $1"),
            (
                "SELECT id FROM a WHERE id = ?1 /*lock*/",
                "SELECT id FROM a WHERE id = $1 FOR UPDATE",
            ),
            (
                "SELECT 'お''客?' FROM a /*skip locked*/",
                "SELECT 'お''客?' FROM a FOR UPDATE SKIP LOCKED",
            ),
        ] {
            assert_eq!(of_postgresql(common, true), said);
            assert!(!of_postgresql(common, false).contains("FOR UPDATE"));
        }
    }
}
