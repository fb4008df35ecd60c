//! The arrows point down: read off the source. What privacy cannot say is said here.

use std::fs;
use std::path::{Path, PathBuf};

/// Storeys from the ground up; a file may name only what stands on its own storey (where the table
/// allows it) or below.
const BASE: &[&str] = &["base", "config"];
const PLUMBING: &[&str] = &["web", "auth", "api"];
/// Rooms form a line: each may use those before it.
const ROOMS: &[&str] = &["orgs", "customers", "coupons", "badges"];
const DESKS: &[&str] =
    &["activity", "exports", "goodwill", "imports", "membercare", "reference", "requests"];
const WIRING: &[&str] = &["app", "cli", "demo", "worker", "main", "lib"];

fn sources(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            found.push(path);
        }
    }
}

fn all() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = Vec::new();
    sources(&root, &mut paths);
    assert!(paths.len() > 20, "the source is elsewhere");
    let name = |path: &Path| path.strip_prefix(&root).unwrap().display().to_string();
    paths.iter().map(|path| (name(path), fs::read_to_string(path).unwrap())).collect()
}

/// The modules a file names by `crate::x` outside of comments.
fn named(text: &str) -> Vec<String> {
    let code: Vec<&str> =
        text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    code.join("\n")
        .split("crate::")
        .skip(1)
        .map(|rest| rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect())
        .collect()
}

fn module(file: &str) -> &str {
    file.split(['/', '.']).next().unwrap()
}

fn allowed(module: &str) -> Vec<&'static str> {
    let storey = |parts: &[&[&'static str]]| parts.concat();
    match module {
        m if BASE.contains(&m) => storey(&[BASE, &["hex_id", "int_id"]]),
        "web" => storey(&[BASE, &["web"]]),
        "auth" => storey(&[BASE, &["web", "auth"]]),
        "api" => storey(&[BASE, &["api"]]),
        m if ROOMS.contains(&m) => {
            let place = ROOMS.iter().position(|room| *room == m).unwrap();
            // The activity desk's history fragment hangs on every object's page.
            storey(&[BASE, PLUMBING, &ROOMS[..=place], &["activity"]])
        }
        "activity" => storey(&[BASE, PLUMBING, &["activity"]]),
        m if DESKS.contains(&m) => storey(&[BASE, PLUMBING, ROOMS, DESKS]),
        m => {
            assert!(WIRING.contains(&m), "src/{m} stands on no storey");
            storey(&[BASE, PLUMBING, ROOMS, DESKS, WIRING])
        }
    }
}

#[test]
fn arrows_point_down() {
    for (file, text) in all() {
        let allowed = allowed(module(&file));
        for name in named(&text) {
            assert!(allowed.contains(&name.as_str()), "{file} must not name crate::{name}");
        }
    }
}

#[test]
fn sql_stands_only_in_stores() {
    for (file, text) in all() {
        let store = file.contains("store") || file.starts_with("base/db/") || file == "base/act.rs";
        let has = ["sqlx::query", "query_as!", "query_scalar!", "query!("]
            .iter()
            .any(|word| text.contains(word));
        assert!(store || !has, "{file} holds SQL");
        let unchecked = text.contains("AssertSqlSafe") || text.contains("QueryBuilder");
        assert!(!unchecked || file.starts_with("base/db/"), "{file} puts SQL together");
    }
}

#[test]
fn stores_know_no_pages_and_pages_no_sql() {
    for (file, text) in all() {
        let words = named(&text);
        if file.contains("/store") {
            for word in ["axum", "askama"] {
                assert!(!text.contains(&format!("use {word}")), "{file} knows {word}");
            }
            assert!(!words.contains(&"web".to_owned()), "{file} knows pages");
        }
        if file.ends_with("pages.rs") || file.contains("/pages/") {
            assert!(!text.contains("use sqlx"), "{file} knows sqlx");
        }
    }
}

#[test]
fn templates_hold_no_script_and_no_unescaped_value() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
    let mut stack = vec![root];
    let mut seen = 0;
    while let Some(dir) = stack.pop() {
        for entry in fs::read_dir(dir).unwrap().map(Result::unwrap) {
            if entry.path().is_dir() {
                stack.push(entry.path());
                continue;
            }
            seen += 1;
            let text = fs::read_to_string(entry.path()).unwrap();
            for word in [
                "|safe",
                "| safe",
                "<style",
                " style=",
                "hx-on",
                "javascript:",
                " onclick",
                " onchange",
            ] {
                assert!(!text.contains(word), "{} holds {word}", entry.path().display());
            }
            for script in text.split("<script").skip(1) {
                assert!(
                    script.trim_start().starts_with("src="),
                    "{} holds a script",
                    entry.path().display()
                );
            }
        }
    }
    assert!(seen > 10, "the templates are elsewhere");
}
