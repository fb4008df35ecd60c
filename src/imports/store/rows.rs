//! The verdict on every row, and what was wrong.

use sqlx::{PgConnection, PgExecutor};

use crate::base::csv::read::Place;
use crate::base::ids::{ImportId, OrgId};
use crate::imports::import::Phase;

/// Rows of a phase whose errors are kept with line and value; of further ones only the count. A file
/// that is wrong throughout must not fill the disk.
pub const MOST_ERRORS: i64 = 100_000;

/// A chunk of rows and what became of each.
#[derive(Debug, Clone)]
pub struct Chunk {
    /// Its place in the order.
    pub seq: i32,
    /// Where it begins.
    pub start: Place,
    /// One byte a row.
    pub verdicts: Vec<u8>,
}

/// One thing wrong with one row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RowError {
    /// The line the row begins on.
    pub line: i64,
    /// Which of the row's errors.
    pub nth: i32,
    /// The column or field.
    pub col: String,
    /// What stood there, cut.
    pub value: String,
    /// For programs.
    pub code: String,
    /// For people.
    pub message: String,
}

/// All rows with the same thing wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorGroup {
    /// The column or field.
    pub col: String,
    /// For programs.
    pub code: String,
    /// For people.
    pub message: String,
    /// How many.
    pub rows: i64,
    /// The first of them.
    pub first_line: i64,
    /// What stood there.
    pub example: String,
}

/// Forgets a phase's rows, to begin again.
pub async fn clear_rows(
    db: &mut PgConnection,
    org: OrgId,
    id: ImportId,
    phase: Phase,
) -> sqlx::Result<()> {
    sqlx::query!(
        "delete from import_chunks where org_id = $1 and import_id = $2 and phase = $3",
        org.get(),
        id.get(),
        phase.word(),
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        "delete from import_errors where org_id = $1 and import_id = $2 and phase = $3",
        org.get(),
        id.get(),
        phase.word(),
    )
    .execute(db)
    .await
    .map(drop)
}

/// Adds a chunk behind the last one.
pub async fn insert_chunk(
    db: &mut PgConnection,
    org: OrgId,
    id: ImportId,
    phase: Phase,
    start: Place,
    verdicts: &[u8],
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        insert into import_chunks (org_id, import_id, phase, seq, first_line, first_byte, rows, verdicts)
        values ($1, $2, $3,
            (select coalesce(max(seq) + 1, 0) from import_chunks where org_id = $1 and import_id = $2 and phase = $3),
            $4, $5, $6, $7)
        "#,
        org.get(),
        id.get(),
        phase.word(),
        super::signed(start.line),
        super::signed(start.byte),
        i32::try_from(verdicts.len()).unwrap_or(i32::MAX),
        verdicts,
    )
    .execute(db)
    .await
    .map(drop)
}

/// Adds errors.
pub async fn insert_errors(
    db: &mut PgConnection,
    org: OrgId,
    id: ImportId,
    phase: Phase,
    errors: &[RowError],
) -> sqlx::Result<()> {
    let column = |of: fn(&RowError) -> &str| errors.iter().map(of).collect::<Vec<&str>>();
    sqlx::query!(
        r#"
        insert into import_errors (org_id, import_id, phase, line, nth, col, value, code, message)
        select $1, $2, $3, e.line, e.nth, e.col, e.value, e.code, e.message
        from unnest($4::bigint[], $5::int[], $6::text[], $7::text[], $8::text[], $9::text[])
            as e (line, nth, col, value, code, message)
        "#,
        org.get(),
        id.get(),
        phase.word(),
        &errors.iter().map(|error| error.line).collect::<Vec<_>>(),
        &errors.iter().map(|error| error.nth).collect::<Vec<_>>(),
        &column(|error| &error.col) as &[&str],
        &column(|error| &error.value) as &[&str],
        &column(|error| &error.code) as &[&str],
        &column(|error| &error.message) as &[&str],
    )
    .execute(db)
    .await
    .map(drop)
}

/// The next chunk behind `after`; the first one when there is none.
pub async fn chunk_after(
    db: impl PgExecutor<'_>,
    org: OrgId,
    id: ImportId,
    phase: Phase,
    after: Option<i32>,
) -> sqlx::Result<Option<Chunk>> {
    let row = sqlx::query!(
        r#"
        select seq, first_line, first_byte, verdicts from import_chunks
        where org_id = $1 and import_id = $2 and phase = $3 and ($4::int is null or seq > $4)
        order by seq limit 1
        "#,
        org.get(),
        id.get(),
        phase.word(),
        after,
    )
    .fetch_optional(db)
    .await?;
    let number = |value: i64| u64::try_from(value).unwrap_or(0);
    Ok(row.map(|row| Chunk {
        seq: row.seq,
        start: Place { byte: number(row.first_byte), line: number(row.first_line) },
        verdicts: row.verdicts,
    }))
}

/// The errors on lines `from..=to`.
pub async fn errors_between(
    db: impl PgExecutor<'_>,
    org: OrgId,
    id: ImportId,
    phase: Phase,
    from: u64,
    to: u64,
) -> sqlx::Result<Vec<RowError>> {
    sqlx::query_as!(
        RowError,
        r#"
        select line, nth, col, value, code, message from import_errors
        where org_id = $1 and import_id = $2 and phase = $3 and line between $4 and $5
        order by line, nth
        "#,
        org.get(),
        id.get(),
        phase.word(),
        super::signed(from),
        super::signed(to),
    )
    .fetch_all(db)
    .await
}

/// What is wrong, the most frequent first. At most [`MOST_ERRORS`] rows are added up.
pub async fn error_groups(
    db: impl PgExecutor<'_>,
    org: OrgId,
    id: ImportId,
    phase: Phase,
) -> sqlx::Result<Vec<ErrorGroup>> {
    sqlx::query_as!(
        ErrorGroup,
        r#"
        select col, code, message, count(*) as "rows!", min(line) as "first_line!",
            (array_agg(value order by line))[1] as "example!"
        from import_errors
        where org_id = $1 and import_id = $2 and phase = $3
        group by col, code, message
        order by count(*) desc, min(line)
        limit 50
        "#,
        org.get(),
        id.get(),
        phase.word(),
    )
    .fetch_all(db)
    .await
}

/// Single errors of one group, in the order of the file.
pub async fn errors_of(
    db: impl PgExecutor<'_>,
    org: OrgId,
    id: ImportId,
    phase: Phase,
    group: (&str, &str),
    after: i64,
    size: i64,
) -> sqlx::Result<Vec<RowError>> {
    sqlx::query_as!(
        RowError,
        r#"
        select line, nth, col, value, code, message from import_errors
        where org_id = $1 and import_id = $2 and phase = $3 and col = $4 and message = $5 and line > $6
        order by line, nth limit $7
        "#,
        org.get(),
        id.get(),
        phase.word(),
        group.0,
        group.1,
        after,
        size,
    )
    .fetch_all(db)
    .await
}
