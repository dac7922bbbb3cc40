//! The modules of a crate have no circular dependencies: if a module uses another, the
//! other does not use the first, directly or through further modules. There is one
//! exception: a module and its own children may use each other. The root of a crate is no
//! such exception: if the root uses a module, other than by exporting its items, the
//! module must not use anything that is defined in the root.

use crate::command::workspace;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// The path of a module in its crate: empty for the root.
type Module = Vec<String>;

/// The name, in messages, of the items that are defined in the root of a crate.
const ROOT: &str = "the root";

#[test]
fn no_modules_of_a_crate_use_each_other_in_a_circle() {
    let circles = crates().into_iter().flat_map(|krate| {
        let circles = Sources::of(&krate).circles().into_iter();
        circles.map(move |circle| format!("{krate}: {circle}"))
    });
    let wrong: Vec<_> = circles.collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn crates() -> Vec<String> {
    let folders = fs::read_dir(workspace().join("crates")).unwrap();
    let names = folders.map(|folder| folder.unwrap().file_name());
    let mut names: Vec<_> = names.map(|name| name.into_string().unwrap()).collect();
    names.sort();
    names
}

/// The paths that each module of a crate names, and those that its root exports.
#[derive(Default)]
struct Sources {
    named: BTreeMap<Module, Vec<Vec<String>>>,
    exported: Vec<Vec<String>>,
}

impl Sources {
    fn of(krate: &str) -> Self {
        let mut sources = Self::default();
        let folder = workspace().join("crates").join(krate).join("src");
        sources.read(&folder, &Vec::new());
        sources
    }

    fn read(&mut self, folder: &Path, module: &Module) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let stem = path.file_stem().unwrap().to_str().unwrap().to_owned();
            let is_root = module.is_empty() && ["lib", "main"].contains(&stem.as_str());
            let mut inner = module.clone();
            if !is_root {
                inner.push(stem.clone());
            }
            if path.is_dir() {
                self.read(&path, &inner);
            } else if path.extension().is_some_and(|end| end == "rs") && stem != "tests" {
                let source = fs::read_to_string(&path).unwrap();
                if is_root {
                    self.exported.extend(paths_in(&exports_of(&source)));
                }
                self.named
                    .entry(inner)
                    .or_default()
                    .extend(paths_in(&source));
            }
        }
    }

    /// A message for each circle among siblings.
    fn circles(&self) -> Vec<String> {
        let mut arrows: BTreeMap<Module, BTreeMap<Module, Module>> = BTreeMap::new();
        for (module, paths) in &self.named {
            let is_root = module.is_empty();
            for path in paths {
                let Some(used) = self.resolve(module, path) else {
                    continue;
                };
                let is_export = |path| self.exported.contains(path);
                if is_root && is_export(path) || used.is_empty() && self.is_exported(path) {
                    continue;
                }
                let [module, used] = [module, &used].map(|module| {
                    if module.is_empty() {
                        vec![ROOT.to_owned()]
                    } else {
                        module.clone()
                    }
                });
                let common = module.iter().zip(&used).take_while(|(a, b)| a == b).count();
                // A module and its own children may use each other.
                if common < module.len() && common < used.len() {
                    let [from, to] = [&module, &used].map(|m| m[..=common].to_vec());
                    let known = arrows.entry(from).or_default();
                    known.entry(to).or_insert_with(|| module.clone());
                }
            }
        }
        let mut circles = BTreeSet::new();
        for from in arrows.keys() {
            if let Some(circle) = shortest_circle(&arrows, from) {
                circles.insert(circle);
            }
        }
        circles.into_iter().collect()
    }

    /// Whether the root exports the last name of a path.
    fn is_exported(&self, path: &[String]) -> bool {
        self.exported
            .iter()
            .any(|export| export.last() == path.last())
    }

    /// The innermost module to which a path leads from here. An item that a module
    /// re-exports belongs to the module that defines it.
    fn resolve(&self, here: &Module, path: &[String]) -> Option<Module> {
        let (mut at, mut rest) = match path.first()?.as_str() {
            "crate" => (Vec::new(), &path[1..]),
            "self" => (here.clone(), &path[1..]),
            "super" => (here.clone(), path),
            _ if here.is_empty() => (Vec::new(), path),
            _ => return None,
        };
        while rest.first().is_some_and(|name| name == "super") {
            at.pop()?;
            rest = &rest[1..];
        }
        for _ in 0..8 {
            while let Some(name) = rest.first() {
                let inner: Module = at.iter().chain([name]).cloned().collect();
                if !self.named.contains_key(&inner) {
                    break;
                }
                at = inner;
                rest = &rest[1..];
            }
            let Some(name) = rest.first() else { break };
            let exports = self.named.get(&at)?.iter();
            let exported = exports
                .filter(|path| path.len() > 1 && path.last() == Some(name))
                .find(|path| {
                    let inner: Module = at.iter().chain([&path[0]]).cloned().collect();
                    self.named.contains_key(&inner)
                });
            match exported {
                Some(exported) => rest = exported,
                None => break,
            }
        }
        Some(at)
    }
}

