//! The form as a page, and what it shows before it saves.

use askama::Template;
use chrono::{DateTime, Utc};

use super::boxes::{Boxes, PRODUCTS};
use super::read::read;
use crate::auth::Staff;
use crate::base::ids::SeriesId;
use crate::base::problem::{Problem, Problems};
use crate::coupons::check::{Checked, Context};
use crate::coupons::draft::Draft;
use crate::coupons::pages::head::path;
use crate::coupons::pages::view::{PLACES, WEEKDAYS};
use crate::coupons::series::{Handling, Series};
use crate::web::chrome::{Chrome, Nav};
use crate::web::parts::Choice;

/// What all pages of one form share.
pub struct Flow {
    /// Who fills it in.
    pub staff: Staff,
    /// The series that is changed.
    pub existing: Option<Series>,
    /// Offers to choose from, by number.
    pub names: Vec<(SeriesId, String)>,
    /// Now.
    pub now: DateTime<Utc>,
}

/// The words of a box: what it is called on the page, in the page's order.
const LABELS: [(&str, &str); 36] = [
    ("description", "Name"),
    ("fixedEnd", "Offer expires"),
    ("validTillDate", "Last day"),
    ("discountCode", "Point-of-sale identifier"),
    ("seriesCode", "Offer code"),
    ("termsAndConditions", "Terms and conditions"),
    ("customPropertyMap", "Custom metadata"),
    ("discountType", "Kind of discount"),
    ("discountValue", "Discount"),
    ("discountUpto", "Most that is taken off"),
    ("isValidWithDiscountedItem", "Sale items"),
    ("externalIssual", "Issued through"),
    ("clientHandlingType", "How codes come about"),
    ("genericCode", "Common code"),
    ("alphaNumeric", "Made of"),
    ("randomCodeLength", "Random part"),
    ("couponPrefix", "Prefix"),
    ("couponSuffix", "Suffix"),
    ("expiryStrategyType", "A coupon expires"),
    ("expiryStrategyValue", "How many days or months"),
    ("maxVouchersPerUser", "Most coupons of one customer"),
    ("minDaysBetweenVouchers", "Gap between two issues"),
    ("doNotResendExistingVoucher", "If the customer matches again"),
    ("maxCreate", "Most coupons in all"),
    ("notifyAt", "Tell when so many are left"),
    ("excluded", "Not for holders of"),
    ("excluded.others", "Other offers by number"),
    ("smsTemplate", "Message"),
    ("shortSMSTemplate", "Short message"),
    ("anyUser", "Who can redeem"),
    ("redemptionPerCouponMaxLimit", "Most redemptions of one code"),
    ("maxRedemptionsInSeriesPerUser", "Most redemptions of one customer"),
    ("maxRedeem", "Most redemptions in all"),
    ("minDaysBetweenRedemption", "Gap between two redemptions"),
    ("redemptionValidFrom", "Not before"),
    ("redemptionValidAfterDays", "Days after issual"),
];

/// What a message may hold.
const MESSAGE_HINT: &str = "Goes with each issued coupon. Tags: {{first_name}} {{last_name}} \
    {{fullname}} {{voucher}} {{valid_days_from_create}} {{offer_name}} {{optout}}";

/// What a box is called on the page.
pub fn label(key: &str) -> String {
    let known = LABELS.iter().find(|(name, _)| *name == key);
    known.map_or_else(|| key.replace(['.', '_'], " "), |(_, label)| (*label).to_owned())
}

impl Flow {
    /// The boxes read and judged as the deed will judge them; every problem at once.
    pub fn check(&self, boxes: &Boxes) -> Result<(Draft, Checked), Problems> {
        let (draft, mut problems) = read(boxes, self.existing.as_ref(), self.staff.zone);
        let context = Context {
            now: self.now,
            zone: self.staff.zone,
            existing: self.existing.as_ref(),
            future: true,
        };
        match draft.check(&context) {
            Ok(checked) if problems.is_empty() => return Ok((draft, checked)),
            Ok(_) => (),
            Err(found) => found.into_iter().for_each(|problem| problems.push(problem)),
        }
        Err(on_screen(problems))
    }

