//! `synod mcp`, spoken to as a client of the Model Context Protocol does.

use crate::command::synod;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

const MUTANT: &str = "basic/mutants/ignoring-prevVotes-breaks-B3";
const HOLDS: &str = "basic/two-competing-priests-hold";

/// A client that has said hello.
struct Client {
    child: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
    calls: u64,
}

impl Client {
    fn new() -> Self {
        let mut command = synod(&["mcp"]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let to = child.stdin.take().unwrap();
        let from = BufReader::new(child.stdout.take().unwrap());
        let mut client = Self {
            child,
            to,
            from,
            calls: 0,
        };
        let hello = client.call(
            "initialize",
            json!({
                "protocolVersion": "2025-06-18",
                "capabilities": {},
                "clientInfo": { "name": "test", "version": "0" },
            }),
        );
        assert_eq!(hello["result"]["serverInfo"]["name"], "synod");
        assert!(
            hello["result"]["instructions"]
                .as_str()
                .unwrap()
                .contains("`steps`")
        );
        client.send(&json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }));
        client
    }

    fn send(&mut self, message: &Value) {
        writeln!(self.to, "{message}").unwrap();
    }

    /// Calls a method. Every line of the output is a message.
    fn call(&mut self, method: &str, parameters: Value) -> Value {
        self.calls += 1;
        let mut message = json!({ "jsonrpc": "2.0", "id": self.calls, "method": method });
        message["params"] = parameters;
        self.send(&message);
        let mut line = String::new();
        self.from.read_line(&mut line).unwrap();
        let answer: Value = serde_json::from_str(&line).expect(&line);
        assert_eq!(answer["id"], self.calls, "{answer}");
        answer
    }

    /// The text and the JSON that a tool answers.
    fn tool(&mut self, name: &str, arguments: Value) -> (String, Value) {
        let (result, text) = self.result(name, arguments);
        assert_eq!(result["isError"], false, "{text}");
        (text, result["structuredContent"].clone())
    }

    /// The error of a tool that refuses its arguments.
    fn refusal(&mut self, name: &str, arguments: Value) -> String {
        let (result, text) = self.result(name, arguments);
        assert_eq!(result["isError"], true, "{text}");
        assert!(result["structuredContent"]["help"].is_string(), "{result}");
        text
    }

    fn result(&mut self, name: &str, arguments: Value) -> (Value, String) {
        let mut call = json!({ "name": name });
        call["arguments"] = arguments;
        let mut answer = self.call("tools/call", call);
        let result = answer["result"].take();
        let text = result["content"][0]["text"].as_str().expect(name);
        assert!(!text.contains('\u{1b}'), "colours: {text}");
        let text = text.to_owned();
        (result, text)
    }

    /// Ends the input, and waits for the end of the server.
    fn end(self) {
        drop(self.to);
        let output = self.child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0));
        assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    }
}