/// A message about the shortest circle from a module to itself.
fn shortest_circle(
    arrows: &BTreeMap<Module, BTreeMap<Module, Module>>,
    start: &Module,
) -> Option<String> {
    let mut paths = vec![vec![start.clone()]];
    let mut seen = BTreeSet::new();
    while !paths.is_empty() {
        let mut longer = Vec::new();
        for path in paths {
            for next in arrows
                .get(path.last()?)
                .into_iter()
                .flat_map(BTreeMap::keys)
            {
                let mut path = path.clone();
                path.push(next.clone());
                if next == start {
                    // A circle is reported only from the first of its modules.
                    let is_first = path.iter().all(|module| module >= start);
                    return is_first.then(|| describe(arrows, &path));
                }
                if seen.insert(next.clone()) {
                    longer.push(path);
                }
            }
        }
        paths = longer;
    }
    None
}

fn describe(arrows: &BTreeMap<Module, BTreeMap<Module, Module>>, circle: &[Module]) -> String {
    let steps = circle.windows(2).map(|pair| {
        let by = &arrows[&pair[0]][&pair[1]];
        format!("{} (in {})", pair[0].join("::"), by.join("::"))
    });
    let steps: Vec<_> = steps.collect();
    format!("{} → {}", steps.join(" → "), circle[0].join("::"))
}

/// The declarations in a source that export items.
fn exports_of(source: &str) -> String {
    let is_export = |start: &&str| ["pub use ", "pub(crate) use "].contains(start);
    let starts = source.match_indices("pub").map(|(at, _)| &source[at..]);
    let exports = starts.filter(|rest| {
        let use_at = rest.find("use ").map_or(0, |at| at + "use ".len());
        is_export(&&rest[..use_at])
    });
    let exports = exports.filter_map(|rest| rest.split_inclusive(';').next());
    exports.collect()
}

/// Every path in a source whose first part is followed by `::`. A list in braces yields a
/// path for each element. A module of tests at the end of the source is left out.
fn paths_in(source: &str) -> Vec<Vec<String>> {
    let source = source.split("#[cfg(test)]\nmod tests {").next().unwrap();
    let tokens = tokens(source);
    let (mut paths, mut at) = (Vec::new(), 0);
    while at < tokens.len() {
        let begins = is_name(&tokens[at]) && tokens.get(at + 1).is_some_and(|next| next == "::");
        let goes_on = at > 0 && tokens[at - 1] == "::";
        if begins && !goes_on {
            at = read_path(&tokens, at, &mut Vec::new(), &mut paths);
        } else {
            at += 1;
        }
    }
    paths
}

