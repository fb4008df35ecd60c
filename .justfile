# Recipes for people who work on Guerdon; `.ci/run` calls what protects main.

# Start with a demo brand.
demo:
    cargo run -- demo

# Format, lints as errors, and whether the query cache is true.
check:
    cargo fmt --check
    cargo clippy --all-targets -- -D warnings
    .ci/prepare --check

# Everything, browser journeys included where Chromium is found.
test *ARGS:
    cargo test {{ARGS}}

# Rewrite `.sqlx` after a statement or a migration changed.
prepare:
    .ci/prepare

# A new migration, named by the time.
migration NAME:
    touch migrations/$(date -u +%Y%m%d%H%M%S)_{{NAME}}.sql

# Side-by-side speed: ours against Postgres' own tools.
bench:
    cargo bench

# What protects main.
ci:
    .ci/run
