//! An answer of a solver to an obligation as an object.

use super::schema::{self, ReadError};
use serde::{Deserialize, Serialize};

/// What a solver said of an obligation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Answer {
    /// It is proved.
    Unsat,
    /// It is refuted: there is a counter-model.
    Sat,
    /// Nothing is known.
    Unknown,
}

/// The answer of one solver to one obligation: one line of `synod prove --format json`.
///
/// Every line has all fields; what is not known is `null` in JSON.
///
/// # Examples
/// ```
/// use synod_report::json::{Answer, ProofLine};
///
/// let text = r#"{"schema":1,"target":"math","obligation":"B1, Lemma ⇒ Theorem 1","from":"B1, Lemma",
///     "claims":"Theorem 1","file":"math/B1-Lemma--Theorem-1.smt2","solver":"z3",
///     "version":"Z3 version 4.8.12 - 64 bit","verdict":"unsat","reason":null,"seconds":0.01}"#;
/// let line = ProofLine::read(text)?; // text: what `synod prove --format json` printed
/// assert_eq!((line.solver.as_str(), line.verdict), ("z3", Answer::Unsat));
/// # Ok::<(), synod_report::json::ReadError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ProofLine {
    /// The version of the format.
    #[cfg_attr(feature = "schema", schemars(extend("const" = super::schema::SCHEMA)))]
    pub schema: u32,
    /// The target.
    pub target: String,
    /// The name of the obligation.
    pub obligation: String,
    /// Where it starts: an action, `Init`, or what is assumed.
    pub from: String,
    /// What it claims.
    pub claims: String,
    /// The file that `--keep` writes, below its folder.
    pub file: String,
    /// The solver.
    pub solver: String,
    /// What its program says of its version.
    pub version: String,
    /// What it said.
    pub verdict: Answer,
    /// Why nothing is known.
    pub reason: Option<String>,
    /// How long it took; `null` if there was no answer before the end.
    pub seconds: Option<f64>,
}

impl ProofLine {
    /// Reads a line.
    ///
    /// # Errors
    /// The text is not one, or is one of another version of the format.
    pub fn read(text: &str) -> Result<Self, ReadError> {
        schema::read(text)
    }
}
