//! The JSON Schema of what is written, made of the types.

use super::counterexample::TraceLine;
use super::line::Line;
use super::proof_line::ProofLine;
use schemars::generate::SchemaSettings;
use serde_json::Value;

/// The JSON Schema of the lines: of a [`Line`], and under `$defs` of a [`TraceLine`] and a [`ProofLine`].
pub fn json_schema() -> Value {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    let mut generator = settings.into_generator();
    generator.subschema_for::<TraceLine>();
    generator.subschema_for::<ProofLine>();
    generator.into_root_schema_for::<Line>().to_value()
}
