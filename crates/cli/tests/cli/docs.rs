//! The parts of the documents that a program can verify are correct: links, paths,
//! command-line options, and names of modules.

use crate::command::{run, workspace};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use synod_specs::{PROTOCOLS, parse};

/// The largest number of lines of the README.
const README_LINES: usize = 150;

/// The folders of the workspace whose files are named in documents.
const FOLDERS: [&str; 10] = [
    ".ci/",
    ".github/",
    "benches/",
    "crates/",
    "docs/",
    "examples/",
    "fuzz/",
    "scripts/",
    "specs/",
    "tla/",
];

/// The files that a document lets its reader write.
const WRITTEN_BY_READERS: [&str; 4] = [
    ".github/workflows/synod.yml",
    "specs/bad.toml",
    "specs/ignoring-votes-breaks-Consistency.toml",
    "specs/two-priests-agree.toml",
];

/// A document, and its path.
struct Document {
    path: PathBuf,
    text: String,
}

impl Document {
    fn read(path: PathBuf) -> Self {
        let text = fs::read_to_string(&path);
        let text = text.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        Self { path, text }
    }

    /// The lines, each with the language of the code block that contains it.
    fn lines(&self) -> Vec<(Option<&str>, &str)> {
        let (mut block, mut lines) = (None, Vec::new());
        for line in self.text.lines() {
            match (line.trim_start().strip_prefix("```"), block) {
                (Some(language), None) => block = Some(language),
                (Some(_), Some(_)) => block = None,
                (None, _) => lines.push((block, line)),
            }
        }
        lines
    }

    /// The text without code blocks.
    fn prose(&self) -> String {
        let lines = self.lines().into_iter();
        let lines = lines.filter(|(block, _)| block.is_none());
        let lines: Vec<_> = lines.map(|(_, line)| line).collect();
        lines.join("\n")
    }

    /// The anchors that GitHub makes for the headings.
    fn anchors(&self) -> BTreeSet<String> {
        let (mut seen, mut anchors) = (BTreeMap::new(), BTreeSet::new());
        for (block, line) in self.lines() {
            let heading = line.trim_start_matches('#');
            if block.is_some() || heading.len() == line.len() || !heading.starts_with(' ') {
                continue;
            }
            let anchor = anchor(heading.trim());
            let count: &mut u32 = seen.entry(anchor.clone()).or_default();
            anchors.insert(match *count {
                0 => anchor,
                count => format!("{anchor}-{count}"),
            });
            *count += 1;
        }
        anchors
    }

    /// The targets of the links, without those to other sites.
    fn links(&self) -> Vec<String> {
        let prose = without_code(&self.prose());
        let targets = prose.split("](").skip(1);
        let targets = targets.filter_map(|rest| rest.split_once(')'));
        let targets = targets.map(|(target, _)| target.to_owned());
        targets.filter(|target| !target.contains("://")).collect()
    }

    /// The command lines in the blocks `console`.
    fn commands(&self) -> Vec<&str> {
        let lines = self.lines().into_iter();
        let lines = lines.filter(|(block, _)| *block == Some("console"));
        lines
            .filter_map(|(_, line)| line.strip_prefix("$ "))
            .collect()
    }
}

fn documents() -> Vec<Document> {
    let root = workspace();
    let names = [
        "README.md",
        "ARCHITECTURE.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "SECURITY.md",
        "tla/README.md",
    ];
    let mut paths: Vec<_> = names.iter().map(|name| root.join(name)).collect();
    let files = fs::read_dir(root.join("docs")).unwrap();
    let files = files.map(|file| file.unwrap().path());
    paths.extend(files.filter(|path| path.extension().is_some_and(|end| end == "md")));
    let examples = fs::read_dir(root.join("examples")).unwrap();
    paths.extend(examples.map(|example| example.unwrap().path().join("README.md")));
    paths.into_iter().map(Document::read).collect()
}

/// The anchor that GitHub makes for a heading.
fn anchor(heading: &str) -> String {
    let kept = heading.to_lowercase();
    let kept = kept.chars().filter_map(|c| match c {
        ' ' => Some('-'),
        '-' | '_' => Some(c),
        c if c.is_alphanumeric() => Some(c),
        _ => None,
    });
    kept.collect()
}

