//! Our own page.

use crate::browser::{Page, Started, at_address, in_browser};
use std::path::{Path, PathBuf};
use std::process::Command;

const BROKEN: &str = "basic/mutants/ignoring-prevVotes-breaks-B3";

const WORLD: &str = "complete/one-president-of-three-holds";

/// Mutants, each with the claim that breaks and the steps of its shortest counterexample, which
/// the run spec pins.
const MUTANTS: [(&str, &str, &str); 3] = [
    (
        BROKEN,
        "B3",
        "specs/basic/mutants/ignoring-prevVotes-breaks-B3.toml",
    ),
    (
        "basic/mutants/a-reused-number-breaks-B1",
        "B1",
        "specs/basic/mutants/a-reused-number-breaks-B1.toml",
    ),
    (
        "complete/mutants/recovering-without-nextBal-breaks-Consistency",
        "Consistency",
        "specs/complete/mutants/recovering-without-nextBal-breaks-Consistency.toml",
    ),
];

/// The number after `length =` in a run spec.
fn pinned_length(spec: &str) -> usize {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(spec);
    let text = std::fs::read_to_string(path).unwrap();
    let line = text
        .lines()
        .find(|line| line.starts_with("length"))
        .unwrap();
    line.split('=').nth(1).unwrap().trim().parse().unwrap()
}

/// The page stands at this step of so many, as the bar below tells.
async fn stands_at(page: &Page, at: usize, of: usize) {
    page.find(&format!("//*[contains(., '{at} / {of}')]")).await;
}

fn violated(claim: &str) -> String {
    format!("//section[contains(@class, 'verdict')]//h2[contains(., '{claim} is violated')]")
}

pub(crate) fn one_click() {
    for (spec, claim, file) in MUTANTS {
        let length = pinned_length(file);
        in_browser(&format!("breaks-{claim}"), &[spec], async |page| {
            assert!(!page.has(&violated(claim)).await);
            page.click(&format!("//button[contains(., 'Show how {claim} breaks')]"))
                .await;
            page.find(&violated(claim)).await;
            stands_at(page, length, length).await;
        });
    }
}

/// A message is a button in the diagram, at the process where it may arrive.
pub(crate) fn delivering() {
    in_browser("delivering", &[WORLD], async |page| {
        page.click("//button[contains(@class, 'take')][contains(., 'absence timer fires')]")
            .await;
        for (message, process) in [
            ("NextBallot(0)", "Β"),
            ("LastVote(0, null_Β)", "Α"),
            ("BeginBallot(0, a) to {Α Β}", "Β"),
            ("Voted(0, Β)", "Α"),
        ] {
            let label = format!("Deliver {message} from ");
            let at = format!(
                "//*[@role='button'][starts-with(@aria-label, '{label}')][@data-process='{process}']"
            );
            page.click(&at).await;
        }
        stands_at(page, 5, 5).await;
        page.find("//*[contains(@class, 'card')][contains(., 'outcome')][contains(., 'a')]")
            .await;
        let figure = page
            .value("document.querySelector('.now').textContent")
            .await;
        assert!(figure.as_str().unwrap().contains("B3 holds"), "{figure}");
    });
}

/// From the first step to the violation, back, and on another way.
pub(crate) fn keyboard() {
    in_browser("keyboard", &[BROKEN], async |page| {
        page.find("//button[contains(., 'Try New Ballot 1')]").await;
        page.press('1').await;
        stands_at(page, 1, 1).await;
        page.find("//button[contains(., 'Send NextBallot')]").await;
        page.press('1').await;
        stands_at(page, 2, 2).await;
        page.press('\u{e012}').await; // ArrowLeft
        stands_at(page, 1, 2).await;
        page.press('V').await;
        page.find(&violated("B3")).await;
        page.press('\u{e011}').await; // Home
        stands_at(page, 0, 20).await;
        page.press('?').await;
        page.find("//dialog[@open]").await;
        page.press('\u{e00c}').await; // Escape
        page.press('\u{e010}').await; // End
        stands_at(page, 20, 20).await;
    });
}

pub(crate) fn link() {
    let explorer = Started::explorer(&[BROKEN]);
    let mut link = String::new();
    at_address("link", &explorer.address, async |page| {
        page.click("//button[contains(., 'Show how B3 breaks')]")
            .await;
        page.find(&violated("B3")).await;
        link = page.client.current_url().await.unwrap().to_string();
    });
    at_address("link-opened", &link, async |page| {
        page.find(&violated("B3")).await;
        stands_at(page, 20, 20).await;
    });
    // A step that is not possible is told, with the run up to it.
    let changed = link.replacen("step=", "step=Α: Sleep&step=", 1);
    at_address("link-changed", &changed, async |page| {
        page.find("//*[contains(., 'Α: Sleep')][contains(., 'not possible')]")
            .await;
    });
}

pub(crate) fn exported() {
    let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("exported.html");
    let status = Command::new(env!("CARGO_BIN_EXE_synod"))
        .args(["explore", BROKEN, "--export", file.to_str().unwrap()])
        .status();
    assert!(status.unwrap().success());
    assert!(file.metadata().unwrap().len() < 500 << 10);
    at_address(
        "exported",
        &format!("file://{}", file.display()),
        async |page| {
            page.go_offline().await;
            page.client.refresh().await.unwrap();
            page.find(&violated("B3")).await;
            page.press('\u{e011}').await; // Home
            stands_at(page, 0, 20).await;
            assert!(!page.has(&violated("B3")).await);
            page.press('\u{e010}').await; // End
            page.find(&violated("B3")).await;
        },
    );
}

/// The pictures are for people who review the page; that nothing overflows is tested.
pub(crate) fn widths() {
    in_browser("widths", &[BROKEN], async |page| {
        page.click("//button[contains(., 'Show how B3 breaks')]")
            .await;
        page.find(&violated("B3")).await;
        for (width, height) in [(360, 800), (1280, 800), (3840, 2160)] {
            for theme in ["light", "dark"] {
                page.resize(width, height, theme).await;
                page.keep_picture(&format!("explorer-{width}-{theme}"))
                    .await;
                let wider = "document.documentElement.scrollWidth > innerWidth";
                assert_eq!(page.value(wider).await, false, "{width}");
            }
        }
    });
}

/// The pictures of the documents. With the variable `SYNOD_PICTURES` they are written to that
/// folder (`scripts/pictures` does so), and else beside the other pictures of these tests.
pub(crate) fn pictures() {
    let folder = std::env::var_os("SYNOD_PICTURES").map(PathBuf::from);
    let folder = folder.unwrap_or_else(|| Path::new(env!("CARGO_TARGET_TMPDIR")).join("chromium"));
    in_browser("pictures", &[BROKEN], async |page| {
        page.resize(1280, 800, "light").await;
        page.click("//button[contains(., 'Show how B3 breaks')]")
            .await;
        page.find(&violated("B3")).await;
        page.find("//*[contains(., 'every run')]").await;
        page.keep_picture_in(&folder, "explorer").await;
        page.press('P').await;
        page.find("//h2[contains(., 'Without this rule')]").await;
        page.find("//*[contains(., 'The paper forbids')][contains(., 'step 20')]")
            .await;
        page.keep_picture_in(&folder, "compare").await;
    });
    let explorer = Started::explorer(&[]);
    at_address(
        "pictures-lesson",
        &format!("{}#learn", explorer.address),
        async |page| {
            page.resize(1280, 800, "light").await;
            page.css("[data-spot='4.decree']").await;
            page.keep_picture_in(&folder, "lesson").await;
        },
    );
}