/// Reads a path, or a list of paths in braces. Returns the position after it.
fn read_path(
    tokens: &[String],
    mut at: usize,
    before: &mut Vec<String>,
    paths: &mut Vec<Vec<String>>,
) -> usize {
    let length = before.len();
    while let Some(token) = tokens.get(at) {
        if token == "{" {
            at += 1;
            while tokens.get(at).is_some_and(|token| token != "}") {
                let end = read_path(tokens, at, before, paths);
                at = if end == at { end + 1 } else { end };
            }
            before.truncate(length);
            return at + 1;
        }
        if !is_name(token) {
            break;
        }
        before.push(token.clone());
        at += 1;
        if tokens.get(at).is_some_and(|token| token == "::") {
            at += 1;
        } else {
            break;
        }
    }
    if before.len() > length {
        let last_is_self = before.last().is_some_and(|name| name == "self");
        let whole = before.len() - usize::from(last_is_self && before.len() > 1);
        paths.push(before[..whole].to_vec());
    }
    before.truncate(length);
    at
}

fn is_name(token: &str) -> bool {
    token.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// The tokens of a source: names, `::` and other single characters, without comments and
/// strings.
fn tokens(source: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut rest = source;
    while let Some(c) = rest.chars().next() {
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if c == '"' {
            string(rest)
        } else if rest.starts_with("r#\"") {
            rest.find("\"#").map_or(rest.len(), |end| end + 2)
        } else if c.is_alphanumeric() || c == '_' {
            let is_end = |c: char| !(c.is_alphanumeric() || c == '_');
            let end = rest.find(is_end).unwrap_or(rest.len());
            tokens.push(rest[..end].to_owned());
            end
        } else if rest.starts_with("::") {
            tokens.push("::".to_owned());
            2
        } else if rest.starts_with("'\"'") {
            3
        } else {
            if !c.is_whitespace() {
                tokens.push(c.to_string());
            }
            c.len_utf8()
        };
        rest = &rest[length..];
    }
    tokens
}

/// The length of the string literal at the begin of a text.
fn string(text: &str) -> usize {
    let mut is_escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '"' if !is_escaped => return at + 1,
            '\\' => is_escaped = !is_escaped,
            _ => is_escaped = false,
        }
    }
    text.len()
}

#[test]
fn a_list_in_braces_yields_a_path_for_each_element() {
    let source =
        "use crate::a::{self, b::{c, d}, e};\n// crate::x\nlet y = super::f(\"crate::z\");";
    let paths = paths_in(source);
    let paths: Vec<_> = paths.iter().map(|path| path.join("::")).collect();
    let expected = [
        "crate::a",
        "crate::a::b::c",
        "crate::a::b::d",
        "crate::a::e",
        "super::f",
    ];
    assert_eq!(paths, expected);
}

fn path(text: &str) -> Vec<String> {
    text.split("::").map(str::to_owned).collect()
}

#[test]
fn a_circle_through_re_exports_of_a_parent_is_found_and_children_may_use_their_parent() {
    let mut sources = Sources {
        named: BTreeMap::from([
            (Vec::new(), vec![path("a::Thing"), path("b::Other")]),
            (path("a"), vec![path("self::inner::X")]),
            (
                path("a::inner"),
                vec![path("super::Thing"), path("crate::Other")],
            ),
            (path("b"), vec![]),
        ]),
        exported: vec![path("a::Thing"), path("b::Other")],
    };
    assert_eq!(sources.circles(), [""; 0]);
    sources.named.insert(path("b"), vec![path("crate::Thing")]);
    assert_eq!(sources.circles(), ["a (in a::inner) → b (in b) → a"]);
}

#[test]
fn a_circle_through_items_defined_in_the_root_is_found() {
    let root = "pub use outside::Thing;\npub use b::Other;\nuse a::Inner;";
    let mut sources = Sources {
        named: BTreeMap::from([
            (Vec::new(), paths_in(root)),
            (path("a"), vec![path("crate::Thing")]),
            (path("b"), vec![path("crate::Defined")]),
        ]),
        exported: paths_in(&exports_of(root)),
    };
    assert_eq!(sources.circles(), [""; 0]);
    sources
        .named
        .insert(path("a"), vec![path("crate::Defined")]);
    assert_eq!(sources.circles(), ["a (in a) → the root (in the root) → a"]);
}
