//! Values, states and dumps in the notation of TLC are read correctly.

use proptest::prelude::*;
use synod_twins::dump::states;
use synod_twins::read::{read_state, read_value};
use synod_twins::value::Value;

fn name() -> impl Strategy<Value = String> {
    "[a-z][A-Za-z0-9_]{0,5}"
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        any::<i64>().prop_map(Value::Integer),
        any::<bool>().prop_map(Value::Boolean),
        // Without commas, because a test breaks lines after commas.
        "[a-zé \"\\\\\n\r\t\u{c}{}<>|=@:/\\[\\]()-]{0,8}".prop_map(Value::Text),
        name().prop_map(Value::Model),
    ];
    leaf.prop_recursive(4, 40, 5, |value| {
        let values = || prop::collection::vec(value.clone(), 0..5);
        let pairs = prop::collection::vec((value.clone(), value.clone()), 0..5);
        let fields = prop::collection::btree_map(name(), value.clone(), 1..4);
        prop_oneof![
            values().prop_map(Value::set),
            values().prop_map(Value::tuple),
            pairs.prop_map(Value::function),
            fields.prop_map(Value::Record),
        ]
    })
}

/// Whether TLC can write every name of a field in the value.
fn is_written(value: &Value) -> bool {
    match value {
        Value::Record(fields) => fields.iter().all(|(name, value)| {
            let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
            !name.is_empty() && name.chars().all(is_name) && is_written(value)
        }),
        Value::Set(values) => values.iter().all(is_written),
        Value::Tuple(values) => values.iter().all(is_written),
        Value::Function(pairs) => pairs.iter().all(|(k, v)| is_written(k) && is_written(v)),
        _ => true,
    }
}

proptest! {
    #[test]
    fn a_value_that_is_written_is_read_again(value in value()) {
        prop_assume!(is_written(&value));
        let text = value.to_string();
        prop_assert_eq!(read_value(&text).unwrap(), value.clone());
        prop_assert_eq!(read_value(&text.replace(", ", ",\n   ")).unwrap(), value);
    }

    #[test]
    fn values_are_equal_exactly_if_their_json_is(one in value(), other in value()) {
        prop_assert_eq!(one == other, one.to_json() == other.to_json());
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in "[a-z0-9 \"\\\\{}<>|=@:/\\[\\](),.\n-]{0,40}") {
        let _ = read_value(&text);
    }
}

#[test]
fn an_interval_is_a_set() {
    let set = Value::set([2, 3].map(Value::Integer));
    assert_eq!(read_value("2..3").unwrap(), set);
    assert_eq!(read_value("1..0").unwrap(), Value::set([]));
}

#[test]
fn of_two_pairs_with_the_same_argument_the_first_counts() {
    let value = read_value("(0 :> 1 @@ 0 :> 2)").unwrap();
    assert_eq!(value.to_string(), "(0 :> 1)");
}

#[test]
fn an_error_says_where_and_what_was_expected() {
    let error = |text| read_state(text, 7).unwrap_err().to_string();
    assert_eq!(
        error("/\\ x = 1\n/\\ y = {1,\n 2 3}"),
        "line 9: \"3}\" where , or } was expected"
    );
    assert_eq!(
        error("/\\ x = "),
        "line 7: the end where a value was expected"
    );
    assert_eq!(error("x = [a 1]"), "line 7: \"1]\" where |-> was expected");
    assert_eq!(
        error("x = \"a"),
        "line 7: \"\\\"a\" where a string that ends was expected"
    );
    assert_eq!(
        error("x = 99999999999999999999"),
        "line 7: \"99999999999999999999\" where a number of at most 64 bits was expected"
    );
}

#[test]
fn a_dump_is_read_state_by_state() {
    let dump =
        "State 1:\n/\\ x = 0\n/\\ y = <<{},\n  1>>\n\nState 2: <Next line 1>\nx = 1\n\n2 states";
    let mut found = Vec::new();
    states(dump.as_bytes(), |label, state| {
        found.push(format!("{label} {state}"));
    })
    .unwrap();
    assert_eq!(
        found,
        [" [x |-> 0, y |-> <<{}, 1>>]", "<Next line 1> [x |-> 1]"]
    );
}

#[test]
fn an_error_in_a_dump_says_the_line_of_the_file() {
    let dump = "State 1:\n/\\ x = 0\n\nState 2:\n/\\ x = 0\n/\\ y ~ 1\n";
    let error = states(dump.as_bytes(), |_, _| ()).unwrap_err();
    assert_eq!(error.to_string(), "line 6: \"~\" where = was expected");
}
