//! Cargo does not notice a new file in `migrations/` by itself; the migrator is a macro.
#[expect(clippy::disallowed_macros, reason = "this is how one speaks to cargo")]
fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
