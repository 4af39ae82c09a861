//! Invitations: single-use links into a role, kept by the hash of their token; the token itself is
//! only ever in the link.
use chrono::{DateTime, Utc};

use super::dialect::{first, run};
use super::row::At;
use super::{StorageError, Tx, millis};
use crate::domain::person::Role;

impl Tx {
    /// Keeps an invitation into `role` for `role_days` days from when it is taken.
    pub async fn invite_add(
        &mut self,
        token_hash: [u8; 32],
        role: Role,
        role_days: i64,
        expires_at: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        run!(
            self.conn,
            "INSERT INTO invite (token_hash, role, role_days, created_at, expires_at)
             VALUES ($1, $2, $3, $4, $5)",
            token_hash.to_vec(),
            role.code(),
            role_days,
            millis(now),
            millis(expires_at)
        )?;
        Ok(())
    }

    /// Takes an invitation: its role and days, once. `None`: unknown, used or expired.
    pub async fn invite_take(
        &mut self,
        token_hash: [u8; 32],
        now: DateTime<Utc>,
    ) -> Result<Option<(Role, i64)>, StorageError> {
        let taken: Option<(String, i64)> = first!(
            self.conn,
            "UPDATE invite SET used_at = $2
             WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $2
             RETURNING role, role_days",
            token_hash.to_vec(),
            millis(now)
        )?;
        let at = At { table: "invite", row: "(an invitation)" };
        taken
            .map(|(role, days)| {
                let role = Role::from_code(&role).ok_or_else(|| at.wrong("role"))?;
                Ok((role, days))
            })
            .transpose()
    }
}
