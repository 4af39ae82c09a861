//! A whole database as rows of cells: poured into another database, written into a stream, read back
//! from one, and counted so that the copy can be shown to be the same. Sealed values are copied as they
//! are; the key never comes near. What is done with a copy, and where it is kept, is the caller's.
use std::io::{BufRead, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use futures::StreamExt;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::dialect::{Cell, Kind, Table, first};
use super::{StorageError, Tx};

/// Rows written with one statement: well below the number of values either engine takes (32,766),
/// and few enough that a row of the largest update (a megabyte) does not pile up.
const ROWS_AT_ONCE: usize = 200;
/// What the first line of a stream must say.
const FORMAT: u32 = 1;

/// How many rows a table has, and what they add up to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableCount {
    /// The table.
    pub table: String,
    /// Its rows.
    pub rows: u64,
    /// The sum of its rows' hashes, in hexadecimal: the same rows in any order give the same sum.
    pub sum: String,
}

/// The first line of a stream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StreamHead {
    /// The version of this format.
    pub vigie_backup: u32,
    /// The newest migration of the database.
    pub migration: i64,
    /// The fingerprint of the key with which its values are sealed.
    pub key: String,
    /// When it was made, as milliseconds since 1970 UTC.
    pub made_at: i64,
}

/// A line of a stream that begins a table.
#[derive(Serialize, Deserialize)]
struct TableHead {
    table: String,
    columns: Vec<String>,
}

/// The last line of a stream: a stream without it was cut.
#[derive(Serialize, Deserialize)]
struct StreamEnd {
    end: Vec<TableCount>,
}

/// Adds up the rows of one table.
struct Sum {
    rows: u64,
    sum: u128,
}

impl Sum {
    fn new() -> Sum {
        Sum { rows: 0, sum: 0 }
    }
    fn add(&mut self, row: &[Cell]) {
        let mut hasher = blake3::Hasher::new();
        for cell in row {
            let (kind, bytes): (u8, &[u8]) = match cell {
                Cell::Null => (0, &[]),
                Cell::Int(n) => (1, &n.to_le_bytes()),
                Cell::Real(x) => (2, &x.to_bits().to_le_bytes()),
                Cell::Text(text) => (3, text.as_bytes()),
                Cell::Bytes(bytes) => (4, bytes),
            };
            hasher.update(&[kind]);
            hasher.update(&(bytes.len() as u64).to_le_bytes());
            hasher.update(bytes);
        }
        let mut half = [0u8; 16];
        half.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
        self.rows += 1;
        self.sum = self.sum.wrapping_add(u128::from_le_bytes(half));
    }
    fn count(self, table: &str) -> TableCount {
        TableCount { table: table.to_owned(), rows: self.rows, sum: format!("{:032x}", self.sum) }
    }
}

