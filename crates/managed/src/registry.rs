//! The registry of Windows.

use windows_registry::{LOCAL_MACHINE, Type, Value};

use crate::{Managed, Problem, REGISTRY_KEY, Raw, Trouble, place};

/// `ERROR_FILE_NOT_FOUND` as an HRESULT: nothing is managed.
const NOT_FOUND: i32 = 0x8007_0002_u32.cast_signed();

pub(crate) fn read() -> Managed {
    let unreadable = || Managed {
        problems: vec![Problem { place: place(), setting: None, why: Trouble::Unreadable }],
        ..Managed::default()
    };
    let key = match LOCAL_MACHINE.open(REGISTRY_KEY) {
        Ok(key) => key,
        Err(error) if error.code().0 == NOT_FOUND => return Managed::default(),
        Err(_) => return unreadable(),
    };
    match key.values() {
        Ok(values) => Managed::of(&place(), values.map(|(name, value)| (name, raw(value)))),
        Err(_) => unreadable(),
    }
}

fn raw(value: Value) -> Raw {
    match value.ty() {
        Type::U32 => u32::try_from(value).map_or(Raw::Other, Raw::Number),
        Type::String => String::try_from(value).map_or(Raw::Other, Raw::Text),
        Type::ExpandString => {
            String::try_from(value).map_or(Raw::Other, |text| Raw::Text(expand(&text)))
        }
        Type::U64 | Type::Bytes | Type::MultiString | Type::Other(_) => Raw::Other,
    }
}

/// The text with each `%NAME%` that the environment knows replaced.
fn expand(text: &str) -> String {
    let mut parts = text.split('%');
    let mut expanded = parts.next().unwrap_or_default().to_owned();
    let mut open = false;
    for part in parts {
        open = !open;
        match std::env::var(part) {
            Ok(value) if open => expanded.push_str(&value),
            Ok(_) | Err(_) if open => {
                expanded.push('%');
                expanded.push_str(part);
                expanded.push('%');
            }
            Ok(_) | Err(_) => expanded.push_str(part),
        }
    }
    expanded
}
