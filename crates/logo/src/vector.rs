//! SVG (SVG 2): what draws, and nothing else.

use quick_xml::{
    XmlVersion,
    events::{BytesStart, Event, attributes::Attribute},
    name::{Namespace, ResolveResult},
    reader::NsReader,
};

use super::{LogoError, references::References};

const SVG: &str = "http://www.w3.org/2000/svg";
const XLINK: &str = "http://www.w3.org/1999/xlink";
const XML: &str = "http://www.w3.org/XML/1998/namespace";
/// What drawing programs write down for themselves.
const NOTES: [&str; 5] = [
    "http://www.inkscape.org/namespaces/inkscape",
    "http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "http://creativecommons.org/ns#",
    "http://purl.org/dc/elements/1.1/",
];
/// What may stand in a logo.
const ELEMENTS: [&str; 23] = [
    "svg",
    "g",
    "defs",
    "symbol",
    "use",
    "path",
    "rect",
    "circle",
    "ellipse",
    "line",
    "polyline",
    "polygon",
    "text",
    "tspan",
    "title",
    "desc",
    "metadata",
    "style",
    "linearGradient",
    "radialGradient",
    "stop",
    "clipPath",
    "mask",
];
/// What loads, runs or hides something, in a style; after the comments have gone.
const STYLES: [&str; 9] =
    ["@", "\\", "expression", "image(", "image-set(", "src(", "element(", "binding", "behavior"];
/// How deep elements stand in each other.
pub(super) const DEEPEST: usize = 64;

/// Looks through a drawing; the width and height of its view.
pub(super) fn size(text: &str) -> Result<(f64, f64), LogoError> {
    let mut reader = NsReader::from_str(text);
    let mut drawing = Drawing::default();
    loop {
        let read = reader.read_event();
        let step = read.map_err(|error| error.to_string()).and_then(|event| {
            if matches!(event, Event::Eof) {
                return Ok(true);
            }
            drawing.take(&event, &reader)?;
            Ok(false)
        });
        let line = |reader: &NsReader<&[u8]>| {
            let end = usize::try_from(reader.buffer_position()).unwrap_or(0).min(text.len());
            1 + text.as_bytes()[..end].iter().filter(|byte| **byte == b'\n').count()
        };
        let end = match step {
            Ok(false) => continue,
            Ok(true) => drawing.end(),
            Err(why) => Err(why),
        };
        return end.map_err(|why| LogoError::Svg { line: line(&reader), why });
    }
}

/// What has been read of a drawing.
#[derive(Debug, Default)]
struct Drawing {
    references: References,
    depth: usize,
    /// Whether the text inside is a style.
    in_style: bool,
    style: String,
    size: Option<(f64, f64)>,
}

impl Drawing {
    fn take(&mut self, event: &Event<'_>, reader: &NsReader<&[u8]>) -> Result<(), String> {
        match event {
            Event::Start(start) => self.open(start, reader),
            Event::Empty(start) => {
                self.open(start, reader)?;
                self.close()
            }
            Event::End(_) => self.close(),
            Event::Text(text) => self.text(text),
            Event::CData(text) => self.text(text),
            Event::GeneralRef(entity) => {
                // Those of XML itself (XML 1.0 §4.6); others need a document type.
                let known = entity.is_char_ref()
                    || ["amp", "lt", "gt", "quot", "apos"].contains(&&**entity);
                if !known {
                    return Err(format!("there is no entity {:?}", &**entity));
                }
                if self.in_style { Err(String::from("an entity in a style")) } else { Ok(()) }
            }
            Event::Decl(decl) => match decl.encoding() {
                None => Ok(()),
                Some(Ok(name)) if name.eq_ignore_ascii_case("utf-8") => Ok(()),
                Some(_) => Err(String::from("another encoding than UTF-8")),
            },
            Event::Comment(_) | Event::Eof => Ok(()),
            Event::DocType(_) => {
                Err(String::from("a document type (<!DOCTYPE …>); take that line out"))
            }
            Event::PI(_) => Err(String::from("a processing instruction (<?…?>)")),
        }
    }

    fn open(&mut self, start: &BytesStart<'_>, reader: &NsReader<&[u8]>) -> Result<(), String> {
        let name = start.name().into_inner().to_owned();
        let (space, local) = reader.resolver().resolve_element(start.name());
        let local = local.into_inner();
        if self.depth == 0 && (self.size.is_some() || !is(&space, SVG) || local != "svg") {
            return Err(String::from("not one svg element of http://www.w3.org/2000/svg"));
        }
        if self.depth >= DEEPEST {
            return Err(String::from("elements stand too deep in each other"));
        }
        let draws = is(&space, SVG) && ELEMENTS.contains(&local);
        let notes = NOTES.iter().any(|notes| is(&space, notes));
        if !draws && !notes {
            return Err(format!("<{name}> has no place in a logo"));
        }
        if self.in_style {
            return Err(format!("<{name}> in a style"));
        }
        let (mut id, mut names) = (None, Vec::new());
        for attribute in start.attributes() {
            let attribute = attribute.map_err(|error| error.to_string())?;
            let value = attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .map_err(|error| error.to_string())?;
            self.attribute(&attribute, &value, reader, &mut names)?;
            match attribute.key.into_inner() {
                "id" => id = Some(value.into_owned()),
                "viewBox" if self.depth == 0 => self.size = Some(view(&value)?),
                _ => {}
            }
        }
        if self.depth == 0 && self.size.is_none() {
            return Err(String::from("the svg element has no viewBox, so it cannot be scaled"));
        }
        self.references.begin(id, names)?;
        self.depth += 1;
        self.in_style = is(&space, SVG) && local == "style";
        Ok(())
    }

