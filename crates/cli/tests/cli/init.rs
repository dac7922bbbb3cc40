//! `synod init` writes a spec and a workflow, and overwrites nothing.

use crate::command::{Folder, SMALL};
use std::fs;
use std::process::Output;

const SPEC: &str = "two-priests-hold.toml";
const WORKFLOW: &str = ".github/workflows/synod.yml";

fn init(folder: &Folder, name: &str) -> (i32, String) {
    let Output { status, stderr, .. } = folder.synod(&["init", name]).output().unwrap();
    (status.code().unwrap(), String::from_utf8(stderr).unwrap())
}

#[test]
fn the_spec_that_init_writes_passes_a_check() {
    let folder = Folder::new();
    let (status, said) = init(&folder, "mine");
    assert_eq!(status, 0, "{said}");
    assert!(said.contains("mine is in no git repository"), "{said}");
    assert!(!folder.path("mine/.github").exists());
    let (lines, status, complaints) = folder.json(&["check", "mine"]);
    assert_eq!((lines.len(), status, complaints.as_str()), (1, 0, ""));
    assert_eq!(lines[0].0, format!("mine/{SPEC}"));
}

#[test]
fn the_workflow_checks_the_folder_with_a_revision_that_can_be_fetched() {
    let folder = Folder::new();
    fs::create_dir_all(folder.path("mine/.git")).unwrap();
    let (status, said) = init(&folder, "mine");
    assert_eq!(status, 0, "{said}");
    let workflow = folder.read(&format!("mine/{WORKFLOW}"));
    assert!(workflow.contains("paths: |\n            .\n"), "{workflow}");
    // A build of changed files, or without git, is of no revision that can be fetched.
    let has_revision = !workflow.contains("synod@REVISION\n");
    let asks_for_both = said.contains("Fill in owner and revision of Synod there");
    assert_ne!(asks_for_both, has_revision, "{said}");
    let asks_for_one = said.contains("Fill in the owner of Synod there");
    assert_eq!(asks_for_one, has_revision, "{said}");
}

#[test]
fn for_gitlab_a_part_is_written_and_included_where_nothing_is_there() {
    let folder = Folder::new();
    fs::create_dir_all(folder.path("mine/.git")).unwrap();
    let said = folder
        .synod(&["init", "mine", "--ci", "gitlab"])
        .output()
        .unwrap();
    assert_eq!(said.status.code(), Some(0));
    assert!(!folder.path(&format!("mine/{WORKFLOW}")).exists());
    let part = folder.read("mine/.gitlab/synod.yml");
    assert!(
        part.contains(".synod/bin/synod check . ${baseline"),
        "{part}"
    );
    assert!(
        folder
            .read("mine/.gitlab-ci.yml")
            .contains("local: .gitlab/synod.yml")
    );
}

#[test]
fn the_host_is_that_of_the_remote_or_else_of_the_files() {
    let gitlab = "[remote \"origin\"]\n\turl = git@gitlab.example.org:a/b.git\n";
    let github = "[remote \"origin\"]\n\turl = https://github.com/a/b\n";
    let name = "[remote \"origin\"]\n\turl = https://github.com/a/gitlab-tools\n";
    let port = "[remote \"origin\"]\n\turl = ssh://git@gitlab.example.org:22/github/b\n";
    let folder = "[remote \"origin\"]\n\turl = /srv/gitlab/a:b\n";
    let submodule = "[submodule \"a\"]\n\turl = https://gitlab.com/a/b\n";
    for (config, has_file, is_gitlab) in [
        (gitlab, false, true),
        (github, true, false),
        (name, true, false),
        (port, false, true),
        (folder, false, false),
        (submodule, false, false),
        (&format!("{submodule}{github}"), true, false),
        ("", true, true),
        ("", false, false),
    ] {
        let folder = Folder::new();
        folder.write("mine/.git/config", config);
        if has_file {
            folder.write("mine/.gitlab-ci.yml", "stages: [test]\n");
        }
        let (status, said) = init(&folder, "mine");
        assert_eq!(status, 0, "{said}");
        assert_eq!(
            folder.path("mine/.gitlab/synod.yml").exists(),
            is_gitlab,
            "{said}"
        );
        assert_eq!(
            folder.path(&format!("mine/{WORKFLOW}")).exists(),
            !is_gitlab,
            "{said}"
        );
        if has_file {
            // It stays, and a person is told what to add.
            assert_eq!(folder.read("mine/.gitlab-ci.yml"), "stages: [test]\n");
            let hint = "Add an entry to your `include` there";
            assert_eq!(said.contains(hint), is_gitlab, "{said}");
        }
    }
}

#[test]
fn each_line_in_a_comment_of_the_spec_can_be_used() {
    let folder = Folder::new();
    init(&folder, "mine");
    let text = folder.read(&format!("mine/{SPEC}"));
    let weights = text.replace("# quorums", "quorums");
    folder.write("weights.toml", weights);
    let (lines, ..) = folder.json(&["check", "weights.toml"]);
    assert_eq!(lines[0].1["verdict"], "holds");
    let mutant = text.replace("# mutant", "mutant");
    folder.write("mutant.toml", &mutant);
    let (lines, status, _) = folder.json(&["check", "mutant.toml"]);
    let found = &lines[0].1;
    assert_eq!((&found["verdict"], status), (&"violated".into(), 1));
    let (spec, _) = mutant.split_once("\n[expect]\n").unwrap();
    let (_, expected) = mutant.split_once("# Of a mutant:").unwrap();
    folder.write(
        "expected.toml",
        format!("{spec}\n[expect]{}", expected.replace("\n# ", "\n")),
    );
    let (_, status, said) = folder.json(&["check", "expected.toml"]);
    assert_eq!(status, 0, "{said}");
}

