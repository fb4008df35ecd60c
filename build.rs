//! Cargo does not notice a new file in `migrations/` by itself; the migrator is a macro.
fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