/// The text without inline code, in which links do not count.
fn without_code(text: &str) -> String {
    let pieces = text.split('`').enumerate();
    let pieces = pieces.filter(|(position, _)| position % 2 == 0);
    pieces.map(|(_, piece)| piece).collect()
}

/// The paths in a text that begin with one of the folders.
fn paths(text: &str) -> Vec<String> {
    let is_no_part = |c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '/'));
    let pieces = text.split_inclusive(is_no_part);
    let words = pieces.map(|piece| (piece.trim_end_matches(is_no_part), piece));
    let paths = words.filter(|(word, _)| FOLDERS.iter().any(|folder| word.starts_with(folder)));
    let paths = paths.map(|(word, piece)| match word.rsplit_once('/') {
        // A placeholder follows: only its folder must exist.
        Some((folder, _)) if piece.ends_with(['<', '*', '{']) => folder,
        _ => word.trim_end_matches(['.', '/']),
    });
    paths.map(str::to_owned).collect()
}

/// The arguments of each `synod` in a command line.
fn arguments(command: &str) -> Vec<Vec<&str>> {
    let command = command.split(" #").next().unwrap();
    let commands = command.split(['|', '>', ';', '&']);
    let commands = commands.filter_map(|command| {
        let mut words = command.split_whitespace();
        match words.next()? {
            "synod" => Some(words.collect()),
            "cargo" if words.next() == Some("run") => {
                let mut words = words.skip_while(|word| *word != "--");
                words.next().map(|_| words.collect())
            }
            _ => None,
        }
    });
    commands.collect()
}

/// The options of a verb, from its help.
fn options_of(verb: &str) -> BTreeSet<String> {
    let output = run(&[verb, "--help"]);
    assert!(output.status.success(), "there is no `synod {verb}`");
    let help = String::from_utf8(output.stdout).unwrap();
    let words = help.split(|c: char| c.is_whitespace() || c == ',');
    let options = words.filter(|word| word.starts_with('-'));
    options.map(str::to_owned).collect()
}

/// The paths of modules and items in a text: `synod_checker::levels::paths`.
fn items(text: &str) -> impl Iterator<Item = Vec<&str>> {
    let is_no_part = |c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | ':'));
    let words = text.split(is_no_part);
    let paths = words.map(|word| word.split("::").collect::<Vec<_>>());
    paths.filter(|path| path.len() > 1 && path[0].starts_with("synod"))
}

/// Whether there is such a module, or the module above it mentions such an item.
fn has_item(path: &[&str]) -> bool {
    let krate = path[0].strip_prefix("synod_").unwrap_or("cli");
    let mut folder = workspace().join("crates").join(krate).join("src");
    let roots = [folder.join("lib.rs"), folder.join("main.rs")];
    let root = roots.into_iter().find(|root| root.exists());
    let Some(mut file) = root else {
        return false;
    };
    for name in &path[1..] {
        let module = folder.join(format!("{name}.rs"));
        if !module.exists() {
            return fs::read_to_string(file).unwrap().contains(name);
        }
        file = module;
        folder.push(name);
    }
    true
}

