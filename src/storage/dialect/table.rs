//! Tables as the engines describe them: their columns, and rows of any table as plain cells. This is
//! what copies a whole database, from one engine to the other or into a file; nothing else in storage
//! touches a row without knowing what it means.
use std::collections::BTreeSet;

use futures::StreamExt;
use futures::stream::BoxStream;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, Row};

use super::{Conn, MIGRATIONS, StorageError, all, run};

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::storage) enum Kind {
    /// A 64-bit integer; on SQLite truth values too.
    Int,
    /// A 64-bit float.
    Real,
    /// Text.
    Text,
    /// Bytes.
    Bytes,
    /// A truth value of PostgreSQL; as a cell it is 0 or 1, as on SQLite.
    Bool,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::storage) struct Column {
    /// Its name.
    pub(in crate::storage) name: String,
    /// What it holds.
    pub(in crate::storage) kind: Kind,
    /// Whether PostgreSQL counts it up by itself.
    counts: bool,
}

/// A table, its columns in order of their names: the engines may keep them in different orders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::storage) struct Table {
    /// Its name.
    pub(in crate::storage) name: String,
    /// Its columns.
    pub(in crate::storage) columns: Vec<Column>,
    /// The tables its rows refer to.
    parents: BTreeSet<String>,
}

/// One value of one row.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::storage) enum Cell {
    /// Nothing.
    Null,
    /// See [`Kind::Int`] and [`Kind::Bool`].
    Int(i64),
    /// See [`Kind::Real`].
    Real(f64),
    /// See [`Kind::Text`].
    Text(String),
    /// See [`Kind::Bytes`].
    Bytes(Vec<u8>),
}

/// The tables that the migrations make; others in the same schema are not ours.
fn ours() -> BTreeSet<&'static str> {
    let lines = MIGRATIONS.iter().flat_map(|(_, _, text)| text.lines());
    lines
        .filter_map(|line| line.strip_prefix("CREATE TABLE "))
        .filter_map(|rest| rest.split([' ', '(']).next())
        .collect()
}

impl Table {
    /// The names of its columns, as in a statement.
    fn list(&self) -> String {
        let names: Vec<String> = self.columns.iter().map(|c| format!("\"{}\"", c.name)).collect();
        names.join(", ")
    }
}

impl Conn {
    /// The tables of Vigie that there are, each after those it refers to.
    pub(in crate::storage) async fn tables(&mut self) -> Result<Vec<Table>, StorageError> {
        let sql = self.pick(
            "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name",
            "SELECT table_name::text FROM information_schema.tables
             WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' ORDER BY 1",
        );
        let names: Vec<(String,)> = all!(*self, sql)?;
        let ours = ours();
        let mut waiting = Vec::new();
        for (name,) in names {
            if ours.contains(name.as_str()) {
                waiting.push(self.table(name).await?);
            }
        }
        let mut sorted: Vec<Table> = Vec::with_capacity(waiting.len());
        while !waiting.is_empty() {
            let there: BTreeSet<String> = sorted.iter().map(|t| t.name.clone()).collect();
            let (ready, rest): (Vec<Table>, Vec<Table>) =
                waiting.into_iter().partition(|table| table.parents.is_subset(&there));
            if ready.is_empty() {
                let names: Vec<String> = rest.into_iter().map(|table| table.name).collect();
                return Err(StorageError::Refused(format!(
                    "the tables {} refer to each other in a circle",
                    names.join(", ")
                )));
            }
            sorted.extend(ready);
            waiting = rest;
        }
        Ok(sorted)
    }

    async fn table(&mut self, name: String) -> Result<Table, StorageError> {
        let sql = self.pick(
            "SELECT name, lower(type), 0 FROM pragma_table_info($1) ORDER BY name",
            "SELECT column_name::text, data_type::text, is_identity = 'YES'
             FROM information_schema.columns
             WHERE table_schema = current_schema() AND table_name = $1
             ORDER BY column_name::text COLLATE \"C\"",
        );
        let columns: Vec<(String, String, bool)> = all!(*self, sql, name.as_str())?;
        let sql = self.pick(
            "SELECT DISTINCT \"table\" FROM pragma_foreign_key_list($1)",
            "SELECT DISTINCT p.relname::text FROM pg_constraint c
             JOIN pg_class t ON t.oid = c.conrelid JOIN pg_class p ON p.oid = c.confrelid
             WHERE c.contype = 'f' AND t.relname = $1
               AND t.relnamespace = current_schema()::regnamespace",
        );
        let parents: Vec<(String,)> = all!(*self, sql, name.as_str())?;
        let columns: Result<Vec<Column>, StorageError> = columns
            .into_iter()
            .map(|(column, kind, counts)| {
                let kind = match kind.as_str() {
                    "integer" | "bigint" => Kind::Int,
                    "real" | "double precision" => Kind::Real,
                    "text" => Kind::Text,
                    "blob" | "bytea" => Kind::Bytes,
                    "boolean" => Kind::Bool,
                    other => {
                        return Err(StorageError::Refused(format!(
                            "the column {column} of the table {name} is of a kind that cannot be copied ({other})"
                        )));
                    }
                };
                Ok(Column { name: column, kind, counts })
            })
            .collect();
        let parents = parents.into_iter().map(|(p,)| p).filter(|p| *p != name).collect();
        Ok(Table { name, columns: columns?, parents })
    }

