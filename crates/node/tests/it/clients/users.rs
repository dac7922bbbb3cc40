//! Users: who may do what, by a password or a certificate.

use super::alone::{Alone, LONG};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::{Duration, Instant};
use synod_node::certificates::make::{Order, make};
use synod_node::clients::Users;
use synod_node::clients::dial::{Connection, Trust};
use synod_resp::Reply;
use tempfile::TempDir;

const NO_AUTH: &str =
    "-NOAUTH Authentication required: say AUTH name password, or HELLO 3 AUTH name password\r\n";
const WRONG: &str = "-WRONGPASS invalid username-password pair or user is disabled.\r\n";
const READ_ONLY: &str = "-NOPERM user 'dashboard' may read only\r\n";

/// Digests of "password" and "dashing".
const USERS: &str = r#"
[app]
may = "all"
password-sha256 = "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8"

[dashboard]
may = "read"
password-sha256 = "895a6072c8d3559373b6f55e64569145e22cd56e6c0cb49d284dbab9578a72d1"
"#;

fn write(file: &Path, text: &str) {
    fs::write(file, text).unwrap();
    fs::set_permissions(file, fs::Permissions::from_mode(0o600)).unwrap();
}

fn with_users(folder: &TempDir) -> Alone {
    let file = folder.path().join("users.toml");
    write(&file, USERS);
    let alone = Alone::with(|config| config.users = Some(file));
    alone.preside();
    alone
}

#[test]
fn who_has_not_said_who_it_is_may_do_nothing() {
    let folder = TempDir::new().unwrap();
    let alone = with_users(&folder);
    let mut client = alone.connect();
    for request in [
        "GET k",
        "SET k v",
        "PING",
        "INFO",
        "MULTI",
        "SCAN 0",
        "HELLO 3",
        "CLIENT ID",
        "LAW FOLLOW 0",
    ] {
        client.says(format!("{request}\r\n"), NO_AUTH);
    }
    client.says("AUTH app wrong\r\n", WRONG);
    client.says("AUTH nobody password\r\n", WRONG);
    // Redis calls the user of a password alone `default`. There is none of this name here.
    client.says("AUTH password\r\n", WRONG);
    client.says("SET k v\r\n", NO_AUTH);
    client.says("AUTH app password\r\n", "+OK\r\n");
    client.says("SET k v\r\n", "+OK\r\n");
    // RESET forgets it.
    client.says("RESET\r\n", "+RESET\r\n");
    client.says("GET k\r\n", NO_AUTH);
}

#[test]
fn who_may_read_writes_nothing_not_even_in_a_transaction() {
    let folder = TempDir::new().unwrap();
    let alone = with_users(&folder);
    let mut app = alone.connect();
    app.says("AUTH app password\r\nSET k v\r\n", "+OK\r\n+OK\r\n");
    let mut dashboard = alone.connect();
    let heard = dashboard.hears_after(
        "HELLO 3 AUTH dashboard dashing SETNAME me\r\n",
        b"modules\r\n*0\r\n",
    );
    assert!(heard.starts_with("%7\r\n"), "{heard}");
    dashboard.says("GET k\r\n", "$1\r\nv\r\n");
    for request in [
        "SET k w",
        "DEL k",
        "INCR n",
        "EXPIRE k 9",
        "GETDEL k",
        "CAS k v w",
    ] {
        dashboard.says(format!("{request}\r\n"), READ_ONLY);
    }
    let aborted = "-EXECABORT Transaction discarded because of previous errors.\r\n";
    let replies = format!("+OK\r\n+QUEUED\r\n{READ_ONLY}{aborted}");
    dashboard.says("MULTI\r\nGET k\r\nSET k w\r\nEXEC\r\n", &replies);
    let mut follower = alone.connect();
    follower.says("AUTH dashboard dashing\r\n", "+OK\r\n");
    follower.says("LAW FOLLOW 0\r\n", "*2\r\n$6\r\nfollow\r\n:0\r\n");
    // Requests of both kinds that arrive together are answered in order.
    let replies = format!("$1\r\nv\r\n{READ_ONLY}$1\r\nv\r\n");
    dashboard.says("GET k\r\nSET k w\r\nGET k\r\n", &replies);
    dashboard.says("AUTH app password\r\nSET k w\r\n", "+OK\r\n+OK\r\n");
}

