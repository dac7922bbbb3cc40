//! RESP2 and RESP3: HELLO chooses.

use super::alone::Alone;

#[test]
fn hello_chooses_the_version_of_the_replies_after_it() {
    let alone = Alone::start();
    let mut client = alone.connect();
    client.says("GET k\r\n", "$-1\r\n");
    let hello = |proto| {
        let version = env!("CARGO_PKG_VERSION");
        let header = if proto == 3 { "%7" } else { "*14" };
        let role = alone.node.handle.status().role();
        format!(
            "{header}\r\n$6\r\nserver\r\n$5\r\nsynod\r\n$7\r\nversion\r\n${}\r\n{version}\r\n\
             $5\r\nproto\r\n:{proto}\r\n$2\r\nid\r\n:1\r\n$4\r\nmode\r\n$10\r\nstandalone\r\n\
             $4\r\nrole\r\n${}\r\n{role}\r\n$7\r\nmodules\r\n*0\r\n",
            version.len(),
            role.len(),
        )
    };
    alone.preside();
    client.says("HELLO 3 SETNAME me\r\n", &hello(3));
    client.says("CLIENT GETNAME\r\n", "$2\r\nme\r\n");
    client.says("GET k\r\n", "_\r\n");
    client.says("HELLO\r\n", &hello(3));
    client.says("HELLO 2\r\n", &hello(2));
    client.says("GET k\r\n", "$-1\r\n");
}

/// What has a kind of its own in RESP3 has it.
#[test]
fn replies_in_version_3_have_their_kinds() {
    let alone = Alone::start();
    let mut client = alone.connect();
    client.hears_after("HELLO 3\r\n", b"modules\r\n*0\r\n");
    for (said, heard) in [
        ("SET k v", "+OK\r\n"),
        ("SET k w NX", "_\r\n"),
        ("MGET k absent", "*2\r\n$1\r\nv\r\n_\r\n"),
        ("GETDEL absent", "_\r\n"),
        ("CONFIG GET save", "%1\r\n$4\r\nsave\r\n$0\r\n\r\n"),
        ("CLIENT GETNAME", "_\r\n"),
        (
            "INFO memory",
            "=29\r\ntxt:# Memory\r\nused_memory:2\r\n\r\n",
        ),
        ("COMMAND DOCS nothing", "%0\r\n"),
        (
            "COMMAND INFO get",
            "*1\r\n*10\r\n$3\r\nget\r\n:2\r\n~1\r\n+readonly\r\n:1\r\n:1\r\n:1\r\n~0\r\n*0\r\n*0\r\n*0\r\n",
        ),
        (
            "WATCH k\r\nSET k x\r\nMULTI\r\nEXEC",
            "+OK\r\n+OK\r\n+OK\r\n_\r\n",
        ),
        ("RESET", "+RESET\r\n"),
        ("GET absent", "$-1\r\n"),
    ] {
        client.says(format!("{said}\r\n"), heard);
    }
}
