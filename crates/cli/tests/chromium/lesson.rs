//! The guided lesson, from its beginning to its end.

use crate::browser::{Page, Started, at_address};

/// An action of the reader in a chapter, or something that the page must show then.
enum Do {
    /// Clicks on a place of the stage or of the text.
    Click(&'static str),
    /// Takes a choice.
    Take(&'static str),
    /// Delivers a message, by a click in the diagram.
    Deliver(&'static str),
    /// Marks an answer of a question: the task, the part, the answer.
    Answer(&'static str, &'static str, &'static str),
    /// Sends the answers of a question.
    Submit(&'static str),
    /// Sees something.
    See(&'static str),
    /// Sees that a task is solved.
    Solved(&'static str),
}

use Do::{Answer, Click, Deliver, See, Solved, Submit, Take};

const CHAPTERS: [&[Do]; 7] = [
    &[
        Answer("1.successful", "ballot", "27"),
        Submit("1.successful"),
        Solved("1.successful"),
        Click("[data-spot='4.decree']"),
        Solved("1.break"),
        Click("[data-spot='4.decree']"),
        Solved("1.repair"),
        Click("[data-mode='quorums']"),
        Click("[data-spot='3.Δ']"),
        Solved("1.quorums"),
    ],
    &[
        Answer("2.abc", "decree", "α"),
        Submit("2.abc"),
        Solved("2.abc"),
        Answer("2.acd", "decree", "β"),
        Submit("2.acd"),
        Solved("2.acd"),
    ],
    &[
        Answer("3.predict", "claim", "B3"),
        Answer("3.predict", "length", "many"),
        Submit("3.predict"),
        See(".answer[data-found='B3']"),
        Solved("3.predict"),
    ],
    &[
        Answer("4.majority", "count", "2"),
        Submit("4.majority"),
        Solved("4.majority"),
        Take("Α: Try New Ballot 0"),
        Take("Α: Send NextBallot"),
        Deliver("NextBallot(0) from Α to Β"),
        Deliver("NextBallot(0) from Α to Γ"),
        Take("Β: Send LastVote"),
        Take("Γ: Send LastVote"),
        Deliver("LastVote(0, null_Β) from Β to Α"),
        Deliver("LastVote(0, null_Γ) from Γ to Α"),
        Take("Α: Start Polling {Β Γ} on a"),
        Solved("4.begin"),
        Take("Α: Send BeginBallot"),
        Deliver("BeginBallot(0, a) from Α to Β"),
        Deliver("BeginBallot(0, a) from Α to Γ"),
        Solved("4.pass"),
        Take("Β: Send Voted"),
        Take("Γ: Send Voted"),
        Deliver("Voted(0, Β) from Β to Α"),
        Deliver("Voted(0, Γ) from Γ to Α"),
        Take("Α: Succeed"),
        Solved("4.ledger"),
    ],
    &[
        Answer("5.decree", "decree", "a"),
        Submit("5.decree"),
        Solved("5.decree"),
        Click("[data-duel]"),
        Take("Α: the absence timer fires"),
        Take("Β: the absence timer fires"),
        Deliver("NextBallot(1) from Β to Α"),
        Solved("5.first"),
        Take("Α: the round timer fires"),
        Deliver("NextBallot(2) from Α to Β"),
        Solved("5.second"),
        Answer("5.cost", "cost", "time"),
        Submit("5.cost"),
        Solved("5.cost"),
    ],
    &[
        Answer("6.predict", "printed", "a"),
        Answer("6.predict", "asked", "b"),
        Answer("6.predict", "consistency", "no"),
        Submit("6.predict"),
        See("[data-broken='B3']"),
        Solved("6.predict"),
        Click("[data-repair]"),
        See("[data-repaired]"),
    ],
    &[],
];

pub(crate) fn whole() {
    let explorer = Started::explorer(&[]);
    let address = format!("{}#learn", explorer.address);
    at_address("lesson", &address, async |page| {
        for (chapter, actions) in (1..).zip(CHAPTERS) {
            page.css(&format!("main[data-chapter='{chapter}']")).await;
            for action in actions {
                take(page, action).await;
            }
            page.keep_picture(&format!("lesson-{chapter}")).await;
            if chapter < CHAPTERS.len() {
                page.click_css("[data-next]").await;
            }
        }
        let told = page.value("document.querySelector('.lesson-foot .note').textContent");
        assert_eq!(told.await, "Chapter 7 of 7. Tasks solved: 17 of 17.");
    });
}

/// The CSS selector of an element on the stage of the current chapter.
fn on_stage(part: &str) -> String {
    format!(".lesson-stage > :not([hidden]) {part}")
}

async fn take(page: &Page, action: &Do) {
    match action {
        Click(part) => page.click_css(part).await,
        See(part) => page.css(part).await,
        Take(step) => {
            let choice = format!("button.take[data-step-name='{step}']");
            page.click_css(&on_stage(&choice)).await;
        }
        Deliver(message) => {
            let button = format!(".chip[role=button][aria-label^='Deliver {message}']");
            page.click_css(&on_stage(&button)).await;
        }
        Answer(task, part, answer) => {
            let answer = format!(
                "form[data-task='{task}'] input[data-part='{part}'][data-answer='{answer}']"
            );
            page.click_css(&answer).await;
        }
        Submit(task) => page.click_css(&format!("[data-submit='{task}']")).await,
        Solved(task) => {
            let solved = format!(".words [data-task='{task}'][data-solved]");
            page.css(&solved).await;
        }
    }
}