    /// Every row of a table, one after another, in no order.
    pub(in crate::storage) fn rows<'a>(
        &'a mut self,
        table: &'a Table,
    ) -> BoxStream<'a, Result<Vec<Cell>, StorageError>> {
        let sql = AssertSqlSafe(format!("SELECT {} FROM \"{}\"", table.list(), table.name));
        match self {
            Conn::Sqlite(tx) => sqlx::query(sql)
                .fetch(&mut **tx)
                .map(|row| cells_of_sqlite(&row?, &table.columns))
                .boxed(),
            Conn::Pg(tx) => sqlx::query(sql)
                .fetch(&mut **tx)
                .map(|row| cells_of_postgres(&row?, &table.columns))
                .boxed(),
        }
    }

    /// Adds rows whose cells are in the order of the table's columns.
    pub(in crate::storage) async fn put_rows(
        &mut self,
        table: &Table,
        rows: Vec<Vec<Cell>>,
    ) -> Result<(), StorageError> {
        if rows.is_empty() {
            return Ok(());
        }
        let width = table.columns.len();
        let places: Vec<String> = (0..rows.len())
            .map(|row| {
                let row: Vec<String> =
                    (1..=width).map(|n| format!("${}", row * width + n)).collect();
                format!("({})", row.join(", "))
            })
            .collect();
        let sql = AssertSqlSafe(format!(
            "INSERT INTO \"{}\" ({}) VALUES {}",
            table.name,
            table.list(),
            places.join(", ")
        ));
        let kinds = table.columns.iter().map(|column| column.kind).cycle();
        let cells = rows.into_iter().flatten().zip(kinds);
        match self {
            Conn::Sqlite(tx) => {
                let mut query = sqlx::query(sql).persistent(false);
                for (cell, kind) in cells {
                    query = match (cell, kind) {
                        (Cell::Int(n), _) => query.bind(n),
                        (Cell::Real(x), _) => query.bind(x),
                        (Cell::Text(text), _) => query.bind(text),
                        (Cell::Bytes(bytes), _) => query.bind(bytes),
                        (Cell::Null, _) => query.bind(None::<i64>),
                    };
                }
                query.execute(&mut **tx).await?;
            }
            Conn::Pg(tx) => {
                let mut query = sqlx::query(sql).persistent(false);
                for (cell, kind) in cells {
                    query = match (cell, kind) {
                        (Cell::Int(n), Kind::Bool) => query.bind(n != 0),
                        (Cell::Int(n), _) => query.bind(n),
                        (Cell::Real(x), _) => query.bind(x),
                        (Cell::Text(text), _) => query.bind(text),
                        (Cell::Bytes(bytes), _) => query.bind(bytes),
                        (Cell::Null, Kind::Int) => query.bind(None::<i64>),
                        (Cell::Null, Kind::Real) => query.bind(None::<f64>),
                        (Cell::Null, Kind::Text) => query.bind(None::<String>),
                        (Cell::Null, Kind::Bytes) => query.bind(None::<Vec<u8>>),
                        (Cell::Null, Kind::Bool) => query.bind(None::<bool>),
                    };
                }
                query.execute(&mut **tx).await?;
            }
        }
        Ok(())
    }

    /// Lets the counters of PostgreSQL go on after the highest number that was brought in; SQLite
    /// sees to that itself.
    pub(in crate::storage) async fn counters_go_on(
        &mut self,
        table: &Table,
    ) -> Result<(), StorageError> {
        for column in table.columns.iter().filter(|column| column.counts) {
            let sql = AssertSqlSafe(format!(
                "SELECT setval(pg_get_serial_sequence('\"{table}\"', '{column}'),
                   (SELECT COALESCE(MAX(\"{column}\"), 0) + 1 FROM \"{table}\"), false)",
                table = table.name,
                column = column.name
            ));
            run!(*self, sql)?;
        }
        Ok(())
    }

    /// Removes every row of these tables, those that refer to others first.
    pub(in crate::storage) async fn empty(&mut self, tables: &[Table]) -> Result<(), StorageError> {
        for table in tables.iter().rev() {
            run!(*self, AssertSqlSafe(format!("DELETE FROM \"{}\"", table.name)))?;
        }
        Ok(())
    }
}

/// One function an engine: their rows have nothing in common that names a type.
macro_rules! cells_of {
    ($name:ident, $row:ty) => {
        fn $name(row: &$row, columns: &[Column]) -> Result<Vec<Cell>, StorageError> {
            let mut cells = Vec::with_capacity(columns.len());
            for (n, column) in columns.iter().enumerate() {
                cells.push(match column.kind {
                    Kind::Int => row.try_get::<Option<i64>, _>(n)?.map_or(Cell::Null, Cell::Int),
                    Kind::Real => row.try_get::<Option<f64>, _>(n)?.map_or(Cell::Null, Cell::Real),
                    Kind::Text => {
                        row.try_get::<Option<String>, _>(n)?.map_or(Cell::Null, Cell::Text)
                    }
                    Kind::Bytes => {
                        row.try_get::<Option<Vec<u8>>, _>(n)?.map_or(Cell::Null, Cell::Bytes)
                    }
                    Kind::Bool => row
                        .try_get::<Option<bool>, _>(n)?
                        .map_or(Cell::Null, |yes| Cell::Int(i64::from(yes))),
                });
            }
            Ok(cells)
        }
    };
}
cells_of!(cells_of_sqlite, SqliteRow);
cells_of!(cells_of_postgres, PgRow);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_of_the_migrations_are_known_by_name() {
        let ours = ours();
        for name in ["meta", "journal", "delivery", "journal_head"] {
            assert!(ours.contains(name), "{ours:?}");
        }
    }
}