    fn attribute(
        &self,
        attribute: &Attribute<'_>,
        value: &str,
        reader: &NsReader<&[u8]>,
        names: &mut Vec<String>,
    ) -> Result<(), String> {
        let name = attribute.key.into_inner();
        if attribute.key.as_namespace_binding().is_some() {
            return Ok(());
        }
        let (space, local) = reader.resolver().resolve_attribute(attribute.key);
        let local = local.into_inner();
        if local.to_ascii_lowercase().starts_with("on") {
            return Err(format!("{name}: what happens at an event has no place in a logo"));
        }
        if local == "base" && is(&space, XML) {
            return Err(format!("{name}: names are those of this file"));
        }
        if local == "href" && (matches!(space, ResolveResult::Unbound) || is(&space, XLINK)) {
            let inner = value.trim().strip_prefix('#');
            names.push(inner.ok_or_else(|| elsewhere(name, value))?.to_owned());
            return Ok(());
        }
        // A note of a drawing program may hold any address; nobody follows it.
        if !NOTES.iter().any(|notes| is(&space, notes)) {
            style(name, value, names)?;
        }
        Ok(())
    }

    fn text(&mut self, text: &str) -> Result<(), String> {
        if self.depth == 0 && !text.trim().is_empty() {
            return Err(String::from("something stands beside the svg element"));
        }
        if self.in_style {
            self.style.push_str(text);
        }
        Ok(())
    }

    fn close(&mut self) -> Result<(), String> {
        if self.in_style {
            let (mut names, sheet) = (Vec::new(), std::mem::take(&mut self.style));
            style("style", &sheet, &mut names)?;
            // Any rule may hit any element; a sheet that names parts draws them once for each.
            if !names.is_empty() {
                return Err(String::from(
                    "a style sheet with url(); name parts where they are used",
                ));
            }
            self.in_style = false;
        }
        self.references.end();
        self.depth = self.depth.saturating_sub(1);
        Ok(())
    }

    fn end(self) -> Result<(f64, f64), String> {
        if self.depth > 0 {
            return Err(String::from("it ends too early"));
        }
        let size = self.size.ok_or_else(|| String::from("there is no svg element"))?;
        self.references.check()?;
        Ok(size)
    }
}

fn is(space: &ResolveResult<'_>, wanted: &str) -> bool {
    matches!(space, ResolveResult::Bound(Namespace(found)) if *found == wanted)
}

fn elsewhere(name: &str, value: &str) -> String {
    let shown: String = value.chars().take(40).collect();
    format!("{name}: {shown:?} is not in this file")
}

/// Looks through the value of an attribute or a style sheet, for what it names.
fn style(name: &str, text: &str, names: &mut Vec<String>) -> Result<(), String> {
    let plain = without_comments(text).to_ascii_lowercase();
    if name == "style" {
        if let Some(found) = STYLES.iter().find(|found| plain.contains(**found)) {
            return Err(format!("{name}: {found:?} has no place in a logo's style"));
        }
    } else if plain.contains('\\') && plain.contains('(') {
        return Err(format!("{name}: a hidden character"));
    }
    // Names keep their case.
    let kept = without_comments(text);
    let mut rest = kept.as_str();
    while let Some(at) = rest.to_ascii_lowercase().find("url(") {
        rest = &rest[at + 4..];
        let inner = rest.trim_start().trim_start_matches(['"', '\'']);
        let named = inner.trim_start().strip_prefix('#').ok_or_else(|| elsewhere(name, inner))?;
        let end = named.find([')', '"', '\'', ' ']).unwrap_or(named.len());
        names.push(named[..end].to_owned());
    }
    Ok(())
}

fn without_comments(text: &str) -> String {
    let (mut kept, mut rest) = (String::with_capacity(text.len()), text);
    while let Some((before, after)) = rest.split_once("/*") {
        kept.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    kept + rest
}

/// The width and height of a `viewBox` (SVG 2 §8.6).
fn view(value: &str) -> Result<(f64, f64), String> {
    let numbers: Vec<f64> = value
        .split([' ', ',', '\t', '\n', '\r'])
        .filter(|part| !part.is_empty())
        .map_while(|part| part.parse().ok())
        .collect();
    match numbers[..] {
        [_, _, width, height]
            if (0.001..=1e6).contains(&width) && (0.001..=1e6).contains(&height) =>
        {
            Ok((width, height))
        }
        _ => Err(format!("viewBox: {value:?} has no width and height")),
    }
}

#[cfg(test)]
mod tests;
