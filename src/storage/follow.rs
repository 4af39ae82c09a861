//! The steps of following, as taken; who follows now is the domain's to say.
use super::dialect::{all, run};
use super::row::At;
use super::{StorageError, Tx, millis};
use crate::domain::follow::{Step, Taken};
use crate::domain::id::ConvoyId;
use crate::domain::person::Role;

impl Tx {
    /// Keeps a step.
    pub async fn follow_add(
        &mut self,
        convoy: &ConvoyId,
        role: Role,
        taken: &Taken,
    ) -> Result<(), StorageError> {
        let eta = match taken.step {
            Step::Going { eta } => Some(millis(eta)),
            _ => None,
        };
        run!(
            self.conn,
            "INSERT INTO follow (convoy_id, role, tag, step, eta_at, at) VALUES ($1, $2, $3, $4, $5, $6)",
            convoy.as_str(),
            role.code(),
            taken.tag,
            taken.step.code(),
            eta,
            millis(taken.at)
        )?;
        Ok(())
    }

    /// Every step of a convoy, in the order they were taken.
    pub async fn follows(&mut self, convoy: &ConvoyId) -> Result<Vec<Taken>, StorageError> {
        let rows: Vec<(i64, String, Option<i64>, i64)> = all!(
            self.conn,
            "SELECT tag, step, eta_at, at FROM follow WHERE convoy_id = $1 ORDER BY seq",
            convoy.as_str()
        )?;
        let at = At { table: "follow", row: convoy.as_str() };
        rows.into_iter()
            .map(|(tag, step, eta, taken_at)| {
                let step = match (step.as_str(), at.instant_if("eta_at", eta)?) {
                    ("going", Some(eta)) => Step::Going { eta },
                    ("going", None) => return Err(at.wrong("eta_at")),
                    _ => at.coded("step", step)?,
                };
                let taken_at = at.instant("at", taken_at)?;
                Ok(Taken { tag, step, at: taken_at })
            })
            .collect()
    }
}
