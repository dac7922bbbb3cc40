//! `docs/report.schema.json` is made of the types that write the lines.

use synod_report::json::json_schema;

/// To write the file anew: `SCHEMA=overwrite cargo test -p synod-report schema`.
#[test]
fn the_schema_in_the_documents_is_that_of_the_types() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/report.schema.json");
    let text = serde_json::to_string_pretty(&json_schema()).unwrap() + "\n";
    if std::env::var_os("SCHEMA").is_some_and(|what| what == "overwrite") {
        std::fs::write(file, &text).unwrap();
    }
    let written = std::fs::read_to_string(file).unwrap_or_default();
    assert!(
        written == text,
        "docs/report.schema.json is not what the types say: \
         SCHEMA=overwrite cargo test -p synod-report schema"
    );
}
