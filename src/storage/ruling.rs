//! Rulings of the desk. One is only ever added, or marked as taken back.
use chrono::{DateTime, Utc};

use super::dialect::{all, run};
use super::row::At;
use super::{StorageError, Tx, millis};
use crate::domain::id::{ConvoyId, RulingId, SightingId, VisitId};
use crate::domain::ruling::Ruling;
use crate::domain::site::Zone;

/// The row as selected.
type Row = (
    String,
    String,
    String,
    Option<String>,
    Option<String>,
    Option<String>,
    String,
    i64,
    i64,
    Option<i64>,
);

impl Tx {
    /// Keeps a ruling.
    pub async fn ruling_add(&mut self, ruling: &Ruling) -> Result<(), StorageError> {
        run!(
            self.conn,
            "INSERT INTO ruling (id, zone, kind, sighting_id, convoy_id, visit_id, role, tag, at, undone_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            ruling.id.as_str(),
            ruling.zone.as_str(),
            ruling.kind.code(),
            ruling.sighting.as_ref().map(SightingId::as_str),
            ruling.convoy.as_ref().map(ConvoyId::as_str),
            ruling.visit.as_ref().map(VisitId::as_str),
            ruling.role.code(),
            ruling.tag,
            millis(ruling.at),
            ruling.undone_at.map(millis)
        )?;
        Ok(())
    }

    /// The rulings of a zone made at `t` or later, in order; those taken back are among them, marked.
    pub async fn rulings_since(
        &mut self,
        zone: &Zone,
        t: DateTime<Utc>,
    ) -> Result<Vec<Ruling>, StorageError> {
        let rows: Vec<Row> = all!(
            self.conn,
            "SELECT id, zone, kind, sighting_id, convoy_id, visit_id, role, tag, at, undone_at FROM ruling
             WHERE zone = $1 AND at >= $2 ORDER BY at, id",
            zone.as_str(),
            millis(t)
        )?;
        rows.into_iter().map(read).collect()
    }

    /// Marks a ruling as taken back. `false`: unknown, or taken back before.
    pub async fn ruling_undo(
        &mut self,
        id: &RulingId,
        now: DateTime<Utc>,
    ) -> Result<bool, StorageError> {
        let marked = run!(
            self.conn,
            "UPDATE ruling SET undone_at = $2 WHERE id = $1 AND undone_at IS NULL",
            id.as_str(),
            millis(now)
        )?;
        Ok(marked == 1)
    }
}

fn read(row: Row) -> Result<Ruling, StorageError> {
    let (id, zone, kind, sighting, convoy, visit, role, tag, made, undone) = row;
    let at = At { table: "ruling", row: &id };
    Ok(Ruling {
        zone: at.parsed("zone", &zone)?,
        kind: at.coded("kind", kind)?,
        sighting: sighting.map(SightingId::from),
        convoy: convoy.map(ConvoyId::from),
        visit: visit.map(VisitId::from),
        role: at.coded("role", role)?,
        tag,
        at: at.instant("at", made)?,
        undone_at: at.instant_if("undone_at", undone)?,
        id: RulingId::from(id.clone()),
    })
}
