//! What is wrong with the input, on standard error.

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use std::fmt::Display;
use std::ops::Range;
use std::path::Path;
use synod_terminal::note;

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
}

/// Writes all of them to standard error.
pub(crate) fn report(complaints: &[Complaint]) {
    for complaint in complaints {
        note(&rendered(complaint));
    }
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
