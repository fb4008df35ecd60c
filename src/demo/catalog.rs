//! What Northwind Outfitters rewards: groups, custom fields and badges in every state.

use chrono::{Days, NaiveDate};

/// Groups: name and rank, the noblest first.
pub const GROUPS: [(&str, &str); 3] = [("Summit", "1"), ("Ridge", "2"), ("Trail", "3")];

/// Custom fields: name, type, and the default where every badge has it.
pub const FIELDS: [(&str, &str, Option<&str>); 4] = [
    ("Responsible team", "STRING", Some("Loyalty & CRM")),
    ("Cost centre", "INTEGER", Some("4100")),
    ("Shown in the app", "BOOLEAN", None),
    ("Briefed on", "DATE", None),
];

/// A badge to be made, and how it is used.
#[derive(Debug, Clone, Copy)]
pub struct Recipe {
    /// Its name.
    pub name: &'static str,
    /// What customers do for it.
    pub about: &'static str,
    /// Its group, or nothing.
    pub group: &'static str,
    /// Its first and last day, counted from today.
    pub days: (i64, i64),
    /// The form's other boxes, `box=value` parted by semicolons.
    pub boxes: &'static str,
    /// Of a hundred customers, how many hold it.
    pub share: u32,
    /// The most that one customer has of it.
    pub most: u32,
    /// The colour and the sign of its picture; no colour, no picture.
    pub picture: (&'static str, Sign),
}

/// The sign on a badge's picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// A mountain.
    Peak,
    /// A star.
    Star,
    /// A leaf.
    Leaf,
    /// A tent.
    Tent,
}

impl Recipe {
    /// Its first and last day.
    pub fn dates(&self, today: NaiveDate) -> (NaiveDate, NaiveDate) {
        (shifted(today, self.days.0), shifted(today, self.days.1))
    }

    /// The form as a person would have filled it in.
    pub fn pairs(&self, today: NaiveDate, group: &str) -> Vec<(String, String)> {
        let (start, end) = self.dates(today);
        let (start, end) = (start.to_string(), end.to_string());
        let basics = [
            ("name", self.name),
            ("description", self.about),
            ("start", &start),
            ("end", &end),
            ("group", group),
            ("active", "on"),
        ];
        let boxes = self.boxes.split(';').filter_map(|pair| pair.trim().split_once('='));
        let pairs = basics.into_iter().chain(boxes);
        pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }

    /// Whether customers enrol before they can get it.
    pub fn enrols(&self) -> bool {
        self.boxes.contains("earn_type=ISSUE_EARN")
    }
}

/// A day so many days later, or earlier.
pub fn shifted(day: NaiveDate, by: i64) -> NaiveDate {
    let distance = Days::new(by.unsigned_abs());
    let moved =
        if by < 0 { day.checked_sub_days(distance) } else { day.checked_add_days(distance) };
    moved.unwrap_or(day)
}

