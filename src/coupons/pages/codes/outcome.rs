//! What became of each code: the answer to a form about several, and where it goes when all is said.

use askama::Template;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::IntoResponse;

use crate::base::error::Error;
use crate::base::problem::Problem;
use crate::coupons::coupon::Coupon;
use crate::web::chrome::Chrome;
use crate::web::flash::Flash;
use crate::web::hx::Hx;
use crate::web::{self, html, see_other_saying};

/// What became of a code.
pub struct Line {
    /// The code.
    pub code: String,
    /// Its page.
    pub href: String,
    /// Whether it was done.
    pub done: bool,
    /// What is so now, or why nothing was done.
    pub words: String,
}

impl Line {
    /// About a coupon: what is so now, or why not.
    pub fn new(coupon: &Coupon, words: std::result::Result<String, String>) -> Self {
        let done = words.is_ok();
        let href = format!("/coupons/codes/{}", coupon.id);
        let (Ok(words) | Err(words)) = words;
        Line { code: coupon.code.clone(), href, done, words }
    }
}

/// The table of outcomes.
#[derive(Template)]
#[template(path = "coupons/code_outcome.html", blocks = ["dialog"])]
pub struct Outcome {
    /// The shell.
    pub chrome: Chrome,
    /// "Revoked 3 of 5 coupons".
    pub title: String,
    /// One for each code.
    pub lines: Vec<Line>,
    /// The page to return to.
    pub back: String,
}

impl Outcome {
    /// "Revoked 3 of 5 coupons", "Revoked all 5 coupons", "Revoked no coupon".
    pub fn told(verb: &str, lines: &[Line]) -> String {
        let (done, all) = (lines.iter().filter(|line| line.done).count(), lines.len());
        match (done, all) {
            (0, _) => format!("{verb} no coupon"),
            (done, all) if done < all => format!("{verb} {done} of {all} coupons"),
            (1, _) => format!("{verb} 1 coupon"),
            (all, _) => format!("{verb} all {all} coupons"),
        }
    }

    /// The page, or into the dialog.
    pub fn show(self, hx: &Hx) -> web::Result {
        if hx.wants("dialog") { html(self.as_dialog()) } else { html(self) }
    }
}

/// To the page that shows what was done, saying it; from the dialog by its header.
pub fn gone_back(hx: &Hx, back: &str, said: Flash) -> web::Result {
    if !hx.wants("dialog") {
        return see_other_saying(back, said);
    }
    let mut response = StatusCode::OK.into_response();
    let to = HeaderValue::from_str(back).map_err(Error::internal)?;
    response.headers_mut().insert(HeaderName::from_static("hx-redirect"), to);
    if let Some(cookie) = said.cookie() {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// The reference's sentence, and what it means here.
pub fn sentence(problem: &Problem) -> String {
    let meaning = match problem.code {
        "expiry_past" => "choose a moment that is still to come",
        "expiry_beyond_series" => "choose a day within the offer",
        "redeemed" => "take back its redemption first",
        "series_expired" => "its offer has ended",
        "coupon_unknown" | "code_invalid" => "it was revoked, or nobody holds it",
        "redemption_unknown" => "it is not there, or was taken back already",
        "cannot_tell" => "the offer sends no messages",
        "send_failed" => "the customer has no mobile number",
        "used" => "nothing is left of it",
        _ => return problem.message.trim().to_owned(),
    };
    format!("{}: {meaning}", problem.message.trim())
}

/// The same about a field of a form.
pub fn explained(mut problem: Problem, field: &'static str) -> Problem {
    problem.message = sentence(&problem).into();
    problem.field = problem.field.or(Some(field.into()));
    problem
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coupons::refusal;

    fn told(done: &[bool]) -> String {
        let line = |done: &bool| Line {
            code: "A".to_owned(),
            href: String::new(),
            done: *done,
            words: String::new(),
        };
        Outcome::told("Revoked", &done.iter().map(line).collect::<Vec<_>>())
    }

    #[test]
    fn the_title_says_how_many() {
        assert_eq!(told(&[true]), "Revoked 1 coupon");
        assert_eq!(told(&[true, true]), "Revoked all 2 coupons");
        assert_eq!(told(&[true, false]), "Revoked 1 of 2 coupons");
        assert_eq!(told(&[false, false]), "Revoked no coupon");
    }

    #[test]
    fn the_reference_s_sentence_stays() {
        let said = sentence(&refusal::problem("redeemed"));
        assert_eq!(said, "Coupon code redeemed: take back its redemption first");
        assert_eq!(sentence(&refusal::problem("not_holder")), refusal::sentence("not_holder"));
    }
}