#[test]
fn each_tool_teaches_and_has_a_schema_of_its_arguments() {
    let mut client = Client::new();
    let answer = client.call("tools/list", json!({}));
    let tools = answer["result"]["tools"].as_array().unwrap();
    let names: Vec<_> = tools
        .iter()
        .map(|tool| tool["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["list", "show", "check", "step", "explain", "trace"]);
    for tool in tools {
        assert!(tool["description"].as_str().unwrap().len() > 80, "{tool}");
        let schema = &tool["inputSchema"];
        assert_eq!(schema["type"], "object", "{tool}");
        for argument in schema["properties"].as_object().unwrap().values() {
            assert!(argument["description"].is_string(), "{tool}");
        }
    }
    client.end();
}

#[test]
fn specs_are_listed_shown_and_checked() {
    let mut client = Client::new();
    let (text, list) = client.tool("list", json!({ "filter": "small prevVotes b3" }));
    assert!(text.starts_with("1 run spec\n"), "{text}");
    assert_eq!(list["specs"][0]["name"], MUTANT);
    let (text, shown) = client.tool("show", json!({ "spec": MUTANT }));
    assert!(
        text.contains("B3: A ballot has the decree of the latest earlier vote"),
        "{text}"
    );
    assert_eq!(shown["property"], "B3");
    let (text, checked) = client.tool("check", json!({ "spec": MUTANT }));
    assert!(text.contains("B3: violated after 20 steps"), "{text}");
    assert_eq!(checked["verdict"], "violated");
    let (text, checked) = client.tool("check", json!({ "spec": HOLDS }));
    assert!(text.starts_with("holds\n2259 states"), "{text}");
    assert_eq!(checked["verdict"], "holds");
    client.end();
}

#[test]
fn a_run_to_a_violation_is_told_stepped_through_and_explained() {
    let mut client = Client::new();
    let (text, trace) = client.tool("trace", json!({ "spec": MUTANT }));
    assert!(
        text.starts_with("B3 is violated after 20 steps; no run is shorter."),
        "{text}"
    );
    assert!(
        text.contains("step 1: Α: Try New Ballot 0\n  lastTried[Α]: −∞ → 0"),
        "{text}"
    );
    let steps = &trace["steps"].as_array().unwrap()[..];
    let place = |steps: &[Value]| json!({ "spec": MUTANT, "steps": steps });

    let (text, state) = client.tool("step", place(steps));
    assert!(text.contains("B3 is violated: ballot 1"), "{text}");
    assert_eq!(state["view"]["violations"][0]["claim"], "B3");
    // A step that the answer names can be taken.
    let next = state["choices"][0]["step"].clone();
    let (text, _) = client.tool("step", place(&[steps, &[next]].concat()));
    assert!(text.starts_with("step 21: "), "{text}");

    let mut asked = place(steps);
    asked["claim"] = json!("B3");
    let (text, explained) = client.tool("explain", asked);
    assert!(text.contains("#  decree  quorum and voters"), "{text}");
    assert_eq!(explained["holds"], false);
    let mut asked = place(&steps[..19]);
    asked["step"] = json!("start polling on b");
    let (text, _) = client.tool("explain", asked);
    assert!(text.contains("is possible.  violates B3"), "{text}");

    let example = json!({ "spec": HOLDS, "example": "binds a ballot" });
    let (text, _) = client.tool("trace", example);
    assert!(
        text.starts_with("an earlier vote binds a ballot happens after 20"),
        "{text}"
    );
    let (text, found) = client.tool("trace", json!({ "spec": HOLDS }));
    assert!(text.starts_with("nothing was found"), "{text}");
    assert_eq!(found["verdict"], "none");
    client.end();
}

#[test]
fn a_check_whose_time_is_up_is_inconclusive_and_the_server_still_ends() {
    let mut client = Client::new();
    let large = json!({ "spec": "paxos/five-ballots-hold", "seconds": 0.2 });
    let (text, checked) = client.tool("check", large);
    assert!(
        text.starts_with("inconclusive: 0.2 seconds were not enough"),
        "{text}"
    );
    assert_eq!(checked["verdict"], "inconclusive");
    client.end();
}

#[test]
fn initial_states_are_listed_and_begun_in() {
    const INDUCTIVE: &str = "basic/inductive/I-is-inductive-for-three-priests";
    let mut client = Client::new();
    let asked = json!({ "spec": INDUCTIVE, "initial": "trying" });
    let (text, list) = client.tool("step", asked);
    assert!(text.contains("status[Α] = trying"), "{text}");
    let begin = &list["states"][0]["begin"];
    let (text, state) = client.tool("step", json!({ "spec": INDUCTIVE, "begin": begin }));
    assert!(text.contains("status = trying"), "{text}");
    assert_eq!(&state["begin"], begin);
    client.end();
}

#[test]
fn a_wrong_call_says_what_would_be_right() {
    let mut client = Client::new();
    let wrong = client.refusal("step", json!({ "spec": MUTANT, "steps": ["Fly"] }));
    assert!(
        wrong.contains("possible are: Α: Try New Ballot 0"),
        "{wrong}"
    );
    let wrong = client.refusal("check", json!({ "spec": "nonsense" }));
    assert!(wrong.contains("there is no run spec"), "{wrong}");
    let wrong = client.refusal("check", json!({}));
    assert!(wrong.contains("missing field `spec`"), "{wrong}");
    let wrong = client.refusal("list", json!({ "prefix": "basic" }));
    assert!(wrong.contains("there is no argument \"prefix\""), "{wrong}");
    let wrong = client.refusal("explain", json!({ "spec": MUTANT }));
    assert!(wrong.contains("give either `claim` or `step`"), "{wrong}");
    let unknown = json!({ "name": "fly", "arguments": {} });
    let unknown = client.call("tools/call", unknown);
    assert_eq!(unknown["error"]["code"], -32602, "{unknown}");
    client.end();
}

#[test]
fn input_that_ends_before_anything_is_asked_is_no_mistake() {
    let output = synod(&["mcp"]).stdin(Stdio::null()).output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stdout.is_empty());
}