/// The badges, the oldest first.
pub const BADGES: [Recipe; 15] = [
    Recipe {
        name: "Grand Opening Hamburg",
        about: "Came to the opening week of the shop in the Speicherstadt.",
        group: "Trail",
        days: (-420, -413),
        boxes: "owner=Loyalty; earn_type=EARN; earned.kind=never; rank=9; \
                customer.on=on; customer.family=moving; customer.overall=1",
        share: 23,
        most: 1,
        picture: ("#8a5a2b", Sign::Star),
    },
    Recipe {
        name: "Trail Starter",
        about: "First purchase with a customer account. Everybody's first badge.",
        group: "Trail",
        days: (-360, 370),
        boxes: "owner=Loyalty; earn_type=EARN; earned.kind=never; rank=1; \
                customer.on=on; customer.family=moving; customer.overall=1; \
                benefit.0.type=LOYALTY_POINTS; benefit.0.programId=626; benefit.0.points=100; \
                benefit.0.allocationStrategyId=1489; benefit.0.expirationStrategyId=3843; \
                cf.Shown in the app=true",
        share: 92,
        most: 1,
        picture: ("#2f7d4f", Sign::Peak),
    },
    Recipe {
        name: "Weekend Hiker",
        about: "Checked in at a partner hut on a weekend; twice a week at most.",
        group: "Trail",
        days: (-330, 35),
        boxes: "owner=Loyalty; owner=Loyalty_Promotion; earn_type=EARN; rank=2; \
                earned.kind=period; earned.unit=DAYS; earned.value=90; \
                customer.on=on; customer.family=fixed; customer.period=WEEKS; \
                customer.weekday=MONDAY; customer.window_max=2; cf.Shown in the app=true",
        share: 74,
        most: 48,
        picture: ("#1f6f8b", Sign::Peak),
    },
    Recipe {
        name: "Review Writer",
        about: "Wrote a product review of at least fifty words that was published.",
        group: "Trail",
        days: (-300, 65),
        boxes: "owner=Loyalty; earn_type=EARN; rank=3; \
                earned.kind=period; earned.unit=WEEKS; earned.value=26; \
                customer.on=on; customer.family=moving; customer.days.value=30; \
                customer.days.max=3; customer.overall=20; cf.Cost centre=4250",
        share: 58,
        most: 20,
        picture: ("#b3541e", Sign::Star),
    },
    Recipe {
        name: "Repair Hero",
        about: "Had gear repaired in the workshop instead of buying it new.",
        group: "Ridge",
        days: (-240, 125),
        boxes: "owner=Loyalty; owner=Rewards_Catalog; earn_type=EARN; \
                earned.kind=period; earned.unit=MONTHS; earned.value=12; \
                customer.on=on; customer.family=moving; customer.weeks.value=4; \
                customer.weeks.max=2; cf.Responsible team=Workshop; cf.Shown in the app=true",
        share: 43,
        most: 9,
        picture: ("#3f7d20", Sign::Leaf),
    },
    Recipe {
        name: "Peak Bagger",
        about: "Enrol, then log three summits above 2,000 m within the season.",
        group: "Summit",
        days: (-210, 150),
        boxes: "owner=Milestones; owner=Loyalty; earn_type=ISSUE_EARN; rank=1; \
                issued.kind=period; issued.unit=MONTHS; issued.value=3; earned.kind=badge; \
                customer.on=on; customer.family=fixed; customer.period=MONTHS; \
                customer.window_max=1; badge.on=on; badge.family=moving; badge.days.value=1; \
                badge.days.max=100; badge.overall=5000; \
                benefit.0.type=COUPON; benefit.0.seriesId=136; \
                benefit.1.type=LOYALTY_POINTS; benefit.1.programId=626; benefit.1.points=750; \
                benefit.1.allocationStrategyId=1489; benefit.1.expirationStrategyId=3843",
        share: 41,
        most: 6,
        picture: ("#6b4fa3", Sign::Peak),
    },
    Recipe {
        name: "Eco Returner",
        about: "Brought back used clothing. Paused until the new containers are there.",
        group: "Ridge",
        days: (-200, 165),
        boxes: "owner=Loyalty; earn_type=EARN; active=; \
                earned.kind=period; earned.unit=MONTHS; earned.value=6",
        share: 26,
        most: 7,
        picture: ("#2e8b57", Sign::Leaf),
    },
    Recipe {
        name: "Summer Explorer",
        about: "Visited five shops or huts during the summer weeks.",
        group: "Ridge",
        days: (-175, -90),
        boxes: "owner=Loyalty_Promotion; earn_type=EARN; earned.kind=badge; \
                badge.on=on; badge.family=moving; badge.overall=500",
        share: 37,
        most: 2,
        picture: ("#c98a00", Sign::Tent),
    },
    Recipe {
        name: "Birthday Treat",
        about: "A small present in the week of the customer's birthday.",
        group: "",
        days: (-360, 360),
        boxes: "owner=Journeys; owner=Audience_Campaigns; earn_type=EARN; \
                earned.kind=period; earned.unit=WEEKS; earned.value=2; \
                customer.on=on; customer.family=moving; customer.months.value=12; \
                customer.months.max=1; benefit.0.type=GIFT_VOUCHER; benefit.0.promotionId=GV-2210",
        share: 66,
        most: 1,
        picture: ("#a13d63", Sign::Star),
    },
    Recipe {
        name: "Bring a Friend",
        about: "A friend who was invited made their first purchase.",
        group: "Ridge",
        days: (-150, 215),
        boxes: "owner=Referral_Campaigns; owner=Loyalty_Promotion; earn_type=EARN; \
                earned.kind=never; badge.on=on; badge.family=fixed; badge.period=DAYS; \
                badge.every=7; badge.window_max=400; \
                benefit.0.type=COUPON; benefit.0.seriesId=234",
        share: 29,
        most: 5,
        picture: ("#0f6e84", Sign::Tent),
    },
    Recipe {
        name: "With our apologies",
        about: "Given by support when something went wrong.",
        group: "",
        days: (-120, 245),
        boxes: "owner=Goodwill_Module; owner=Membercare; earn_type=EARN; \
                earned.kind=period; earned.unit=DAYS; earned.value=30; \
                customer.on=on; customer.family=moving; customer.months.value=6; \
                customer.months.max=2",
        share: 14,
        most: 2,
        picture: ("", Sign::Star),
    },
    Recipe {
        name: "One Hundred Nights Outdoors – for those who slept under the open sky more often than in a hotel",
        about: "Enrol and log one hundred nights in a tent, a hut or a bivouac.",
        group: "Summit",
        days: (-90, 640),
        boxes: "owner=Milestones; earn_type=ISSUE_EARN; rank=2; issued.kind=badge; \
                earned.kind=never; customer.on=on; customer.family=moving; customer.overall=1",
        share: 9,
        most: 1,
        picture: ("#34495e", Sign::Tent),
    },
    Recipe {
        name: "Winter Ready",
        about: "Bought two layers of the winter collection.",
        group: "Ridge",
        days: (-40, 95),
        boxes: "owner=Loyalty_Promotion; earn_type=EARN; earned.kind=badge; \
                benefit.0.type=CART_PROMOTION; benefit.0.promotionId=WINTER-2LAYER; \
                cf.Shown in the app=true",
        share: 35,
        most: 3,
        picture: ("#3a6ea5", Sign::Peak),
    },
    Recipe {
        name: "Early Bird",
        about: "Orders the new spring collection before it is in the shops.",
        group: "Ridge",
        days: (16, 75),
        boxes: "owner=Loyalty_Promotion; owner=Loyalty; earn_type=EARN; earned.kind=badge; \
                badge.on=on; badge.family=moving; badge.overall=250",
        share: 0,
        most: 0,
        picture: ("#5a8f29", Sign::Leaf),
    },
    Recipe {
        name: "Spring Thaw Challenge",
        about: "Enrol in March, then hike fifty kilometres before the end of May.",
        group: "Summit",
        days: (95, 187),
        boxes: "owner=Journeys; owner=Milestones; earn_type=ISSUE_EARN; issued.kind=badge; \
                earned.kind=period; earned.unit=MONTHS; earned.value=12; \
                cf.Responsible team=Events",
        share: 0,
        most: 0,
        picture: ("#7d8f29", Sign::Tent),
    },
];
