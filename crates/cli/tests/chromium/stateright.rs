//! Stateright's page.

use crate::browser::{Page, in_browser};
use fantoccini::elements::Element;
use std::process::Command;

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

/// Figure 1 of the ballot that passed, and the ledgers that hold its decree.
pub(crate) fn world() {
    in_browser(
        "stateright-world",
        &[SPEC, "--ui", "stateright"],
        async |page| {
            let page = Shown(page);
            page.follow(&TO_A_PASSED_DECREE).await;
            let picture = page.picture().await;
            assert!(picture.contains("Figure 1"), "{picture}");
            for part in [">0<", ">a<", ">Α<", ">Β<"] {
                assert!(picture.contains(part), "{part}: {picture}");
            }
            page.see_in_state("outcome[Α] = a").await;
            page.see_in_state("Votes(𝓑) = {").await;
        },
    );
}

/// A lifeline for each priest and an arrow for each message that arrived.
pub(crate) fn actors() {
    in_browser(
        "stateright-actors",
        &[SPEC, "--ui", "stateright", "--actors"],
        async |page| {
            let page = Shown(page);
            page.follow(&TO_A_PASSED_DECREE).await;
            let picture = page.picture().await;
            let count = |part: &str| picture.matches(part).count();
            assert_eq!(count("svg-actor-timeline"), 3, "{picture}");
            assert_eq!(count("marker-end"), 4, "{picture}");
            assert!(picture.contains("BeginBallot(0, a) to {Α Β}"), "{picture}");
            page.see_in_state("outcome[Α] = a").await;
        },
    );
}

/// The button explores as many states as the run spec expects. The page shows no
/// properties, because its verdicts on them would be wrong for a single state.
pub(crate) fn completion() {
    in_browser(
        "stateright-completion",
        &[SPEC, "--ui", "stateright"],
        async |page| {
            let page = Shown(page);
            page.0.click("//button[.='Run to completion']").await;
            page.0
                .find("//li[contains(., 'Progress:')]/span[.='Done']")
                .await;
            page.0
                .find("//li[contains(., 'Unique States:')]/span[.='325']")
                .await;
            page.has_no_verdicts().await;
        },
    );
}

/// The text of a state names the property that the state violates.
pub(crate) fn violation() {
    in_browser(
        "stateright-violation",
        &[VIOLATED, "--ui", "stateright"],
        async |page| {
            let page = Shown(page);
            page.follow(&steps_to_a_violation()).await;
            page.0
                .find("//section/div[contains(., 'B3 is violated: ')]")
                .await;
            page.picture().await;
            page.has_no_verdicts().await;
        },
    );
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

/// Stateright's page, as ours has changed it.
struct Shown<'a>(&'a Page);

impl Shown<'_> {
    /// Chooses these steps one after the other.
    async fn follow(&self, steps: &[impl AsRef<str>]) {
        let choices = "//h2[.='Next Action Choices']/following-sibling::ul[1]";
        self.0.click(&format!("{choices}//a[.='Init 0']")).await;
        let path = "//ol[@class='path-list']/li";
        // The first two entries of the path lead to the initial state.
        for (step, position) in steps.iter().map(AsRef::as_ref).zip(3..) {
            self.0.click(&format!("{choices}//a[.='{step}']")).await;
            self.0
                .find(&format!("{path}[{position}]/a[.='{step}']"))
                .await;
        }
    }

    /// The page has none of the verdicts of Stateright's own page.
    async fn has_no_verdicts(&self) {
        let page = self.0.client.source().await.unwrap();
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

    /// The picture of the current state, which must be visible.
    async fn picture(&self) -> String {
        let svg = "//section//*[local-name()='svg']";
        let read = async |svg: Element| {
            assert!(svg.is_displayed().await?);
            let (_, _, width, height) = svg.rectangle().await?;
            assert!(width > 50.0 && height > 20.0, "{width} by {height}");
            svg.html(false).await
        };
        self.0.with(svg, read).await
    }

    /// The complete text of the current state has these words.
    async fn see_in_state(&self, words: &str) {
        let complete = "//label[contains(., 'Complete State?')]/input";
        let choose = async |complete: Element| {
            if complete.is_selected().await? {
                return Ok(());
            }
            complete.click().await
        };
        self.0.with(complete, choose).await;
        self.0
            .find(&format!("//section/div[contains(., '{words}')]"))
            .await;
    }
}
