//! Builds the page, the files of the folder `page`, into the library.

use std::error::Error;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("page");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut files = Vec::new();
    for entry in fs::read_dir(&folder)? {
        let path = entry?.path();
        if is_of_the_page(&path) {
            files.push(path);
        }
    }
    files.sort();
    let mut list = "&[\n".to_owned();
    for file in files {
        let name = file.file_name().and_then(|name| name.to_str());
        let (name, file) = name.zip(file.to_str()).ok_or("a path is not UTF-8")?;
        writeln!(
            list,
            "    File {{ name: {name:?}, text: include_str!({file:?}) }},"
        )?;
    }
    list.push(']');
    let out = PathBuf::from(env::var("OUT_DIR")?);
    Ok(fs::write(out.join("page.rs"), list)?)
}

/// Tests, and the settings of tools, are not served.
fn is_of_the_page(path: &Path) -> bool {
    let is = |ending| path.to_str().is_some_and(|path| path.ends_with(ending));
    !is(".config.js") && [".html", ".css", ".js", ".svg"].into_iter().any(is)
}
