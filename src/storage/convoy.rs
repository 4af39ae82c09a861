//! Convoys and visits as last derived from the sightings. The derivation is the domain's; here they
//! keep their running number, and are marked void when they are no longer derived. Nothing is
//! deleted.
use chrono::{DateTime, Utc};

use super::dialect::{all, first, run};
use super::row::{At, code};
use super::{StorageError, Tx, millis};
use crate::domain::alert::Confidence;
use crate::domain::convoy::{ConvoyState, Stage};
use crate::domain::id::{ConvoyId, VisitId};
use crate::domain::site::{SiteCode, Zone};

/// A convoy as kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConvoyRow {
    /// Its identifier.
    pub id: ConvoyId,
    /// Its zone.
    pub zone: Zone,
    /// What it is doing.
    pub state: ConvoyState,
    /// Observed first.
    pub opened_at: DateTime<Utc>,
    /// Observed last.
    pub last_at: DateTime<Utc>,
    /// The convoy it split from.
    pub parent: Option<ConvoyId>,
}

/// A visit as kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VisitRow {
    /// Its identifier.
    pub id: VisitId,
    /// The convoy it belongs to, which is kept first.
    pub convoy: ConvoyId,
    /// Where.
    pub site: SiteCode,
    /// What it is at.
    pub stage: Stage,
    /// Observed first.
    pub from: DateTime<Utc>,
    /// When it left, once known.
    pub until: Option<DateTime<Utc>>,
    /// How sure.
    pub confidence: Confidence,
}

/// The row as selected.
type Row = (String, i64, String, String, String, i64, Option<i64>, String);

impl Tx {
    /// Keeps a convoy as derived now.
    pub async fn save_convoy(&mut self, convoy: &ConvoyRow) -> Result<(), StorageError> {
        run!(
            self.conn,
            "INSERT INTO convoy (id, zone, state, opened_at, last_at, parent_id, void)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (id) DO UPDATE SET state = excluded.state, opened_at = excluded.opened_at,
                 last_at = excluded.last_at, parent_id = excluded.parent_id, void = excluded.void",
            convoy.id.as_str(),
            convoy.zone.as_str(),
            convoy.state.code(),
            millis(convoy.opened_at),
            millis(convoy.last_at),
            convoy.parent.as_ref().map(ConvoyId::as_str),
            false
        )?;
        Ok(())
    }

    /// Keeps a visit as derived now, and gives its running number, the same for ever.
    pub async fn save_visit(&mut self, visit: &VisitRow) -> Result<i64, StorageError> {
        let known: Option<(i64,)> =
            first!(self.conn, "SELECT no FROM visit WHERE id = $1", visit.id.as_str())?;
        let no = match known {
            Some((no,)) => no,
            None => self.next_number("visit").await?,
        };
        run!(
            self.conn,
            "INSERT INTO visit (id, no, convoy_id, site, stage, from_at, until_at, confidence, void)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
             ON CONFLICT (id) DO UPDATE SET convoy_id = excluded.convoy_id, site = excluded.site,
                 stage = excluded.stage, from_at = excluded.from_at, until_at = excluded.until_at,
                 confidence = excluded.confidence, void = excluded.void",
            visit.id.as_str(),
            no,
            visit.convoy.as_str(),
            visit.site.as_str(),
            visit.stage.code(),
            millis(visit.from),
            visit.until.map(millis),
            code(&visit.confidence)?,
            false
        )?;
        Ok(no)
    }

    /// The visits of a zone that began at `since` or later and stand, with their numbers.
    pub async fn visits_since(
        &mut self,
        zone: &Zone,
        since: DateTime<Utc>,
    ) -> Result<Vec<(i64, VisitRow)>, StorageError> {
        let rows: Vec<Row> = all!(
            self.conn,
            "SELECT v.id, v.no, v.convoy_id, v.site, v.stage, v.from_at, v.until_at, v.confidence
             FROM visit v JOIN convoy c ON c.id = v.convoy_id
             WHERE c.zone = $1 AND v.from_at >= $2 AND v.void = $3 ORDER BY v.from_at, v.id",
            zone.as_str(),
            millis(since),
            false
        )?;
        rows.into_iter().map(read).collect()
    }

    /// Marks as void the visits of a zone that began at `since` or later and are not among `ids`;
    /// gives how many that changed.
    pub async fn void_visits_not_in(
        &mut self,
        zone: &Zone,
        since: DateTime<Utc>,
        ids: &[VisitId],
    ) -> Result<u64, StorageError> {
        let sql = format!(
            "UPDATE visit SET void = $4 WHERE from_at >= $2 AND void <> $4
               AND convoy_id IN (SELECT id FROM convoy WHERE zone = $1) AND id NOT IN {}",
            self.conn.listed(3)
        );
        Ok(run!(
            self.conn,
            sqlx::AssertSqlSafe(sql),
            zone.as_str(),
            millis(since),
            serde_json::to_string(ids)?,
            true
        )?)
    }

    /// As [`Tx::void_visits_not_in`], for convoys that opened at `since` or later.
    pub async fn void_convoys_not_in(
        &mut self,
        zone: &Zone,
        since: DateTime<Utc>,
        ids: &[ConvoyId],
    ) -> Result<u64, StorageError> {
        let sql = format!(
            "UPDATE convoy SET void = $4 WHERE zone = $1 AND opened_at >= $2 AND void <> $4 AND id NOT IN {}",
            self.conn.listed(3)
        );
        Ok(run!(
            self.conn,
            sqlx::AssertSqlSafe(sql),
            zone.as_str(),
            millis(since),
            serde_json::to_string(ids)?,
            true
        )?)
    }
}

fn read(row: Row) -> Result<(i64, VisitRow), StorageError> {
    let (id, no, convoy, site, stage, from, until, confidence) = row;
    let at = At { table: "visit", row: &id };
    let visit = VisitRow {
        convoy: ConvoyId::from(convoy),
        site: at.parsed("site", &site)?,
        stage: at.coded("stage", stage)?,
        from: at.instant("from_at", from)?,
        until: at.instant_if("until_at", until)?,
        confidence: at.coded("confidence", confidence)?,
        id: VisitId::from(id.clone()),
    };
    Ok((no, visit))
}