#[test]
fn in_a_git_repository_the_workflow_is_written_to_its_root() {
    let folder = Folder::new();
    fs::create_dir_all(folder.path("project/.git")).unwrap();
    let (status, said) = init(&folder, "project/models/it's");
    assert_eq!(status, 0, "{said}");
    let workflow = folder.read(&format!("project/{WORKFLOW}"));
    assert!(workflow.contains("            models/it's\n"), "{workflow}");
    assert!(!folder.path("project/models/it's/.github").exists());
    assert!(said.contains(&format!("\nproject/{WORKFLOW}: ")), "{said}");
    assert!(!said.contains("in no git repository"), "{said}");
}

#[test]
fn an_existing_file_is_named_and_stays_and_what_is_missing_is_written() {
    for there in [SPEC, WORKFLOW] {
        let folder = Folder::new();
        fs::create_dir_all(folder.path("mine/.git")).unwrap();
        folder.write(&format!("mine/{there}"), SMALL);
        let (status, said) = init(&folder, "mine");
        assert_eq!(status, 0, "{said}");
        let stays = format!("mine/{there} is there already, and was not changed.");
        assert!(said.contains(&stays), "{said}");
        assert_eq!(folder.read(&format!("mine/{there}")), SMALL);
        for file in [SPEC, WORKFLOW] {
            assert!(folder.path("mine").join(file).exists());
        }
        let (status, said) = init(&folder, "mine");
        assert_eq!(status, 2, "{said}");
        assert!(said.contains("nothing was written"), "{said}");
    }
}

#[test]
fn a_folder_with_other_files_that_a_check_would_take_is_refused() {
    let folder = Folder::new();
    folder.write("project/Cargo.toml", "[package]");
    let (status, said) = init(&folder, "project");
    assert_eq!(status, 2);
    assert!(
        said.contains("for a run spec: project/Cargo.toml:1:2: "),
        "{said}"
    );
    assert!(!folder.path("project").join(SPEC).exists());
    // A folder with other run specs is accepted.
    folder.write("specs/own.toml", SMALL);
    assert_eq!(init(&folder, "specs").0, 0);
}

#[test]
fn the_host_is_also_found_from_a_worktree_and_from_a_submodule() {
    let gitlab = "[remote \"origin\"]\n\turl = git@gitlab.example.org:a/b.git\n";
    let folder = Folder::new();
    folder.write("main/.git/config", gitlab);
    folder.write("main/.git/worktrees/other/commondir", "../..\n");
    folder.write("main/.git/modules/part/config", gitlab);
    let at = folder.path("main/.git/worktrees/other");
    folder.write("other/.git", format!("gitdir: {}\n", at.display()));
    folder.write("main/part/.git", "gitdir: ../.git/modules/part\n");
    for root in ["other", "main/part"] {
        let (status, said) = init(&folder, root);
        assert_eq!(status, 0, "{said}");
        let part = folder.path(root).join(".gitlab/synod.yml");
        assert!(part.exists(), "{said}");
    }
}

#[test]
fn a_pipeline_that_includes_the_part_needs_no_hint() {
    for (text, is_included) in [
        ("include:\n  - local: /.gitlab/synod.yml\n", true),
        ("include: [{ local: '.gitlab/*.yml' }]\n", true),
        ("# .gitlab/synod.yml\nstages: [test]\n", false),
    ] {
        let folder = Folder::new();
        fs::create_dir_all(folder.path("mine/.git")).unwrap();
        folder.write("mine/.gitlab-ci.yml", text);
        let mut init = folder.synod(&["init", "mine", "--ci", "gitlab"]);
        let said = String::from_utf8(init.output().unwrap().stderr).unwrap();
        assert_eq!(!said.contains("Add an entry"), is_included, "{said}");
        assert_eq!(!said.contains("the stage `test`"), is_included, "{said}");
        assert_eq!(folder.read("mine/.gitlab-ci.yml"), text);
    }
}

#[test]
fn a_folder_is_never_taken_for_an_option() {
    let folder = Folder::new();
    fs::create_dir_all(folder.path(".git")).unwrap();
    for (ci, file, expected) in [
        ("github", WORKFLOW, "            ./-x\n"),
        ("gitlab", ".gitlab/synod.yml", "synod check ./-x $"),
    ] {
        let mut init = folder.synod(&["init", "--ci", ci, "--", "-x"]);
        let said = String::from_utf8(init.output().unwrap().stderr).unwrap();
        let text = folder.read(file);
        assert!(text.contains(expected), "{text}");
        assert!(said.starts_with("./-x/"), "{said}");
        fs::remove_file(folder.path("-x").join(SPEC)).unwrap();
    }
}

#[test]
fn a_folder_whose_name_a_workflow_cannot_carry_is_refused() {
    let folder = Folder::new();
    fs::create_dir_all(folder.path(".git")).unwrap();
    for name in ["a\nb", "a\u{1b}[1m", "a\u{2028}b", "${{ b }}", "a "] {
        let (status, said) = init(&folder, name);
        assert_eq!(status, 2, "{said}");
        assert!(said.contains("the name of this folder has "), "{said}");
        assert!(said.contains("synod init specs"), "{said}");
        assert!(!folder.path(name).exists());
    }
}