    /// Where the form posts to.
    pub fn action(&self) -> String {
        match &self.existing {
            Some(series) => format!("{}/edit", path(series.id)),
            None => "/coupons/new".to_owned(),
        }
    }

    /// Where leaving the form leads.
    pub fn back(&self) -> String {
        self.existing.as_ref().map_or_else(|| "/coupons".to_owned(), |series| path(series.id))
    }

    /// The form's title.
    pub fn title(&self) -> String {
        match &self.existing {
            Some(series) => format!("Edit {}", series.description),
            None => "New offer".to_owned(),
        }
    }

    /// The shell.
    pub fn chrome(&self) -> Chrome {
        let chrome = Chrome::new(&self.staff, Nav::Coupons).crumb("Offers", "/coupons");
        match &self.existing {
            Some(series) => chrome.crumb(&series.description, path(series.id)).title("Edit"),
            None => chrome.title("New offer"),
        }
    }
}

/// Problems in the words and the order of the page: a call names fields, a form names boxes.
pub fn on_screen(problems: Problems) -> Problems {
    let mut all: Vec<Problem> = problems.into_iter().collect();
    all.sort_by_key(|problem| place(problem.field.as_deref().unwrap_or_default()));
    let mut shown = Problems::none();
    for problem in all {
        let field = problem.field.as_deref().unwrap_or_default();
        let message = match problem.code {
            "mandatory" | "generic_blank" | "series_code_blank" => {
                format!("“{}” must be filled in", label(field)).into()
            }
            _ => problem.message,
        };
        shown.push(Problem { message, ..problem });
    }
    shown
}

/// Where a box stands among the others; those of folds stand at the end of their sections.
fn place(field: &str) -> usize {
    let at = |name: &str| LABELS.iter().position(|(key, _)| *key == name);
    let fold = if field.starts_with("product") { at("isValidWithDiscountedItem") } else { None };
    at(field).or(fold).unwrap_or(LABELS.len())
}

/// The form.
#[derive(Template)]
#[template(path = "coupons/form.html")]
pub struct FormPage {
    chrome: Chrome,
    title: String,
    action: String,
    back: String,
    boxes: Boxes,
    problems: Problems,
    editing: bool,
    ends: Vec<Choice>,
    discounts: Vec<Choice>,
    channels: Vec<Choice>,
    handlings: Vec<Choice>,
    alphabets: Vec<Choice>,
    strategies: Vec<Choice>,
    again: Vec<Choice>,
    excluded: Vec<Choice>,
    redeemers: Vec<Choice>,
    weekdays: Vec<Choice>,
    message_hint: &'static str,
    /// Boxes of products, and of places: name and label.
    products: Vec<(String, String)>,
    places: Vec<(String, String)>,
    properties: Vec<(String, String)>,
}

