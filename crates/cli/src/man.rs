//! `synod man`: a manual page for each verb.

use crate::args::{Arguments, ManOptions};
use crate::diagnostics::Complaint;
use crate::status::Status;
use clap::{Command, CommandFactory};
use clap_mangen::Man;
use std::fs;
use std::io::{self, Write};
use synod_terminal::note;

/// Writes all pages.
///
/// # Errors
/// One cannot be written.
pub(crate) fn man(options: &ManOptions) -> Result<Status, Complaint> {
    let mut program = Arguments::command().disable_help_subcommand(true);
    program.build();
    let commands: Vec<_> = program.get_subcommands().chain([&program]).collect();
    write_pages(options, &commands)?;
    let folder = options.folder.display();
    note!("{} manual pages are in {folder}.", commands.len());
    Ok(Status::AsExpected)
}

fn write_pages(options: &ManOptions, commands: &[&Command]) -> Result<(), Complaint> {
    let help = "name a folder that can be written to";
    let folder = &options.folder;
    fs::create_dir_all(folder).map_err(|error| Complaint::file(folder, error, help))?;
    for command in commands {
        let typed = command
            .get_display_name()
            .unwrap_or_default()
            .replace('-', " ");
        let man = Man::new((*command).clone().bin_name(typed)).manual("Synod");
        let file = folder.join(man.get_filename());
        let written = page(&man, command).and_then(|page| fs::write(&file, page));
        written.map_err(|error| Complaint::file(&file, error, help))?;
    }
    Ok(())
}

fn page(man: &Man, command: &Command) -> io::Result<Vec<u8>> {
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    if command.has_subcommands() {
        man.render_subcommands_section(&mut page)?;
    }
    let after = command.get_after_long_help();
    if let Some(after) = after.or_else(|| command.get_after_help()) {
        render_after(&mut page, &after.to_string())?;
    }
    Ok(page)
}

/// What the help says after the options. Lines stay as they are, since most of them are
/// commands; what begins with a title, such as "Examples:", is a section.
fn render_after(page: &mut Vec<u8>, text: &str) -> io::Result<()> {
    for paragraph in text.split("\n\n") {
        let body = match paragraph.split_once(':') {
            Some((title, body)) if is_title(title) => {
                writeln!(page, ".SH {}", title.to_uppercase())?;
                body.strip_prefix(['\n', ' ']).unwrap_or(body)
            }
            _ => {
                writeln!(page, ".PP")?;
                paragraph
            }
        };
        writeln!(page, ".nf")?;
        for line in body.lines() {
            // A full stop or an apostrophe at the beginning would be a request.
            let line = line.replace('\\', "\\e").replace('-', "\\-");
            writeln!(page, "\\&{line}")?;
        }
        writeln!(page, ".fi")?;
    }
    Ok(())
}

fn is_title(text: &str) -> bool {
    let is_short = text.len() <= "First commands".len();
    is_short && text.chars().all(|c| c.is_alphabetic() || c == ' ')
}
