//! The pictures of the demo's badges, drawn here: nobody's rights are touched.

use crate::demo::catalog::Sign;

/// A round badge with a sign, as an SVG of square size.
pub fn svg(colour: &str, sign: Sign) -> String {
    let sign = match sign {
        Sign::Peak => "M18 70 42 30l12 20 8-11 20 31z",
        Sign::Star => {
            "M50 22l8.5 18.5 20 2.3-14.9 13.7 4.1 19.8L50 66.3l-17.7 10 4.1-19.8-14.9-13.7 20-2.3z"
        }
        Sign::Leaf => "M26 74c-2-30 14-48 50-48 2 34-16 50-40 44l22-26-28 32z",
        Sign::Tent => "M20 72 50 26l30 46H60L50 54 40 72z",
    };
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 100 100\" width=\"256\" height=\"256\">\
         <circle cx=\"50\" cy=\"50\" r=\"48\" fill=\"{colour}\"/>\
         <circle cx=\"50\" cy=\"50\" r=\"42\" fill=\"none\" stroke=\"#fff\" stroke-opacity=\".55\" stroke-width=\"2\"/>\
         <path d=\"{sign}\" fill=\"#fff\"/></svg>"
    )
}
