//! Sightings as told, and the link to who told them, which does not last. A sighting is only ever
//! added, or marked as taken back.
use chrono::{DateTime, Utc};

use super::dialect::{all, first, run};
use super::row::{At, code};
use super::{StorageError, Tx, millis};
use crate::domain::id::SightingId;
use crate::domain::sighting::{Reporter, Sighting, Vans};
use crate::domain::site::{SiteCode, Zone};
use crate::vault::Sealed;

/// The row as selected.
type Row = (
    String,
    String,
    String,
    String,
    Option<String>,
    i64,
    i64,
    String,
    Option<String>,
    Option<String>,
    Option<i64>,
    Option<i64>,
    String,
    String,
    String,
    Option<i64>,
);

/// The columns of [`Row`].
macro_rules! sightings_where {
    ($rest:literal) => {
        concat!(
            "SELECT id, zone, place, phase, heading, observed_at, received_at, role, pseudonym, forward_of,
             vans_low, vans_high, vehicles, source, via, withdrawn_at FROM sighting ",
            $rest
        )
    };
}

impl Tx {
    /// Keeps a sighting, and sealed the words it came in, where there were any.
    pub async fn sighting_add(
        &mut self,
        sighting: &Sighting,
        said: Option<&str>,
    ) -> Result<(), StorageError> {
        let said = said.map(|text| self.vault.seal(Sealed::Said, text.as_bytes())).transpose()?;
        run!(
            self.conn,
            "INSERT INTO sighting (id, zone, place, phase, heading, observed_at, received_at, role, pseudonym,
                 forward_of, vans_low, vans_high, vehicles, source, via, withdrawn_at, said_sealed)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
            sighting.id.as_str(),
            sighting.zone.as_str(),
            sighting.place.as_str(),
            sighting.phase.code(),
            sighting.heading.as_ref().map(SiteCode::as_str),
            millis(sighting.observed_at),
            millis(sighting.received_at),
            sighting.reporter.role.code(),
            sighting.reporter.pseudonym.as_deref(),
            sighting.reporter.forward_of.as_deref(),
            sighting.vans.map(|vans| i64::from(vans.low)),
            sighting.vans.and_then(|vans| vans.high).map(i64::from),
            serde_json::to_string(&sighting.vehicles)?,
            code(&sighting.source)?,
            code(&sighting.via)?,
            sighting.withdrawn_at.map(millis),
            said
        )?;
        Ok(())
    }

    /// The sighting of an identifier.
    pub async fn sighting(&mut self, id: &SightingId) -> Result<Option<Sighting>, StorageError> {
        let row: Option<Row> = first!(self.conn, sightings_where!("WHERE id = $1"), id.as_str())?;
        row.map(read).transpose()
    }

    /// The sightings of a zone observed at `t` or later, in order of observation; those taken back
    /// are among them, marked.
    pub async fn sightings_since(
        &mut self,
        zone: &Zone,
        t: DateTime<Utc>,
    ) -> Result<Vec<Sighting>, StorageError> {
        let rows: Vec<Row> = all!(
            self.conn,
            sightings_where!("WHERE zone = $1 AND observed_at >= $2 ORDER BY observed_at, id"),
            zone.as_str(),
            millis(t)
        )?;
        rows.into_iter().map(read).collect()
    }

    /// Marks a sighting as taken back. `false`: unknown, or taken back before.
    pub async fn sighting_withdraw(
        &mut self,
        id: &SightingId,
        now: DateTime<Utc>,
    ) -> Result<bool, StorageError> {
        let marked = run!(
            self.conn,
            "UPDATE sighting SET withdrawn_at = $2 WHERE id = $1 AND withdrawn_at IS NULL",
            id.as_str(),
            millis(now)
        )?;
        Ok(marked == 1)
    }

    /// How many sightings one reporter sent since `t`.
    pub async fn sightings_by(
        &mut self,
        pseudonym: &str,
        t: DateTime<Utc>,
    ) -> Result<i64, StorageError> {
        let count: Option<(i64,)> = first!(
            self.conn,
            "SELECT COUNT(*) FROM sighting WHERE pseudonym = $1 AND received_at >= $2",
            pseudonym,
            millis(t)
        )?;
        Ok(count.map_or(0, |(n,)| n))
    }

    /// The words a sighting came in, while they are kept.
    pub async fn sighting_text(&mut self, id: &SightingId) -> Result<Option<String>, StorageError> {
        let row: Option<(Option<Vec<u8>>,)> =
            first!(self.conn, "SELECT said_sealed FROM sighting WHERE id = $1", id.as_str())?;
        let Some(sealed) = row.and_then(|(sealed,)| sealed) else {
            return Ok(None);
        };
        let plain = self.vault.open(Sealed::Said, &sealed)?;
        let at = At { table: "sighting", row: id.as_str() };
        at.text("said_sealed", plain).map(Some)
    }

    /// Cuts the link between reporters and what they told before `t`, and forgets their words; gives
    /// the number of sightings this changed.
    pub async fn forget_reporters_before(&mut self, t: DateTime<Utc>) -> Result<u64, StorageError> {
        Ok(run!(
            self.conn,
            "UPDATE sighting SET pseudonym = NULL, forward_of = NULL, said_sealed = NULL
             WHERE received_at < $1
               AND (pseudonym IS NOT NULL OR forward_of IS NOT NULL OR said_sealed IS NOT NULL)",
            millis(t)
        )?)
    }
}

fn read(row: Row) -> Result<Sighting, StorageError> {
    let (id, zone, place, phase, heading, observed, received, role, pseudonym, forward_of, ..) =
        row.clone();
    let (.., low, high, vehicles, source, via, withdrawn) = row;
    let at = At { table: "sighting", row: &id.clone() };
    let high = high.map(|n| at.small("vans_high", n)).transpose()?;
    let low = low.map(|n| at.small("vans_low", n)).transpose()?;
    Ok(Sighting {
        id: SightingId::from(id),
        zone: at.parsed("zone", &zone)?,
        place: at.parsed("place", &place)?,
        phase: at.coded("phase", phase)?,
        heading: at.parsed_if("heading", heading)?,
        observed_at: at.instant("observed_at", observed)?,
        received_at: at.instant("received_at", received)?,
        reporter: Reporter { role: at.coded("role", role)?, pseudonym, forward_of },
        vans: low.map(|low| Vans { low, high }),
        vehicles: at.json("vehicles", &vehicles)?,
        source: at.coded("source", source)?,
        via: at.coded("via", via)?,
        withdrawn_at: at.instant_if("withdrawn_at", withdrawn)?,
    })
}