impl Tx {
    /// Whether nothing has ever happened here: no report, no subscriber, no entry of the journal.
    pub(super) async fn is_blank(&mut self) -> Result<bool, StorageError> {
        for sql in [
            "SELECT 1 FROM journal LIMIT 1",
            "SELECT 1 FROM person LIMIT 1",
            "SELECT 1 FROM sighting LIMIT 1",
            "SELECT 1 FROM inbox LIMIT 1",
            "SELECT 1 FROM letter LIMIT 1",
        ] {
            let row: Option<(i32,)> = first!(self.conn, sql)?;
            if row.is_some() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Counts every table.
    pub async fn tally(&mut self) -> Result<Vec<TableCount>, StorageError> {
        let mut counts = Vec::new();
        for table in self.conn.tables().await? {
            let mut sum = Sum::new();
            let mut rows = self.conn.rows(&table);
            while let Some(row) = rows.next().await {
                sum.add(&row?);
            }
            drop(rows);
            counts.push(sum.count(&table.name));
        }
        Ok(counts)
    }

    /// Pours everything that `source` holds into this database, whose own rows are removed first,
    /// and gives what was poured. Compare it with [`Tx::tally`] before the commit.
    pub async fn pour(&mut self, source: &mut Tx) -> Result<Vec<TableCount>, StorageError> {
        let (from, into) = (source.conn.tables().await?, self.conn.tables().await?);
        self.conn.empty(&into).await?;
        let mut counts = Vec::new();
        for table in from {
            let names: Vec<String> = table.columns.iter().map(|c| c.name.clone()).collect();
            let target = fitting(&into, &table.name, &names)?;
            let mut sum = Sum::new();
            let mut batch = Vec::new();
            let mut rows = source.conn.rows(&table);
            while let Some(row) = rows.next().await {
                let row = row?;
                sum.add(&row);
                batch.push(row);
                if batch.len() >= ROWS_AT_ONCE {
                    self.conn.put_rows(&target, std::mem::take(&mut batch)).await?;
                }
            }
            drop(rows);
            self.conn.put_rows(&target, batch).await?;
            self.conn.counters_go_on(&target).await?;
            counts.push(sum.count(&table.name));
        }
        Ok(counts)
    }

    /// Writes everything into a stream of lines, as seen at one moment, and gives what was written.
    /// The values are as they stand in the tables: whoever keeps the stream must encrypt it.
    pub async fn write_all(
        &mut self,
        made_at: chrono::DateTime<chrono::Utc>,
        out: &mut (dyn Write + Send),
    ) -> Result<Vec<TableCount>, StorageError> {
        let head = StreamHead {
            vigie_backup: FORMAT,
            migration: self.migration().await?,
            key: self.vault.fingerprint().to_owned(),
            made_at: super::millis(made_at),
        };
        line(out, &head)?;
        let mut counts = Vec::new();
        for table in self.conn.tables().await? {
            let columns = table.columns.iter().map(|c| c.name.clone()).collect();
            line(out, &TableHead { table: table.name.clone(), columns })?;
            let mut sum = Sum::new();
            let mut rows = self.conn.rows(&table);
            while let Some(row) = rows.next().await {
                let row = row?;
                sum.add(&row);
                let values: Vec<Value> = row.into_iter().map(to_json).collect();
                line(out, &values)?;
            }
            drop(rows);
            counts.push(sum.count(&table.name));
        }
        line(out, &StreamEnd { end: counts.clone() })?;
        Ok(counts)
    }

    /// Fills this database, whose own rows are removed first, from the lines after the first of a
    /// stream that [`Tx::write_all`] made, and gives what the stream says it holds. Compare it with
    /// [`Tx::tally`] before the commit.
    pub async fn read_all(
        &mut self,
        input: &mut (dyn BufRead + Send),
    ) -> Result<Vec<TableCount>, StorageError> {
        let into = self.conn.tables().await?;
        self.conn.empty(&into).await?;
        let mut target: Option<Table> = None;
        let mut batch = Vec::new();
        while let Some(text) = next_line(input)? {
            if text.starts_with('[') {
                let Some(table) = &target else { return Err(not_ours()) };
                batch.push(from_json(&text, table)?);
                if batch.len() >= ROWS_AT_ONCE {
                    self.conn.put_rows(table, std::mem::take(&mut batch)).await?;
                }
                continue;
            }
            if let Some(table) = target.take() {
                self.conn.put_rows(&table, std::mem::take(&mut batch)).await?;
                self.conn.counters_go_on(&table).await?;
            }
            if let Ok(end) = serde_json::from_str::<StreamEnd>(&text) {
                return Ok(end.end);
            }
            let head: TableHead = serde_json::from_str(&text).map_err(|_| not_ours())?;
            target = Some(fitting(&into, &head.table, &head.columns)?);
        }
        Err(StorageError::Refused("the backup is cut off: its end is missing".to_owned()))
    }

    /// The newest migration of this database.
    async fn migration(&mut self) -> Result<i64, StorageError> {
        let newest: Option<(i64,)> =
            first!(self.conn, "SELECT CAST(MAX(version) AS BIGINT) FROM _sqlx_migrations")?;
        Ok(newest.map_or(0, |(version,)| version))
    }
}

/// Reads the first line of a stream.
///
/// # Errors
/// When it is not the beginning of a backup this version can read.
pub fn stream_head(input: &mut (dyn BufRead + Send)) -> Result<StreamHead, StorageError> {
    let text = next_line(input)?.ok_or_else(not_ours)?;
    let head: StreamHead = serde_json::from_str(&text).map_err(|_| not_ours())?;
    if head.vigie_backup == FORMAT { Ok(head) } else { Err(not_ours()) }
}

/// The table of that name, with exactly those columns, in that order.
fn fitting(into: &[Table], name: &str, columns: &[String]) -> Result<Table, StorageError> {
    let other = || {
        StorageError::Refused(format!(
            "the table {name} is not made alike on both sides: use the same version of vigie for both"
        ))
    };
    let mut table = into.iter().find(|table| table.name == name).cloned().ok_or_else(other)?;
    let same = table.columns.len() == columns.len();
    let sorted: Option<Vec<_>> = columns
        .iter()
        .map(|name| table.columns.iter().find(|column| column.name == *name).cloned())
        .collect();
    table.columns = sorted.filter(|_| same).ok_or_else(other)?;
    Ok(table)
}

fn line<T: Serialize>(out: &mut (dyn Write + Send), value: &T) -> Result<(), StorageError> {
    let mut text = serde_json::to_vec(value)?;
    text.push(b'\n');
    out.write_all(&text).map_err(|source| StorageError::File {
        what: "the copy cannot be written".to_owned(),
        source,
    })
}

fn next_line(input: &mut (dyn BufRead + Send)) -> Result<Option<String>, StorageError> {
    let mut text = String::new();
    let read = input.read_line(&mut text).map_err(|source| StorageError::File {
        what: "the backup cannot be read to its end".to_owned(),
        source,
    })?;
    Ok((read > 0).then_some(text))
}

fn not_ours() -> StorageError {
    StorageError::Refused("this is not a backup made by vigie, or it is damaged".to_owned())
}

/// A float is written as Rust prints it, which reads back as the same bits.
fn to_json(cell: Cell) -> Value {
    match cell {
        Cell::Null => Value::Null,
        Cell::Int(n) => Value::from(n),
        Cell::Real(x) => Value::from(format!("{x:?}")),
        Cell::Text(text) => Value::from(text),
        Cell::Bytes(bytes) => Value::from(BASE64.encode(bytes)),
    }
}

fn from_json(text: &str, table: &Table) -> Result<Vec<Cell>, StorageError> {
    let values: Vec<Value> = serde_json::from_str(text).map_err(|_| not_ours())?;
    if values.len() != table.columns.len() {
        return Err(not_ours());
    }
    let cells = values.into_iter().zip(&table.columns).map(|(value, column)| {
        Some(match (value, column.kind) {
            (Value::Null, _) => Cell::Null,
            (Value::Number(n), Kind::Int | Kind::Bool) => Cell::Int(n.as_i64()?),
            (Value::String(text), Kind::Text) => Cell::Text(text),
            (Value::String(text), Kind::Real) => Cell::Real(text.parse().ok()?),
            (Value::String(text), Kind::Bytes) => Cell::Bytes(BASE64.decode(text).ok()?),
            _ => return None,
        })
    });
    cells.collect::<Option<Vec<Cell>>>().ok_or_else(not_ours)
}
