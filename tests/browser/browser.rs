//! A browser in front of a product of its own: real Chromium, a real port, a fresh database, a worker.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::path::PathBuf;
use std::time::Duration;

use futures_util::FutureExt;
use guerdon::base::permission::Role;
use serde_json::{Value, json};
use thirtyfour::error::{WebDriverError, WebDriverErrorInner};
use thirtyfour::extensions::query::conditions;
use thirtyfour::prelude::*;
use thirtyfour::{ChromeCapabilities, ChromiumLikeCapabilities, Key, LoggingPrefsLogLevel};
use tokio::process::{Child, Command};

use crate::support::{PASSWORD, TestApp};

/// axe-core 4.14.1 (MPL-2.0), unchanged.
const AXE: &str = include_str!("axe.min.js");

/// One browser at a time: two cores carry one well.
static TURN: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

/// How a browser is set up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// As people have it.
    Plain,
    /// With scripts switched off.
    NoScript,
    /// On a telephone, or at 400 % zoom: 320 pixels wide.
    Narrow,
}

/// Somebody at a browser.
pub struct Tab {
    /// The browser.
    pub driver: WebDriver,
    /// The product behind it.
    pub app: TestApp,
    base: String,
}

/// Runs a journey in a fresh browser over a fresh product; says so and returns where there is none.
pub async fn journey<F: Future<Output = WebDriverResult<()>>>(
    kind: Kind,
    steps: impl FnOnce(std::rc::Rc<Tab>) -> F,
) {
    let Some((chromium, driver)) = found() else { return };
    let _turn = TURN.lock().await;
    let app = TestApp::new().await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let server = tokio::spawn(axum::serve(listener, app.router.clone()).into_future());
    let worker = guerdon::worker::worker(&app.app, 1).init().await.unwrap();
    let worker = tokio::spawn(async move { worker.run().await });
    let profile = tempfile::tempdir().unwrap();
    let (mut process, port) = start(&driver).await;
    let url = format!("http://127.0.0.1:{port}");
    let driver = WebDriver::new(&url, capabilities(&chromium, profile.path(), kind)).await.unwrap();
    driver.set_implicit_wait_timeout(Duration::ZERO).await.unwrap();
    let tab = std::rc::Rc::new(Tab { driver: driver.clone(), app, base });
    let done = AssertUnwindSafe(steps(tab)).catch_unwind().await;
    driver.quit().await.ok();
    process.kill().await.ok();
    worker.abort();
    server.abort();
    match done {
        Ok(result) => result.unwrap(),
        Err(panic) => std::panic::resume_unwind(panic),
    }
}

fn found() -> Option<(PathBuf, PathBuf)> {
    let named = |variable: &str, names: &[&str]| {
        let given = std::env::var_os(variable).map(PathBuf::from);
        let path = std::env::var_os("PATH").unwrap_or_default();
        given.or_else(|| {
            std::env::split_paths(&path)
                .flat_map(|dir| names.iter().map(move |name| dir.join(name)))
                .find(|file| file.is_file())
        })
    };
    let chromium = named("CHROME", &["chromium", "chromium-browser", "google-chrome"]);
    let both = chromium.zip(named("CHROMEDRIVER", &["chromedriver"]));
    if both.is_none() {
        let required = std::env::var("GUERDON_BROWSER").is_ok_and(|word| word == "require");
        assert!(!required, "no Chromium with its driver, and GUERDON_BROWSER=require");
        eprintln!("skipped: no Chromium with its driver on PATH");
    }
    both
}