impl FormPage {
    /// The form with these boxes in it, and what is wrong with them.
    pub fn new(flow: &Flow, boxes: Boxes, problems: Problems) -> Self {
        let mut properties = boxes.properties();
        properties.retain(|(name, value)| !name.trim().is_empty() || !value.trim().is_empty());
        properties.extend([(String::new(), String::new()), (String::new(), String::new())]);
        let own = flow.existing.as_ref().map(|series| series.id);
        let others = flow.names.iter().filter(|(id, _)| Some(*id) != own);
        let mut excluded: Vec<Choice> =
            others.map(|(id, name)| Choice::new(id.to_string(), name)).collect();
        // A ticked one that is no offer of ours any more stays ticked until somebody takes it off.
        for id in boxes.all("excluded") {
            if !excluded.iter().any(|choice| choice.is(&id)) {
                excluded.push(Choice::new(id.clone(), format!("Offer {id}")));
            }
        }
        let weekdays = [1, 2, 3, 4, 5, 6, 0].into_iter();
        let weekday = |day: usize| Choice::new(day.to_string(), WEEKDAYS[day]);
        FormPage {
            chrome: flow.chrome(),
            title: flow.title(),
            action: flow.action(),
            back: flow.back(),
            editing: flow.existing.is_some(),
            ends: ends(),
            discounts: vec![
                Choice::new("PERC", "Percentage").hint("1 to 100, of the bill"),
                Choice::new("ABS", "Fixed amount").hint("In the currency of the bill"),
            ],
            channels: vec![
                Choice::new("false", "Through us").hint("We hand out the codes"),
                Choice::new("true", "Through a third party")
                    .hint("Codes are issued elsewhere; we check and redeem them"),
            ],
            handlings: handlings(),
            alphabets: vec![
                Choice::new("true", "Letters A–Z and digits 0–9"),
                Choice::new("false", "Digits 0–9"),
            ],
            strategies: strategies(),
            again: vec![
                Choice::new("true", "Do not send any coupon"),
                Choice::new("false", "Send the valid coupon they hold"),
            ],
            excluded,
            redeemers: vec![
                Choice::new("false", "Only the customer it was issued to"),
                Choice::new("true", "Anyone").hint("Once it was issued to somebody"),
            ],
            weekdays: weekdays.map(weekday).collect(),
            message_hint: MESSAGE_HINT,
            products: products(),
            places: PLACES
                .iter()
                .map(|(kind, label)| (format!("places.{kind}"), (*label).to_owned()))
                .collect(),
            properties,
            boxes,
            problems,
        }
    }

    /// Whether one of these boxes is filled in or wrong, so that its fold stands open.
    fn any(&self, prefix: &str) -> bool {
        let filled = |(key, value): &(String, String)| key.starts_with(prefix) && !value.is_empty();
        self.boxes.pairs().iter().any(filled)
            || self.problems.iter().any(|problem| {
                problem.field.as_deref().is_some_and(|field| field.starts_with(prefix))
            })
    }

    /// The label of the choice that stands, where it cannot change.
    fn chosen(&self, choices: &[Choice], key: &str) -> String {
        let found = choices.iter().find(|choice| choice.is(self.boxes.get(key)));
        found.map(|choice| choice.label.clone()).unwrap_or_default()
    }
}

/// Ids and codes of each kind of product; attributes have ids alone.
fn products() -> Vec<(String, String)> {
    let boxes = PRODUCTS.iter().flat_map(|(kind, label)| {
        let of =
            |part: &str, by: &str| (format!("products.{kind}.{part}"), format!("{label}, by {by}"));
        let codes = (*kind != "ATTRIBUTE").then(|| of("codes", "code"));
        std::iter::once(of("ids", "id")).chain(codes)
    });
    boxes.collect()
}

fn ends() -> Vec<Choice> {
    vec![
        Choice::new("true", "On a fixed date").hint("At the end of the day chosen below"),
        Choice::new("false", "Along with what uses it")
            .hint("With the campaign or programme; it has no day of its own"),
    ]
}

fn handlings() -> Vec<Choice> {
    let hint = |handling: &Handling| match handling {
        Handling::Generated => "Made by us, one for each coupon",
        Handling::Generic => "The same for everybody: SAVE10",
        Handling::Uploaded => "Ready codes, brought in from a file or made in batches",
    };
    let all = Handling::ALL.iter();
    all.map(|one| Choice::new(one.wire(), one.label()).hint(hint(one))).collect()
}

fn strategies() -> Vec<Choice> {
    vec![
        Choice::new("SERIES_EXPIRY", "Along with the offer").hint("And moves with its last day"),
        Choice::new("DAYS", "Days after issual")
            .hint("Issued on 12 Nov: 0 days is the end of 12 Nov, 1 day the end of 13 Nov"),
        Choice::new("MONTHS_END", "Month ends after issual")
            .hint("Issued on 12 Nov: 0 months is 30 Nov, 1 month is 31 Dec"),
    ]
}
