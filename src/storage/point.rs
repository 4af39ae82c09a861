//! Where places are, once the team has sent a pin. None is shipped.
use chrono::{DateTime, Utc};

use super::dialect::{all, run};
use super::row::At;
use super::{StorageError, Tx, millis};
use crate::domain::site::{Point, SiteCode};

impl Tx {
    /// Sets where a place is.
    pub async fn point_set(
        &mut self,
        site: &SiteCode,
        point: Point,
        now: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        run!(
            self.conn,
            "INSERT INTO point (site, lat, lon, set_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (site) DO UPDATE SET lat = excluded.lat, lon = excluded.lon, set_at = excluded.set_at",
            site.as_str(),
            point.lat,
            point.lon,
            millis(now)
        )?;
        Ok(())
    }

    /// Every place whose point is known.
    pub async fn points(&mut self) -> Result<Vec<(SiteCode, Point)>, StorageError> {
        let rows: Vec<(String, f64, f64)> =
            all!(self.conn, "SELECT site, lat, lon FROM point ORDER BY site")?;
        rows.into_iter()
            .map(|(site, lat, lon)| {
                let at = At { table: "point", row: &site };
                Ok((at.parsed("site", &site)?, Point { lat, lon }))
            })
            .collect()
    }
}