#[test]
fn the_file_of_users_is_read_again_when_it_changes() {
    let folder = TempDir::new().unwrap();
    let alone = with_users(&folder);
    let file = folder.path().join("users.toml");
    // What cannot be used changes nothing.
    write(&file, "[app]\nmay = \"everything\"\n");
    write(&file, &USERS.replace("[app]", "[service]"));
    let end = Instant::now() + LONG;
    loop {
        let mut client = alone.connect();
        if client.hears_after("AUTH service password\r\n", b"\r\n") == "+OK\r\n" {
            client.says("AUTH app password\r\n", WRONG);
            return;
        }
        assert!(Instant::now() < end);
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// PBKDF2 of "password" with 1,000 rounds, as Python computes it.
const SALTED: &str = "1000:00112233445566778899aabbccddeeff:\
    6ed2147b9b670624275a8ab15759524ca062d8992aadae6a083b4bc148d12027";

#[test]
fn a_password_can_be_kept_as_a_salted_digest() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("users.toml");
    write(
        &file,
        &format!("[app]\nmay = \"all\"\npassword-pbkdf2 = \"{SALTED}\"\n"),
    );
    let alone = Alone::with(|config| config.users = Some(file));
    alone.preside();
    let mut client = alone.connect();
    client.says("AUTH app wrong\r\n", WRONG);
    client.says("SET k v\r\n", NO_AUTH);
    client.says("AUTH app password\r\nSET k v\r\n", "+OK\r\n+OK\r\n");
}

#[test]
fn a_certificate_is_a_user_too() {
    let folder = TempDir::new().unwrap();
    let keys = folder.path().join("keys");
    let order = Order {
        cluster: "paxos".to_owned(),
        nodes: 1,
        hosts: vec![],
        folder: keys.clone(),
    };
    make(&order).unwrap();
    let file = folder.path().join("users.toml");
    write(
        &file,
        "[dashboard]\nmay = \"read\"\ncertificate = \"client.paxos.synod\"\n",
    );
    let alone = Alone::with(|config| {
        config.tls = Some(keys.clone());
        config.users = Some(file);
    });
    alone.preside();
    let trust = Trust::read(&keys).unwrap();
    let address = format!("localhost:{}", alone.port());
    let mut connection = Connection::open(&address, Some(&trust), LONG).unwrap();
    let mut ask = |words: &[&str]| {
        let words: Vec<_> = words.iter().map(|word| word.as_bytes().to_vec()).collect();
        connection.ask(&words).unwrap()
    };
    assert_eq!(ask(&["GET", "k"]), Reply::Bulk(None));
    let refused = Reply::Error(READ_ONLY.trim_end().trim_start_matches('-').to_owned());
    assert_eq!(ask(&["SET", "k", "v"]), refused);
}

#[test]
fn a_file_of_users_that_is_wrong_is_refused_with_the_place() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("users.toml");
    for (text, expected) in [
        ("", "there are no users in it"),
        ("[app]\nmay = \"all\"\n", "nobody can be \"app\""),
        ("[app]\nmay = \"everything\"\n", "line 2"),
        ("[app]\nmay = \"all\"\npassword = \"x\"\n", "line 3"),
        (
            "[app]\nmay = \"all\"\npassword-sha256 = \"12\"\n",
            "64 hexadecimal digits",
        ),
        (
            "[app]\nmay = \"all\"\npassword-pbkdf2 = \"1000:00:00\"\n",
            "it must be ROUNDS:SALT:DIGEST",
        ),
        (
            &format!(
                "[app]\nmay = \"all\"\npassword-pbkdf2 = \"{SALTED}\"\npassword-sha256 = \"{}\"\n",
                "00".repeat(32)
            ),
            "has two passwords",
        ),
        (
            "[reader]\nmay = \"read\"\ncertificate = \"a\"\n[admin]\nmay = \"all\"\ncertificate = \"a\"\n",
            "have the same `certificate`",
        ),
    ] {
        write(&file, text);
        let error = Users::read(&file).unwrap_err().to_string();
        assert!(error.contains(expected), "{text}: {error}");
    }
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    let error = Users::read(&file).unwrap_err().to_string();
    assert!(error.contains("chmod 600"), "{error}");
}
