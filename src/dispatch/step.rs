//! What one step of the sender came to, for those who turn it by hand.
use super::flight::Landed;
use crate::domain::delivery::Settled;

/// What one step did, in rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct StepReport {
    /// Claimed.
    pub claimed: usize,
    /// Accepted by Telegram.
    pub sent: usize,
    /// To be tried again.
    pub again: usize,
    /// Put back untried, because their chat was not ready.
    pub put_back: usize,
    /// Ended in any other state.
    pub ended: usize,
}

impl StepReport {
    /// Counts one that has come back.
    pub(super) fn count(&mut self, landed: &Landed) {
        match landed.settled {
            _ if landed.put_back => self.put_back += 1,
            Settled::Sent(_) => self.sent += 1,
            Settled::Again { .. } => self.again += 1,
            _ => self.ended += 1,
        }
    }
}
