//! Headless Chromium, driven by chromedriver, and programs that serve to it.

use fantoccini::actions::{InputSource as _, KeyAction, KeyActions};
use fantoccini::elements::Element;
use fantoccini::error::CmdError;
use fantoccini::wd::{Capabilities, WebDriverCompatibleCommand};
use fantoccini::{Client, ClientBuilder, Locator};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// How long to wait for something that appears at once, unless the machine is busy.
const PATIENCE: Duration = Duration::from_secs(30);

/// Serves with these options, opens the page, and runs the test on it.
pub(crate) fn in_browser(name: &str, options: &[&str], test: impl AsyncFnOnce(&Page)) {
    let explorer = Started::explorer(options);
    at_address(name, &explorer.address, test);
}

/// Opens an address in a fresh profile, and runs the test on the page. Leaves a screenshot of
/// the page in `target/tmp/chromium/`.
pub(crate) fn at_address(name: &str, address: &str, test: impl AsyncFnOnce(&Page)) {
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
        client.goto(address).await.unwrap();
        Page { client }
    });
    // The browser is closed even after a panic: otherwise it would outlive the test.
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        runtime.block_on(async {
            test(&page).await;
            page.keep_picture(name).await;
            page.has_no_errors().await;
        });
    }));
    let closed = runtime.block_on(page.client.clone().close());
    match outcome {
        Ok(()) => closed.unwrap(),
        Err(panic) => resume_unwind(panic),
    }
}

