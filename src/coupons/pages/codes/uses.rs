//! Uses of a coupon, and the tills and people its facts speak of, by name.

use std::collections::HashMap;

use super::facts::{amount, pairs};
use crate::auth::Staff;
use crate::base::error::Result;
use crate::base::ids::CustomerId;
use crate::base::permission::Permission;
use crate::coupons::holdings::Holding;
use crate::coupons::redemption::Redemption;
use crate::coupons::store::{Reading, holders};
use crate::customers::{self, Face};
use crate::web::address::address;
use crate::web::time::Stamp;

/// A customer by name and number.
pub struct Person {
    /// What they are called.
    pub name: String,
    /// Their number.
    pub id: CustomerId,
    /// Their page.
    pub href: String,
}

/// One use.
pub struct Use {
    /// Its number.
    pub id: i64,
    /// When.
    pub on: Stamp,
    /// Where: till and its name.
    pub place: String,
    /// Who entered it.
    pub by: Option<String>,
    /// By whom, where it was not the holder.
    pub customer: Option<Person>,
    /// The bill: "T-17, 99.50".
    pub bill: String,
    /// Custom fields, and anything else that was said.
    pub fields: Vec<(String, String)>,
    /// When it was taken back, …
    pub reversed: Option<Stamp>,
    /// … by whom, …
    pub reversed_by: Option<String>,
    /// … and why.
    pub reason: Option<String>,
    /// The form that takes it back.
    pub reverse: Option<String>,
}

/// Names of the tills and people a coupon's facts speak of.
pub struct Known {
    tills: HashMap<i64, (String, String)>,
    faces: HashMap<CustomerId, Face>,
}

impl Known {
    /// Reads them.
    pub async fn load(
        db: &mut Reading,
        staff: &Staff,
        tills: &[i64],
        people: &[CustomerId],
    ) -> Result<Self> {
        Ok(Known {
            tills: holders::tills(&mut *db, staff.org, tills).await?,
            faces: customers::faces(&mut *db, staff.org, people).await?,
        })
    }

    /// A till by name and code; empty for none.
    pub fn place(&self, till: Option<i64>) -> String {
        let known = till.and_then(|id| self.tills.get(&id));
        match (till, known) {
            (None, _) => String::new(),
            (Some(id), None) => format!("Till {id}"),
            (Some(_), Some((code, name))) if name.is_empty() || name == code => code.clone(),
            (Some(_), Some((code, name))) => format!("{name} ({code})"),
        }
    }

    /// A customer by name.
    pub fn person(&self, id: CustomerId) -> Person {
        let face = self.faces.get(&id);
        let name = face.map_or_else(|| format!("Customer {id}"), |face| face.label.clone());
        Person { name, id, href: customers::path(id) }
    }

    /// A use as this person may see it; its form leads back to a page.
    pub fn usage(&self, staff: &Staff, holding: &Holding, one: &Redemption, back: &str) -> Use {
        let personal = staff.may(Permission::ReadPersonalData);
        let by = |name: &str| Some(name.to_owned()).filter(|name| personal && !name.is_empty());
        let coupon = &holding.coupon;
        let open = one.reversed.is_none() && coupon.revoked.is_none();
        let path = format!("/coupons/codes/{}/redemptions/{}/reversal", coupon.id, one.id);
        let bill = [
            one.transaction_number.clone(),
            one.bill_amount.map(amount),
            one.bill_id.as_ref().map(|id| format!("bill {id}")),
        ];
        let mut fields = one.custom_fields.as_ref().map(pairs).unwrap_or_default();
        fields.extend(one.details.clone().map(|words| ("Details".to_owned(), words)));
        Use {
            id: one.id.get(),
            on: Stamp::new(one.on, staff.zone),
            place: self.place(one.till),
            by: by(&one.by_name),
            customer: (coupon.holder() != Some(one.customer)).then(|| self.person(one.customer)),
            bill: bill.into_iter().flatten().filter(|_| personal).collect::<Vec<_>>().join(" · "),
            fields: if personal { fields } else { Vec::new() },
            reversed: one.reversed.as_ref().map(|back| Stamp::new(back.on, staff.zone)),
            reversed_by: one.reversed.as_ref().and_then(|back| by(&back.by_name)),
            reason: one.reversed.as_ref().and_then(|b| b.reason.clone()).filter(|_| personal),
            reverse: (open && staff.may(Permission::ServeCoupons))
                .then(|| address(&path, &[("back", back)])),
        }
    }
}
