//! What is wrong with the input, on standard error.

use crate::status::Status;
use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use std::fmt::Display;
use std::ops::Range;
use std::path::Path;
use synod_report::WriteError;

/// Something wrong with what `synod` was given.
#[derive(Debug)]
pub(crate) enum Complaint {
    /// At a place in a file.
    Within {
        path: String,
        text: String,
        span: Range<usize>,
        message: String,
        help: String,
    },
    /// With a file or folder, or with the command line.
    About { message: String, help: String },
}

impl Complaint {
    pub(crate) fn about(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::About {
            message: message.into(),
            help: help.into(),
        }
    }

    /// A file or folder that cannot be used.
    pub(crate) fn file(path: &Path, error: impl Display, help: &str) -> Self {
        Self::about(format!("{}: {error}", path.display()), help)
    }

    /// What is wrong, in one line, for reports that do not quote the file.
    pub(crate) fn in_a_line(&self) -> String {
        match self {
            Self::Within {
                path,
                text,
                span,
                message,
                ..
            } => {
                let before = text.get(..span.start).unwrap_or(text);
                let column = 1 + before.chars().rev().take_while(|c| *c != '\n').count();
                format!("{path}:{}:{column}: {message}", line(before))
            }
            Self::About { message, .. } => message.clone(),
        }
    }

    /// The line of the file where it is wrong, from 1, if that is known.
    pub(crate) fn line(&self) -> Option<usize> {
        match self {
            Self::Within { text, span, .. } => Some(line(text.get(..span.start).unwrap_or(text))),
            Self::About { .. } => None,
        }
    }

    /// What would be right.
    pub(crate) fn help(&self) -> &str {
        match self {
            Self::Within { help, .. } | Self::About { help, .. } => help,
        }
    }
}

/// The line on which a text ends, from 1.
fn line(text: &str) -> usize {
    1 + text.matches('\n').count()
}

impl From<WriteError> for Complaint {
    fn from(error: WriteError) -> Self {
        Self::about(error.message, error.help)
    }
}

/// Writes all of them to standard error.
pub(crate) fn report<'a>(complaints: impl IntoIterator<Item = &'a Complaint>) {
    for complaint in complaints {
        synod_terminal::note(&rendered(complaint));
    }
}

/// Reports that nothing can be done with what was given.
pub(crate) fn refuse(complaint: &Complaint) -> Status {
    report([complaint]);
    Status::BadInput
}

/// Warns on standard error of something that went wrong and that the results do not
/// show. A warning that cannot be written is lost: the results do not depend on it.
pub(crate) fn warn(text: &str) {
    synod_terminal::note(&format!("warning: {text}"));
}

fn rendered(complaint: &Complaint) -> String {
    let renderer = Renderer::styled();
    match complaint {
        Complaint::Within {
            path,
            text,
            span,
            message,
            help,
        } => renderer.render(&[Level::ERROR
            .primary_title(message.as_str())
            .element(
                Snippet::source(text.as_str())
                    .path(path.as_str())
                    .annotation(AnnotationKind::Primary.span(span.clone())),
            )
            .element(Level::HELP.message(help.as_str()))]),
        Complaint::About { message, help } => renderer.render(&[Level::ERROR
            .primary_title(message.as_str())
            .element(Level::HELP.message(help.as_str()))]),
    }
}
