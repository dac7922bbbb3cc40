//! The canonical JSON of values.

use synod_twins::value::Value;

fn number(number: i64) -> Value {
    Value::Integer(number)
}

#[test]
fn a_set_has_neither_order_nor_repetition() {
    let one = Value::set([number(10), number(9), number(9)]);
    assert_eq!(one, Value::set([number(9), number(10)]));
    // Elements are sorted by their texts, so 10 comes before 9.
    assert_eq!(one.to_json(), r##"{"#set":[10,9]}"##);
}

#[test]
fn a_function_is_a_tuple_or_a_record_if_its_domain_is_that_of_one() {
    let function = |pairs: Vec<(Value, i64)>| {
        let pairs = pairs.into_iter();
        Value::function(pairs.map(|(argument, value)| (argument, number(value)))).to_json()
    };
    assert_eq!(function(vec![]), r##"{"#tup":[]}"##);
    assert_eq!(
        function(vec![(number(2), 8), (number(1), 7)]),
        r##"{"#tup":[7,8]}"##
    );
    assert_eq!(
        function(vec![(Value::text("b"), 8), (Value::text("a"), 7)]),
        r#"{"a":7,"b":8}"#
    );
    assert_eq!(
        function(vec![(number(1), 7), (number(-1), 8)]),
        r##"{"#map":[[-1,8],[1,7]]}"##
    );
}

#[test]
fn a_string_a_model_value_and_a_boolean_differ() {
    let texts = [
        Value::text("TRUE"),
        Value::Model("TRUE".to_owned()),
        Value::Boolean(true),
    ];
    let texts = texts.map(|value| value.to_json());
    assert_eq!(texts, [r#""TRUE""#, r##"{"#model":"TRUE"}"##, "true"]);
}
