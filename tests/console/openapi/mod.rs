//! The API's document and the API: two descriptions of one thing, compared from every side.

mod contract;
mod document;
mod examples;
mod hostile;
mod pages;
mod router;
