//! The server.

use crate::letters::{interface, two};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::thread;
use synod_explorer::Server;

fn serve() -> SocketAddr {
    let server = Server::listen(interface(two()), 0).unwrap();
    let address = server.address().unwrap();
    thread::spawn(|| server.serve());
    address
}

/// The answer to a request with these headers.
fn answer(address: SocketAddr, request: &str, headers: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    let length = body.len();
    write!(
        stream,
        "{request} HTTP/1.1\r\n{headers}Connection: close\r\nContent-Length: {length}\r\n\r\n{body}"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

const HERE: &str = "Host: 127.0.0.1:3000\r\n";

#[test]
fn the_page_and_its_files_are_served_and_load_nothing_from_elsewhere() {
    let address = serve();
    assert!(address.ip().is_loopback());
    let page = answer(address, "GET /", HERE, "");
    assert!(
        page.starts_with("HTTP/1.1 200") && page.contains("text/html"),
        "{page}"
    );
    assert!(page.contains("default-src 'none'"), "{page}");
    let module = answer(address, "GET /page/dom.js", HERE, "");
    assert!(module.contains("text/javascript"), "{module}");
    for other in [
        "/page/..%2f..%2fCargo.toml",
        "/page/tsconfig.json",
        "/other",
    ] {
        let refused = answer(address, &format!("GET {other}"), HERE, "");
        assert!(refused.starts_with("HTTP/1.1 404"), "{refused}");
    }
}

#[test]
fn calls_are_answered_in_json_and_mistakes_are_refused_with_help() {
    let address = serve();
    let call = |name: &str, body: &str| answer(address, &format!("POST /api/{name}"), HERE, body);
    let choices = call("choices", "{\"spec\": \"letters\"}");
    assert!(
        choices.starts_with("HTTP/1.1 200") && choices.contains("A: Send"),
        "{choices}"
    );
    for (name, body) in [("choices", "{"), ("choices", "{}"), ("nothing", "{}")] {
        let refused = call(name, body);
        assert!(
            refused.starts_with("HTTP/1.1 400") && refused.contains("help"),
            "{refused}"
        );
    }
}

/// A page of another site may not ask, whether its name is resolved to this machine or not.
#[test]
fn pages_of_other_sites_are_refused() {
    let address = serve();
    let body = "{\"spec\": \"letters\"}";
    for headers in [
        "Host: example.org\r\n",
        "Host: 127.0.0.1:3000\r\nOrigin: http://example.org\r\n",
        "Host: 127.0.0.1:3000\r\nOrigin: null\r\n",
    ] {
        let refused = answer(address, "POST /api/choices", headers, body);
        assert!(refused.starts_with("HTTP/1.1 403"), "{refused}");
    }
    let allowed = "Host: localhost:3000\r\nOrigin: http://localhost:3000\r\n";
    assert!(answer(address, "POST /api/choices", allowed, body).starts_with("HTTP/1.1 200"));
}
