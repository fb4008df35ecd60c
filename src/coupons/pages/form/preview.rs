//! What the form shows before it saves: the offer in words, and the boxes carried along hidden.

use askama::Template;

use super::boxes::Boxes;
use super::page::Flow;
use crate::coupons::check::Checked;
use crate::coupons::pages::view::{self, Around, Section};
use crate::coupons::series::Stamp;
use crate::web::chrome::Chrome;

/// What will be saved, in words.
#[derive(Template)]
#[template(path = "coupons/form_preview.html")]
pub struct Preview {
    chrome: Chrome,
    title: String,
    action: String,
    back: String,
    hidden: Vec<(String, String)>,
    sections: Vec<Section>,
}

impl Preview {
    /// Of boxes that were judged good.
    pub fn new(flow: &Flow, boxes: &Boxes, checked: Checked) -> Self {
        let series = match &flow.existing {
            Some(series) => checked.onto(series),
            None => checked.into_series(String::new(), nobody(flow)),
        };
        let around = Around { zone: flow.staff.zone, names: flow.names.clone() };
        Preview {
            chrome: flow.chrome(),
            title: flow.title(),
            action: flow.action(),
            back: flow.back(),
            hidden: boxes.pairs(),
            sections: view::sections(&series, &around),
        }
    }
}

/// The stamp of a series that is not there yet.
fn nobody(flow: &Flow) -> Stamp {
    Stamp {
        created_on: flow.now,
        created_by: None,
        created_by_name: String::new(),
        updated_on: flow.now,
        updated_by_name: String::new(),
    }
}