/// Starts the driver on a free port.
async fn start(driver: &PathBuf) -> (Child, u16) {
    let port = {
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        free.local_addr().unwrap().port()
    };
    let process = Command::new(driver)
        .arg(format!("--port={port}"))
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    for _ in 0..200 {
        if tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
            return (process, port);
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("the driver does not answer");
}

fn capabilities(
    chromium: &std::path::Path,
    profile: &std::path::Path,
    kind: Kind,
) -> ChromeCapabilities {
    let mut caps = DesiredCapabilities::chrome();
    caps.set_binary(&chromium.display().to_string()).unwrap();
    for flag in [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--window-size=1280,1000",
        "--lang=en-US",
        &format!("--user-data-dir={}", profile.display()),
    ] {
        caps.add_arg(flag).unwrap();
    }
    caps.set_browser_log_level(LoggingPrefsLogLevel::Severe).unwrap();
    if kind == Kind::NoScript {
        let off = json!({ "profile.managed_default_content_settings.javascript": 2 });
        caps.add_experimental_option("prefs", off).unwrap();
    }
    if kind == Kind::Narrow {
        let metrics = json!({ "width": 320, "height": 800, "pixelRatio": 1.0 });
        let emulation = json!({ "deviceMetrics": metrics });
        caps.add_experimental_option("mobileEmulation", emulation).unwrap();
    }
    caps
}

fn is_stale(error: &WebDriverError) -> bool {
    matches!(error.as_inner(), WebDriverErrorInner::StaleElementReference(_))
}

impl Tab {
    /// Opens a page of ours.
    pub async fn open(&self, path: &str) -> WebDriverResult<()> {
        self.driver.goto(format!("{}{path}", self.base)).await
    }

    /// Opens a page and looks it over: nothing to scroll sideways, nothing inaccessible.
    pub async fn looks_over(&self, path: &str) -> WebDriverResult<()> {
        self.open(path).await?;
        assert_eq!(self.path().await?, path);
        self.fits().await?;
        self.is_accessible().await
    }

    /// Adds somebody and signs them in through the form.
    pub async fn sign_in(&self, name: &str, role: Role) -> WebDriverResult<()> {
        let email = self.app.add_person(self.app.org, name, role).await;
        self.open("/sign-in").await?;
        self.fill("email", &email).await?;
        self.fill("password", PASSWORD).await?;
        self.press("main form button").await?;
        // A touch does not wait for the page it leads to.
        for _ in 0..200 {
            if !self.path().await?.starts_with("/sign-in") {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{name} was not let in");
    }

    /// The element, once it is there and visible.
    pub async fn find(&self, css: &str) -> WebDriverResult<WebElement> {
        let query = self
            .driver
            .query(By::Css(css))
            .wait(Duration::from_secs(10), Duration::from_millis(50));
        query.with_filter(conditions::element_is_displayed(true)).first().await
    }

    /// Does it again when the page was swapped between finding an element and using it.
    async fn steadily(&self, step: impl AsyncFn() -> WebDriverResult<()>) -> WebDriverResult<()> {
        for _ in 0..40 {
            match step().await {
                Err(error) if is_stale(&error) => {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
                done => return done,
            }
        }
        step().await
    }

    /// Clicks an element.
    pub async fn press(&self, css: &str) -> WebDriverResult<()> {
        self.steadily(async || self.click(self.find(css).await?).await).await
    }

    /// Clicks where a person would: on what is not under the bar that sticks to the foot of a form.
    async fn click(&self, element: WebElement) -> WebDriverResult<()> {
        let middle = "arguments[0].scrollIntoView({ block: 'center' })";
        self.driver.execute(middle, vec![element.to_json()?]).await?;
        element.click().await
    }

    /// Clicks a link or button by its words.
    pub async fn press_words(&self, words: &str) -> WebDriverResult<()> {
        let path = format!("//*[self::a or self::button][contains(normalize-space(.), '{words}')]");
        self.steadily(async || {
            let query = self
                .driver
                .query(By::XPath(path.clone()))
                .wait(Duration::from_secs(10), Duration::from_millis(50));
            let displayed = query.with_filter(conditions::element_is_displayed(true));
            self.click(displayed.first().await?).await
        })
        .await
    }

    /// Types into a field by its name, over whatever it holds.
    pub async fn fill(&self, name: &str, text: &str) -> WebDriverResult<()> {
        let css = format!("main [name='{name}'], dialog [name='{name}']");
        self.steadily(async || {
            let field = self.find(&css).await?;
            field.clear().await?;
            field.send_keys(text).await
        })
        .await
    }

    /// Sets a date, as the browser's own picker would: typing depends on its language.
    pub async fn date(&self, name: &str, day: &str) -> WebDriverResult<()> {
        let field = self.find(&format!("main [name='{name}']")).await?;
        let set = "arguments[0].value = arguments[1]";
        self.driver.execute(set, vec![field.to_json()?, json!(day)]).await.map(drop)
    }

    /// Chooses what begins with these words in a select.
    pub async fn choose(&self, name: &str, words: &str) -> WebDriverResult<()> {
        let css = format!("main select[name='{name}'], dialog select[name='{name}']");
        self.find(&css).await?.send_keys(words).await
    }

    /// Presses keys on whatever has the focus.
    pub async fn keys(&self, keys: impl Into<TypingData> + Clone + Send) -> WebDriverResult<()> {
        self.steadily(async || {
            self.driver.active_element().await?.send_keys(keys.clone().into()).await
        })
        .await
    }

    /// Waits until the text stands in an element.
    pub async fn sees(&self, css: &str, text: &str) -> WebDriverResult<()> {
        let mut last = String::new();
        for _ in 0..200 {
            // An element may be swapped out between finding and reading it.
            for element in self.driver.find_all(By::Css(css)).await? {
                last = element.text().await.unwrap_or_default();
                if last.contains(text) {
                    return Ok(());
                }
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let page = self.driver.find(By::Css("body")).await?.text().await?;
        panic!("{css} should show {text:?}, shows {last:?} on:\n{page}");
    }

    /// Waits until the text stands in an element no more.
    pub async fn loses(&self, css: &str, text: &str) -> WebDriverResult<()> {
        for _ in 0..200 {
            let words = self.find(css).await?.text().await.unwrap_or_default();
            if !words.contains(text) {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{css} should no longer show {text:?}");
    }

    /// Loads the page again until the text stands in an element: what people without scripts do.
    pub async fn refreshes_until(&self, css: &str, text: &str) -> WebDriverResult<()> {
        for _ in 0..100 {
            for element in self.driver.find_all(By::Css(css)).await? {
                if element.text().await.unwrap_or_default().contains(text) {
                    return Ok(());
                }
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
            self.driver.refresh().await?;
        }
        self.sees(css, text).await
    }

    /// Whether the page asks before it is left. (The driver itself waves such questions through.)
    pub async fn would_ask_before_leaving(&self) -> WebDriverResult<bool> {
        let ask = "const leaving = new Event('beforeunload', { cancelable: true });
            window.dispatchEvent(leaving);
            return leaving.defaultPrevented";
        self.driver.execute(ask, vec![]).await?.convert()
    }

    /// Where the browser is: path and query.
    pub async fn path(&self) -> WebDriverResult<String> {
        let url = self.driver.current_url().await?.to_string();
        Ok(url.strip_prefix(&self.base).unwrap_or(&url).to_owned())
    }

    /// Waits until the browser is at a path.
    pub async fn arrives(&self, path: &str) -> WebDriverResult<()> {
        for _ in 0..200 {
            if self.path().await? == path {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("should be at {path}, is at {}", self.path().await?);
    }

    /// Asks axe-core about the page as it stands, light and dark; any finding fails, and so does
    /// anything the browser complained about: a script that broke, a rule of the policy that was hit.
    pub async fn is_accessible(&self) -> WebDriverResult<()> {
        let path = self.path().await?;
        // A page answered with 404 or 422 is no complaint, nor a request that a later one replaced.
        let noise = ["Failed to load resource", "htmx:sendAbort", "htmx:afterRequest"];
        let complaints = self.driver.browser_log().await?.into_iter().map(|entry| entry.message);
        let complaints: Vec<_> =
            complaints.filter(|words| !noise.iter().any(|one| words.contains(one))).collect();
        assert!(complaints.is_empty(), "the browser complains on {path}: {complaints:#?}");
        for theme in ["light", "dark"] {
            let look = "document.documentElement.dataset.theme = arguments[0]";
            self.driver.execute(look, vec![json!(theme)]).await?;
            self.driver.execute(AXE, vec![]).await?;
            let found = self.driver.execute_async(RUN_AXE, vec![]).await?;
            let found: Vec<Value> = found.convert()?;
            let words: Vec<String> =
                found.iter().map(|one| serde_json::to_string_pretty(one).unwrap()).collect();
            assert!(found.is_empty(), "axe on {path}, {theme}:\n{}", words.join("\n"));
        }
        Ok(())
    }

    /// Whether the page is wider than the window, which makes people scroll sideways.
    pub async fn fits(&self) -> WebDriverResult<()> {
        let wide =
            "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
        let over: i64 = self.driver.execute(wide, vec![]).await?.convert()?;
        assert!(over <= 0, "{} is {over} px too wide", self.path().await?);
        Ok(())
    }
}

/// Animations would be measured half-way; axe's findings come back short enough to read.
const RUN_AXE: &str = r"
    const done = arguments[arguments.length - 1];
    document.getAnimations().forEach((animation) => animation.finish());
    axe.run(document).then((result) => done(result.violations.map((one) => ({
        rule: one.id, help: one.help,
        nodes: one.nodes.slice(0, 5).map((node) => ({ html: node.html.slice(0, 300), why: node.failureSummary })),
    }))), (error) => done([{ rule: 'axe itself', help: String(error) }]));
";

/// The Tab key, and the like.
pub const TAB: Key = Key::Tab;
