//! The password of the user whom `synod client --user` names.

use crate::diagnostics::Complaint;
use std::io::IsTerminal;

/// The variable with the password.
const VARIABLE: &str = "SYNOD_PASSWORD";

/// The AUTH request of this user.
///
/// # Errors
/// There is no password, or it is no text.
pub(super) fn login(name: &str) -> Result<Vec<Vec<u8>>, Complaint> {
    let password = match std::env::var(VARIABLE) {
        Ok(password) => password,
        Err(_) if std::env::var_os(VARIABLE).is_some() => {
            return Err(Complaint::about(
                format!("the value of {VARIABLE} is not UTF-8"),
                "set it to the password of the user",
            ));
        }
        Err(_) => ask(name)?,
    };
    let words = ["AUTH", name, &password];
    Ok(words.map(|word| word.as_bytes().to_vec()).into())
}

/// Asks for the password on the terminal, which does not show it.
fn ask(name: &str) -> Result<String, Complaint> {
    let help = "set SYNOD_PASSWORD to it, or run the command on a terminal, which asks for it";
    let missing = |why: String| {
        let what = format!("there is no password for --user {name}: {why}");
        Complaint::about(what, help)
    };
    if !std::io::stdin().is_terminal() {
        return Err(missing(format!("{VARIABLE} is not set")));
    }
    let prompt = format!("password of {name}: ");
    rpassword::prompt_password(prompt).map_err(|error| missing(error.to_string()))
}
