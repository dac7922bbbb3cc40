//! The colours of text for people, shared by reports and the command line: a [`Role`] in the
//! [`Theme`] of the process.
//!
//! Good is blue and bad is orange-red, since some people do not see red and green apart. No
//! colour says anything that a mark or a word does not say too.
//!
//! # Examples
//! ```
//! use synod_report::style::{GOOD, Theme, use_theme};
//!
//! use_theme(Theme::Dark);
//! assert_eq!(format!("{GOOD}yes{GOOD:#}"), "\u{1b}[38;5;75myes\u{1b}[0m");
//! use_theme(Theme::Plain);
//! assert_eq!(format!("{GOOD}yes{GOOD:#}"), "yes");
//! ```

use anstyle::{Ansi256Color, Style};
use std::fmt;
use std::sync::atomic::{AtomicU8, Ordering::Relaxed};

/// A result that is as expected.
pub const GOOD: Role = Role::Good;
/// A result that is not as expected, or an error.
pub const BAD: Role = Role::Bad;
/// What must never be overlooked.
pub const LOUD: Role = Role::Loud;
/// A result that is undecided, or a warning.
pub const OPEN: Role = Role::Open;
/// Text that stands out: headings and names.
pub const BOLD: Role = Role::Bold;
/// Text that stands back: labels and remarks.
pub const DIM: Role = Role::Dim;

/// What a piece of text is. Written before the text, and as `{role:#}` after it; the example of
/// this [module](self) does so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// [`GOOD`].
    Good,
    /// [`BAD`].
    Bad,
    /// [`LOUD`].
    Loud,
    /// [`OPEN`].
    Open,
    /// [`BOLD`].
    Bold,
    /// [`DIM`].
    Dim,
}

/// For which ground colours are chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// Colours that can be read on both grounds.
    #[default]
    Either,
    /// Light colours, for a dark ground.
    Dark,
    /// Dark colours, for a light ground.
    Light,
    /// No colours at all.
    Plain,
}

/// The theme, as the position in `ALL`.
static THEME: AtomicU8 = AtomicU8::new(0);
const ALL: [Theme; 4] = [Theme::Either, Theme::Dark, Theme::Light, Theme::Plain];

/// From now on this process writes in this theme. The example of this [module](self) uses it.
pub fn use_theme(theme: Theme) {
    THEME.store(theme as u8, Relaxed);
}

impl Theme {
    /// The colour of a role, as its number among the 256 of terminals; none if it has none.
    ///
    /// # Examples
    /// ```
    /// use synod_report::style::{BAD, BOLD, Theme};
    ///
    /// assert_ne!(Theme::Dark.colour(BAD), Theme::Light.colour(BAD));
    /// assert_eq!(Theme::Dark.colour(BOLD), None);
    /// ```
    pub const fn colour(self, role: Role) -> Option<u8> {
        Some(match (self, role) {
            (Self::Either, Role::Good) => 33,
            (Self::Either, Role::Bad | Role::Loud) => 166,
            (Self::Either, Role::Open) => 136,
            (Self::Dark, Role::Good) => 75,
            (Self::Dark, Role::Bad | Role::Loud) => 209,
            (Self::Dark, Role::Open) => 221,
            (Self::Light, Role::Good) => 25,
            (Self::Light, Role::Bad | Role::Loud) => 160,
            (Self::Light, Role::Open) => 94,
            _ => return None,
        })
    }
}

impl Role {
    fn style(self, theme: Theme) -> Style {
        if theme == Theme::Plain {
            return Style::new();
        }
        let colour = theme.colour(self).map(|colour| Ansi256Color(colour).into());
        let style = Style::new().fg_color(colour);
        match self {
            Self::Good | Self::Open => style,
            Self::Bad | Self::Bold => style.bold(),
            Self::Loud => style.bold().invert(),
            Self::Dim => style.dimmed(),
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let theme = ALL.get(usize::from(THEME.load(Relaxed)));
        self.style(theme.copied().unwrap_or_default()).fmt(f)
    }
}
