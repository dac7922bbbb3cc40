//! `synod explore` in a real browser: headless Chromium, driven by chromedriver.
//!
//! If these programs are missing, the tests are ignored and the reason is printed; with
//! SYNOD_CHROMIUM=required they fail instead. `scripts/test` installs the programs if it
//! has the permission.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr)] // Tests.

use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder, Locator};
use libtest_mimic::{Arguments, Trial};
use std::io::{BufRead, BufReader, Read};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::PathBuf;
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::Duration;

/// How long to wait for something that appears at once, unless the machine is busy.
const PATIENCE: Duration = Duration::from_secs(30);

const SPEC: &str = "specs/complete/one-president-of-three-holds.toml";

const VIOLATED: &str = "specs/basic/mutants/ignoring-prevVotes-breaks-B3.toml";

/// The shortest path to a passed decree, with the Explorer's names of the steps.
const TO_A_PASSED_DECREE: [&str; 5] = [
    "Α: the absence timer fires",
    "Β: Receive NextBallot(0) from Α",
    "Α: Receive LastVote(0, null_Β) from Β",
    "Β: Receive BeginBallot(0, a) to {Α Β} from Α",
    "Α: Receive Voted(0, Β) from Β",
];

fn main() -> ExitCode {
    let missing = missing();
    if !missing.is_empty() {
        let advice = "Debian's packages `chromium` and `chromium-driver` have them";
        eprintln!(
            "no browser tests: {} missing; {advice}",
            missing.join(" and ")
        );
        if std::env::var("SYNOD_CHROMIUM").is_ok_and(|value| value == "required") {
            return ExitCode::FAILURE;
        }
    }
    let trial = |name, test: fn()| {
        let run = move || {
            test();
            Ok(())
        };
        Trial::test(name, run).with_ignored_flag(!missing.is_empty())
    };
    let trials = vec![
        trial(
            "the_world_shows_figure_1_and_the_ledgers_of_a_passed_decree",
            world,
        ),
        trial(
            "the_actors_show_a_sequence_diagram_of_a_passed_decree",
            actors,
        ),
        trial(
            "run_to_completion_counts_as_many_states_as_the_check",
            completion,
        ),
        trial(
            "a_state_that_violates_a_claim_says_so_and_nothing_contradicts_it",
            violation,
        ),
    ];
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

/// The programs that a browser test needs and that this machine does not have.
fn missing() -> Vec<&'static str> {
    let is_missing = |program: &&str| {
        let version = Command::new(program).arg("--version").output();
        !version.is_ok_and(|output| output.status.success())
    };
    ["chromium", "chromedriver"]
        .into_iter()
        .filter(is_missing)
        .collect()
}

/// Figure 1 of the ballot that passed, and the ledgers that hold its decree.
fn world() {
    in_browser("world", SPEC, &[], async |page| {
        page.follow(&TO_A_PASSED_DECREE).await;
        let picture = page.picture().await;
        assert!(picture.contains("Figure 1"), "{picture}");
        for part in [">0<", ">a<", ">Α<", ">Β<"] {
            assert!(picture.contains(part), "{part}: {picture}");
        }
        page.see_in_state("outcome[Α] = a").await;
        page.see_in_state("Votes(𝓑) = {").await;
    });
}

/// A lifeline for each priest and an arrow for each message that arrived.
fn actors() {
    in_browser("actors", SPEC, &["--actors"], async |page| {
        page.follow(&TO_A_PASSED_DECREE).await;
        let picture = page.picture().await;
        let count = |part: &str| picture.matches(part).count();
        assert_eq!(count("svg-actor-timeline"), 3, "{picture}");
        assert_eq!(count("marker-end"), 4, "{picture}");
        assert!(picture.contains("BeginBallot(0, a) to {Α Β}"), "{picture}");
        page.see_in_state("outcome[Α] = a").await;
    });
}

/// The button explores as many states as the run spec expects. The page shows no
/// properties, because its verdicts on them would be wrong for a single state.
fn completion() {
    in_browser("completion", SPEC, &[], async |page| {
        page.click("//button[.='Run to completion']").await;
        page.find("//li[contains(., 'Progress:')]/span[.='Done']")
            .await;
        page.find("//li[contains(., 'Unique States:')]/span[.='325']")
            .await;
        page.has_no_verdicts().await;
    });
}

/// The text of a state names the property that the state violates.
fn violation() {
    in_browser("violation", VIOLATED, &[], async |page| {
        page.follow(&steps_to_a_violation()).await;
        page.find("//section/div[contains(., 'B3 is violated: ')]")
            .await;
        page.picture().await;
        page.has_no_verdicts().await;
    });
}

/// The steps of the counterexample that the check finds.
fn steps_to_a_violation() -> Vec<String> {
    let output = Command::new(env!("CARGO_BIN_EXE_synod"))
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
        .args(["check", VIOLATED, "--format", "json"])
        .output()
        .unwrap();
    let line: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let steps = line["counterexample"]["steps"].as_array().unwrap();
    let actions = steps.iter().filter_map(|step| step["action"].as_str());
    actions.map(str::to_owned).collect()
}

