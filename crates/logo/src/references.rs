//! How much a browser has to draw: parts of a drawing may name other parts, those again others.

use std::collections::BTreeMap;

/// The most elements that are drawn once every name is followed.
const MOST: u64 = 50_000;

/// The elements of a drawing that is being read, by what they hold and name.
#[derive(Debug, Default)]
pub(super) struct References {
    /// The named elements: how many elements each has within, and which names stand there.
    named: BTreeMap<String, Part>,
    whole: Part,
    /// The open elements, and their names.
    open: Vec<Option<String>>,
}

#[derive(Debug, Default)]
struct Part {
    elements: u64,
    names: Vec<String>,
}

impl References {
    /// An element begins; why it may not.
    pub(super) fn begin(&mut self, id: Option<String>, names: Vec<String>) -> Result<(), String> {
        if let Some(id) = &id
            && self.named.insert(id.clone(), Part::default()).is_some()
        {
            return Err(format!("the name {id:?} is given twice"));
        }
        self.open.push(id);
        self.whole.add(&names);
        for id in self.open.iter().flatten() {
            if let Some(part) = self.named.get_mut(id) {
                part.add(&names);
            }
        }
        Ok(())
    }

    /// The innermost element ends.
    pub(super) fn end(&mut self) {
        self.open.pop();
    }

    /// Refuses circles, and what would become too much.
    pub(super) fn check(&self) -> Result<(), String> {
        let mut known = BTreeMap::new();
        let mut weight = self.whole.elements;
        for name in &self.whole.names {
            weight = weight.saturating_add(self.weight(name, &mut known, 0)?);
        }
        if weight > MOST {
            Err(String::from("parts that name each other: too much to draw"))
        } else {
            Ok(())
        }
    }

    fn weight<'a>(
        &'a self,
        name: &'a str,
        known: &mut BTreeMap<&'a str, Option<u64>>,
        depth: usize,
    ) -> Result<u64, String> {
        match known.get(name) {
            Some(Some(weight)) => return Ok(*weight),
            Some(None) => return Err(format!("{name:?} names itself")),
            None => {}
        }
        if depth > super::vector::DEEPEST {
            return Err(String::from("parts that name each other: too deep"));
        }
        // What is not there draws nothing.
        let Some(part) = self.named.get(name) else { return Ok(0) };
        known.insert(name, None);
        let mut weight = part.elements;
        for inner in &part.names {
            weight = weight.saturating_add(self.weight(inner, known, depth + 1)?);
        }
        known.insert(name, Some(weight));
        Ok(weight)
    }
}

impl Part {
    fn add(&mut self, names: &[String]) {
        self.elements += 1;
        self.names.extend_from_slice(names);
    }
}
