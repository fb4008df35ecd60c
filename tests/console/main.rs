//! What the product promises, asked through the front door on real Postgres. One binary, linked once.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

mod activity;
mod api_auth;
mod api_clients;
mod badge_files;
mod badge_pictures;
mod badges;
mod badges_api;
mod badges_api_edges;
mod badges_api_lists;
mod badges_api_sent_back;
mod command_line;
mod contract;
mod coupon_codes;
mod coupon_upload_calls;
mod coupon_uploads;
mod coupons;
mod coupons_races;
mod custom_fields;
mod customer_badges_api;
mod customers;
mod customers_api;
mod exports;
mod groups;
mod imports;
mod layers;
mod membercare;
mod membercare_deeds;
mod membercare_tester;
mod real_input;
mod roles;
mod shell;
mod sign_in;
mod staff;
mod support;
mod visibility;
