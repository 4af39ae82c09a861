//! How long what is kept of people is kept (DESIGN §6). Each limit is enforced by `storage`'s purge
//! and has a test; nothing personal is kept that has no limit here.
use chrono::TimeDelta;

/// The link between a reporter and a sighting, the origin of a forward, and the words as typed:
/// three days are enough to tell repetition from corroboration and to put a mistake right.
pub const REPORTER_LINK: TimeDelta = TimeDelta::hours(72);
/// Who was sent what: three days cover every retraction and reply; then only counts stay. Replicas
/// and backups of the database must not outlive it either.
pub const DELIVERIES: TimeDelta = TimeDelta::hours(72);
/// Identifiers of updates: Telegram offers an update again for at most 24 h; twice that is safe.
pub const UPDATE_IDS: TimeDelta = TimeDelta::hours(48);
/// A resident who has not said "I still want warnings" for so long has moved on: 45 days.
pub const RESIDENT_UNRENEWED: TimeDelta = TimeDelta::days(45);
/// So long after they last said so, residents are asked whether they still want warnings: it leaves
/// them four days to answer.
pub const RESIDENT_ASKED: TimeDelta = TimeDelta::days(41);
/// Used or expired invitations: a week, so that "this link was used" can still be told.
pub const INVITES: TimeDelta = TimeDelta::days(7);
/// A channel that was offered and nobody decided on: as an invitation.
pub const CHANNEL_OFFERED: TimeDelta = TimeDelta::days(7);