/// Serves the spec, opens it, and runs the test on the page. Leaves a screenshot of the
/// page in `target/tmp/chromium/`.
fn in_browser(name: &str, spec: &str, options: &[&str], test: impl AsyncFnOnce(&Page)) {
    let explorer = Started::explorer(spec, options);
    let driver = Started::driver();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let profile = Profile::new(name);
    let page = runtime.block_on(async {
        let client = ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new())
            .capabilities(capabilities(&profile))
            .connect(&driver.address)
            .await
            .unwrap();
        client.goto(&explorer.address).await.unwrap();
        Page { client }
    });
    // The browser is closed even after a panic: otherwise it would outlive the test.
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        runtime.block_on(async {
            test(&page).await;
            page.keep_picture(name).await;
        });
    }));
    let closed = runtime.block_on(page.client.close());
    match outcome {
        Ok(()) => closed.unwrap(),
        Err(panic) => resume_unwind(panic),
    }
}

fn capabilities(profile: &Profile) -> Capabilities {
    let options = serde_json::json!({
        "args": [
            "--headless",
            "--no-sandbox", // Chromium refuses to run as root with it.
            "--disable-gpu",
            "--disable-quic",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--window-size=1400,1000",
            format!("--user-data-dir={}", profile.0.display()),
        ],
    });
    Capabilities::from_iter([("goog:chromeOptions".to_owned(), options)])
}

/// A folder for Chromium's profile, removed at the end of the test.
struct Profile(PathBuf);

impl Profile {
    fn new(name: &str) -> Self {
        let folder = format!("synod-chromium-{name}-{}", std::process::id());
        Self(std::env::temp_dir().join(folder))
    }
}

impl Drop for Profile {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The Explorer's page.
struct Page {
    client: Client,
}

impl Page {
    /// Chooses these steps one after the other.
    async fn follow(&self, steps: &[impl AsRef<str>]) {
        let choices = "//h2[.='Next Action Choices']/following-sibling::ul[1]";
        self.click(&format!("{choices}//a[.='Init 0']")).await;
        let path = "//ol[@class='path-list']/li";
        // The first two entries of the path lead to the initial state.
        for (step, position) in steps.iter().map(AsRef::as_ref).zip(3..) {
            self.click(&format!("{choices}//a[.='{step}']")).await;
            self.find(&format!("{path}[{position}]/a[.='{step}']"))
                .await;
        }
    }

    /// The page has none of the verdicts of Stateright's own page.
    async fn has_no_verdicts(&self) {
        let page = self.client.source().await.unwrap();
        for words in [
            "Safety holds",
            "Counterexample",
            "Example",
            "Properties",
            "Depth",
        ] {
            assert!(!page.contains(words), "{words}: {page}");
        }
    }

    async fn find(&self, path: &str) -> fantoccini::elements::Element {
        let wait = self.client.wait().at_most(PATIENCE);
        match wait.for_element(Locator::XPath(path)).await {
            Ok(element) => element,
            Err(error) => {
                self.keep_picture("failure").await;
                panic!("{path}: {error}; see chromium/failure.png in cargo's folder target/tmp")
            }
        }
    }

    async fn click(&self, path: &str) {
        // The page may replace an element before it is clicked.
        let mut clicked = self.find(path).await.click().await;
        for _ in 0..9 {
            if clicked.is_ok() {
                return;
            }
            clicked = self.find(path).await.click().await;
        }
        clicked.unwrap();
    }

    /// The picture of the current state, which must be visible.
    async fn picture(&self) -> String {
        let svg = self.find("//section//*[local-name()='svg']").await;
        assert!(svg.is_displayed().await.unwrap());
        let (_, _, width, height) = svg.rectangle().await.unwrap();
        assert!(width > 50.0 && height > 20.0, "{width} by {height}");
        svg.html(false).await.unwrap()
    }

    /// The complete text of the current state has these words.
    async fn see_in_state(&self, words: &str) {
        let complete = self
            .find("//label[contains(., 'Complete State?')]/input")
            .await;
        if !complete.is_selected().await.unwrap() {
            complete.click().await.unwrap();
        }
        self.find(&format!("//section/div[contains(., '{words}')]"))
            .await;
    }

    async fn keep_picture(&self, name: &str) {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("chromium");
        std::fs::create_dir_all(&folder).unwrap();
        let picture = self.client.screenshot().await.unwrap();
        std::fs::write(folder.join(format!("{name}.png")), picture).unwrap();
    }
}

/// A program that serves at an address, ended with the test.
struct Started {
    child: Child,
    address: String,
}

impl Started {
    fn explorer(spec: &str, options: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_synod"));
        command
            .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
            .args(["explore", spec, "--port", "0"])
            .args(options)
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let output = child.stderr.take().unwrap();
        let address = find_in_output(output, |line| {
            let (_, address) = line.split_once("open ")?;
            Some(address.split_once(' ')?.0.to_owned())
        });
        Self { child, address }
    }

    fn driver() -> Self {
        let mut command = Command::new("chromedriver");
        let mut child = command
            .arg("--port=0")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let output = child.stdout.take().unwrap();
        let address = find_in_output(output, |line| {
            let (_, port) = line.split_once("started successfully on port ")?;
            let port: u16 = port.trim_end_matches('.').parse().ok()?;
            Some(format!("http://127.0.0.1:{port}"))
        });
        Self { child, address }
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The value that `find` reads from a line of the output. The rest of the output is read
/// and dropped, so that the program can write it.
fn find_in_output(
    output: impl Read + Send + 'static,
    find: impl Fn(&str) -> Option<String>,
) -> String {
    let mut lines = BufReader::new(output).lines().map_while(Result::ok);
    let found = lines.find_map(|line| find(&line)).unwrap();
    std::thread::spawn(move || lines.for_each(drop));
    found
}