fn fail_if_any(wrong: &[String]) {
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_link_leads_to_an_existing_file_and_heading() {
    let mut wrong = Vec::new();
    for document in documents() {
        for link in document.links() {
            let (path, heading) = link.split_once('#').unwrap_or((&link, ""));
            let target = match path {
                "" => document.path.clone(),
                path => document.path.parent().unwrap().join(path),
            };
            let is_there = target.exists()
                && (heading.is_empty() || Document::read(target).anchors().contains(heading));
            if !is_there {
                wrong.push(format!("{}: {link}", document.path.display()));
            }
        }
    }
    fail_if_any(&wrong);
}

#[test]
fn the_readme_is_short() {
    let readme = Document::read(workspace().join("README.md"));
    let lines = readme.text.lines().count();
    assert!(lines <= README_LINES, "{lines} lines");
}

#[test]
fn the_readme_names_every_example_and_a_test_runs_it() {
    let readme = Document::read(workspace().join("README.md"));
    let crates = fs::read_dir(workspace().join("crates")).unwrap();
    let (mut examples, mut wrong) = (0, Vec::new());
    for krate in crates.map(|krate| krate.unwrap().path()) {
        let Ok(files) = fs::read_dir(krate.join("examples")) else {
            continue;
        };
        let files = files.map(|file| file.unwrap().path());
        let test = fs::read_to_string(krate.join("tests/it/examples.rs")).unwrap_or_default();
        for file in files.filter(|file| file.extension().is_some_and(|end| end == "rs")) {
            let path = format!("/examples/{}", file.file_name().unwrap().to_str().unwrap());
            if !readme.text.contains(&path) || !test.contains(&path) {
                wrong.push(path);
            }
            examples += 1;
        }
    }
    assert!(examples > 0);
    fail_if_any(&wrong);
}

#[test]
fn every_path_in_a_document_exists() {
    let mut wrong = Vec::new();
    for document in documents() {
        for path in paths(&document.text) {
            let is_there = workspace().join(&path).exists();
            if !is_there && !WRITTEN_BY_READERS.contains(&path.as_str()) {
                wrong.push(format!("{}: {path}", document.path.display()));
            }
        }
    }
    fail_if_any(&wrong);
}

/// A name as in `synod check basic/…` is that of a built-in spec.
#[test]
fn every_built_in_spec_in_a_command_line_exists() {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '/');
    let is_of_a_protocol = |name: &str| {
        let folder = name.split('/').next().unwrap();
        PROTOCOLS.iter().any(|protocol| protocol.name == folder)
    };
    let mut wrong = Vec::new();
    for document in documents() {
        for command in ["synod check ", "synod explore ", "synod show "] {
            let asked = document.text.split(command).skip(1);
            let names = asked.filter_map(|rest| rest.split(|c| !is_part(c)).next());
            for name in names.filter(|name| is_of_a_protocol(name)) {
                let path = workspace().join("specs").join(name);
                if !path.exists() && !is_file_of_a_spec(&path) {
                    wrong.push(format!("{}: {name}", document.path.display()));
                }
            }
        }
    }
    fail_if_any(&wrong);
}

fn is_file_of_a_spec(path: &Path) -> bool {
    // `with_extension` would replace the part of a name after a dot.
    let mut file = path.as_os_str().to_owned();
    file.push(".toml");
    Path::new(&file).exists()
}

#[test]
fn every_option_of_a_command_line_exists() {
    let (mut known, mut wrong) = (BTreeMap::new(), Vec::new());
    for document in documents() {
        let commands = document.commands();
        for arguments in commands.iter().flat_map(|command| arguments(command)) {
            let Some((verb, rest)) = arguments.split_first() else {
                continue;
            };
            let options = known
                .entry((*verb).to_owned())
                .or_insert_with(|| options_of(verb));
            for word in rest.iter().filter(|word| word.starts_with('-')) {
                let option = word.split('=').next().unwrap();
                if !options.contains(option) {
                    wrong.push(format!(
                        "{}: synod {verb} {option}",
                        document.path.display()
                    ));
                }
            }
        }
    }
    fail_if_any(&wrong);
}

#[test]
fn every_module_in_a_document_exists() {
    let mut wrong = Vec::new();
    for document in documents() {
        for path in items(&document.text).filter(|path| !has_item(path)) {
            wrong.push(format!("{}: {}", document.path.display(), path.join("::")));
        }
    }
    fail_if_any(&wrong);
}

#[test]
fn the_reference_of_run_specs_names_every_protocol_key_and_mutant() {
    let reference = Document::read(workspace().join("docs/run-specs.md"));
    let unknown = parse("such-a-key-is-not-there = true").err().unwrap();
    let keys = unknown.help.strip_prefix("the keys are ").unwrap();
    let keys = keys.split(", ").filter(|key| *key != "expect");
    let protocols = PROTOCOLS.iter();
    let named = protocols.flat_map(|protocol| [vec![protocol.name], (protocol.mutants)()].concat());
    let missing = keys
        .chain(named)
        .filter(|name| !reference.text.contains(&format!("`{name}`")));
    let missing: Vec<_> = missing.map(str::to_owned).collect();
    fail_if_any(&missing);
}
