//! Runs as files.

use crate::letters::{interface, two};
use serde_json::{Value, json};
use synod_explorer::Interface;

const RUN: [&str; 3] = ["A: Send", "A: Send", "B: Receive"];

fn export(interface: &Interface, form: &str) -> (String, String) {
    let asked = json!({ "spec": "letters", "steps": RUN, "as": form });
    let exported = interface.call("export", asked).unwrap();
    let part = |name: &str| exported[name].as_str().unwrap().to_owned();
    (part("file"), part("text"))
}

#[test]
fn a_page_of_a_run_holds_all_that_it_needs() {
    let (file, page) = export(&interface(two()), "html");
    assert_eq!(file, "letters.html");
    // Nothing is loaded: no address, no file beside it.
    for loads in ["src=", "href=", "http://", "https://", "@import", "url("] {
        let place = page.find(loads).map(|place| &page[place..][..60]);
        let place = place.filter(|place| !place.starts_with("http://www.w3.org/"));
        assert_eq!(place, None);
    }
    let films = page.split("id=\"films\">").nth(1).unwrap();
    let films: Value = serde_json::from_str(films.split("</script>").next().unwrap()).unwrap();
    assert_eq!(films[0]["views"].as_array().unwrap().len(), 4);
    // Every module that is imported is there.
    let imports = page.split("importmap\">").nth(1).unwrap();
    let imports: Value = serde_json::from_str(imports.split("</script>").next().unwrap()).unwrap();
    let imports = imports["imports"].as_object().unwrap();
    assert!(imports.contains_key("synod/player.js"));
    for (name, module) in imports {
        let module = module.as_str().unwrap().replace("%22", "\"");
        for imported in module.split("from \"").skip(1) {
            let imported = imported.split('"').next().unwrap();
            assert!(imports.contains_key(imported), "{name} imports {imported}");
        }
    }
}

#[test]
fn a_mermaid_diagram_has_an_arrow_for_each_message_that_arrives() {
    let (file, diagram) = export(&interface(two()), "mermaid");
    assert_eq!(file, "letters.mmd");
    assert_eq!(
        diagram,
        "sequenceDiagram\n  participant p0 as A\n  participant p1 as B\n  \
         Note over p0: Send\n  Note over p0: Send\n  p0->>p1: letter\n"
    );
}

#[test]
fn a_trace_in_itf_is_found_again() {
    let interface = interface(two());
    let (file, trace) = export(&interface, "itf");
    assert_eq!(file, "letters.itf.json");
    let place = interface
        .call("import", json!({ "spec": "letters", "itf": trace }))
        .unwrap();
    assert_eq!(place["steps"], json!(RUN));
}

/// As Quint writes it: only the action, and the process among the choices.
#[test]
fn a_trace_of_another_tool_is_found_by_actions_and_processes() {
    let state = |action: &str, process: &str| {
        let process = json!({ "tag": "Some", "value": process });
        json!({ "mbt::actionTaken": action, "mbt::nondetPicks": { "process": process } })
    };
    let states = [json!({ "mbt::actionTaken": "init" }), state("Send", "A")];
    let trace = json!({ "vars": [], "states": states }).to_string();
    let interface = interface(two());
    let import = |text: &str| interface.call("import", json!({ "spec": "letters", "itf": text }));
    assert_eq!(import(&trace).unwrap()["steps"], json!(["A: Send"]));
    let refusal = import(&trace.replace("\"A\"", "\"B\"")).unwrap_err();
    assert_eq!(
        refusal.error,
        "state 1: “Send” of B is not one step that is possible"
    );
    assert!(
        import("{}")
            .unwrap_err()
            .error
            .starts_with("this is no ITF")
    );
}