fn capabilities(profile: &Profile) -> Capabilities {
    let options = json!({
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
    let logging = json!({ "browser": "ALL" });
    Capabilities::from_iter([
        ("goog:chromeOptions".to_owned(), options),
        ("goog:loggingPrefs".to_owned(), logging),
    ])
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

/// A page in the browser.
pub(crate) struct Page {
    pub(crate) client: Client,
}

/// A command that WebDriver has beside the standard ones.
#[derive(Debug)]
struct Extra {
    path: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for Extra {
    fn endpoint(
        &self,
        base: &url::Url,
        session: Option<&str>,
    ) -> Result<url::Url, url::ParseError> {
        base.join(&format!(
            "session/{}/{}",
            session.unwrap_or_default(),
            self.path
        ))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(self.body.to_string()))
    }
}

impl Page {
    /// Waits for an element at an `XPath`.
    pub(crate) async fn find(&self, path: &str) {
        self.wait_for(Locator::XPath(path)).await;
    }

    pub(crate) async fn click(&self, path: &str) {
        self.click_at(Locator::XPath(path)).await;
    }

    /// Waits for an element at an `XPath`, and returns the result of `act` on it.
    pub(crate) async fn with<T>(
        &self,
        path: &str,
        act: impl AsyncFn(Element) -> Result<T, CmdError>,
    ) -> T {
        self.with_element(Locator::XPath(path), act).await
    }

    /// Waits for an element that a CSS selector names.
    pub(crate) async fn css(&self, selector: &str) {
        self.wait_for(Locator::Css(selector)).await;
    }

    pub(crate) async fn click_css(&self, selector: &str) {
        self.click_at(Locator::Css(selector)).await;
    }

    async fn wait_for(&self, place: Locator<'_>) -> Element {
        let wait = self.client.wait().at_most(PATIENCE);
        match wait.for_element(place).await {
            Ok(element) => element,
            Err(error) => {
                self.keep_picture("failure").await;
                panic!("{place:?}: {error}; see chromium/failure.png in cargo's folder target/tmp")
            }
        }
    }

    async fn click_at(&self, place: Locator<'_>) {
        self.with_element(place, async |element| element.click().await)
            .await;
    }

    /// The page may replace an element before something is done with it: then it is looked
    /// for again.
    async fn with_element<T>(
        &self,
        place: Locator<'_>,
        act: impl AsyncFn(Element) -> Result<T, CmdError>,
    ) -> T {
        for _ in 0..9 {
            if let Ok(done) = act(self.wait_for(place).await).await {
                return done;
            }
        }
        act(self.wait_for(place).await).await.unwrap()
    }

    /// Whether there is such an element now.
    pub(crate) async fn has(&self, path: &str) -> bool {
        let found = self.client.find(Locator::XPath(path)).await;
        match found {
            Ok(_) => true,
            Err(error) if error.is_no_such_element() => false,
            Err(error) => panic!("{path}: {error}"),
        }
    }

    /// Presses a key, as a person does who has no mouse: it goes to what has the focus when
    /// it arrives.
    pub(crate) async fn press(&self, key: char) {
        let keyboard = KeyActions::new("keyboard".to_owned())
            .then(KeyAction::Down { value: key })
            .then(KeyAction::Up { value: key });
        self.client.perform_actions(keyboard).await.unwrap();
    }

    /// The value of an expression of the page.
    pub(crate) async fn value(&self, expression: &str) -> Value {
        let script = format!("return {expression}");
        self.client.execute(&script, Vec::new()).await.unwrap()
    }

    /// Another width and height, or another theme.
    pub(crate) async fn resize(&self, width: u32, height: u32, theme: &str) {
        let metrics =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", metrics)
            .await;
        let features = json!([{ "name": "prefers-color-scheme", "value": theme }]);
        self.devtools(
            "Emulation.setEmulatedMedia",
            json!({ "features": features }),
        )
        .await;
    }

    /// Without a network, as on a train.
    pub(crate) async fn go_offline(&self) {
        let offline = json!({
            "offline": true, "latency": 0, "downloadThroughput": 0, "uploadThroughput": 0
        });
        self.devtools("Network.emulateNetworkConditions", offline)
            .await;
    }

    async fn devtools(&self, command: &str, parameters: Value) {
        let extra = Extra {
            path: "goog/cdp/execute",
            body: json!({ "cmd": command, "params": parameters }),
        };
        self.client.issue_cmd(extra).await.unwrap();
    }

    /// The console has no errors, except that Stateright's page has no icon.
    async fn has_no_errors(&self) {
        let extra = Extra {
            path: "se/log",
            body: json!({ "type": "browser" }),
        };
        let entries = self.client.issue_cmd(extra).await.unwrap();
        let is_error = |entry: &&Value| {
            let message = entry["message"].as_str().unwrap();
            entry["level"] == "SEVERE" && !message.contains("/favicon.ico")
        };
        let errors: Vec<_> = entries
            .as_array()
            .unwrap()
            .iter()
            .filter(is_error)
            .collect();
        assert!(errors.is_empty(), "{errors:?}");
    }

    pub(crate) async fn keep_picture(&self, name: &str) {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("chromium");
        self.keep_picture_in(&folder, name).await;
    }

    pub(crate) async fn keep_picture_in(&self, folder: &Path, name: &str) {
        std::fs::create_dir_all(folder).unwrap();
        let picture = self.client.screenshot().await.unwrap();
        std::fs::write(folder.join(format!("{name}.png")), picture).unwrap();
    }
}

/// A program that serves at an address, ended with the test.
pub(crate) struct Started {
    child: Child,
    pub(crate) address: String,
}

impl Started {
    pub(crate) fn explorer(options: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_synod"));
        command
            .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
            .args(["explore", "--port", "0"])
            .args(options)
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let output = child.stderr.take().unwrap();
        let address = find_in_output(output, |line| {
            let (_, address) = line.split_once("open ")?;
            Some(address.split_once(' ')?.0.to_owned())
        });
        let address = address.unwrap();
        Self { child, address }
    }

    /// The driver of the browser. It chooses a free port for IPv4, and ends if another process has this
    /// port for IPv6: then it is started again.
    fn driver() -> Self {
        let mut attempts = std::iter::repeat_with(Self::driver_that_may_end).take(8);
        attempts.find_map(|driver| driver).unwrap()
    }

    fn driver_that_may_end() -> Option<Self> {
        let mut command = Command::new("chromedriver");
        let child = command.arg("--port=0").stdout(Stdio::piped()).spawn();
        let mut driver = Self {
            child: child.unwrap(),
            address: String::new(),
        };
        let output = driver.child.stdout.take().unwrap();
        driver.address = find_in_output(output, |line| {
            let (_, port) = line.split_once("started successfully on port ")?;
            let port: u16 = port.trim_end_matches('.').parse().ok()?;
            Some(format!("http://127.0.0.1:{port}"))
        })?;
        Some(driver)
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The value that `find` reads from a line of the output, if there is one. The rest of the output is read
/// and dropped, so that the program can write it.
fn find_in_output(
    output: impl Read + Send + 'static,
    find: impl Fn(&str) -> Option<String>,
) -> Option<String> {
    let mut lines = BufReader::new(output).lines().map_while(Result::ok);
    let found = lines.find_map(|line| find(&line));
    std::thread::spawn(move || lines.for_each(drop));
    found
}
