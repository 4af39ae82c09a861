//! Persons: a sealed chat, a language, a role, the sites they watch. Nothing else is kept of anyone,
//! and what is kept can be erased at once.
use chrono::{DateTime, Utc};

use super::dialect::{all, first, run};
use super::row::At;
use super::{StorageError, Tx, millis};
use crate::domain::lang::Lang;
use crate::domain::person::{Chat, ChatHash, Person, Role};
use crate::domain::site::SiteCode;
use crate::proof::{self, Defect};

/// How many persons are alike; for `vigie doctor` and metrics. Where few are, showing it to
/// outsiders could name them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonCount {
    /// Their role.
    pub role: Role,
    /// Their language.
    pub lang: Lang,
    /// A site they watch; `None` counts those who watch none.
    pub site: Option<SiteCode>,
    /// How many.
    pub count: i64,
}

/// The row as selected.
type Row = (Vec<u8>, Vec<u8>, String, String, Option<i64>, bool, i64, Option<String>, i64);

/// The columns of [`Row`].
macro_rules! persons_where {
    ($rest:literal) => {
        concat!(
            "SELECT chat_hash, chat_sealed, lang, role, role_until, role_warned, tag, last_place, renewed_at FROM person ",
            $rest
        )
    };
}

/// A person in errors: never who.
const SOMEONE: At = At { table: "person", row: "(a person)" };

impl Tx {
    /// The person of a chat, if there is one.
    pub async fn person_by_chat(&mut self, chat: Chat) -> Result<Option<Person>, StorageError> {
        let hash = self.vault.hash(chat).0.to_vec();
        let row: Option<Row> = first!(self.conn, persons_where!("WHERE chat_hash = $1"), hash)?;
        let mut persons = self.persons(row.into_iter().collect()).await?;
        Ok(persons.pop())
    }

    /// Keeps a person as they are now, and exactly the sites they watch.
    pub async fn save_person(&mut self, person: &Person) -> Result<(), StorageError> {
        let hash = self.vault.hash(person.chat).0.to_vec();
        let sealed = self.vault.seal_chat(person.chat)?;
        run!(
            self.conn,
            "INSERT INTO person (chat_hash, chat_sealed, lang, role, role_until, role_warned, tag, last_place, renewed_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
             ON CONFLICT (chat_hash) DO UPDATE SET lang = excluded.lang, role = excluded.role,
                 role_until = excluded.role_until, role_warned = excluded.role_warned,
                 tag = excluded.tag, last_place = excluded.last_place, renewed_at = excluded.renewed_at",
            hash.clone(),
            sealed,
            person.lang.as_str(),
            person.role.code(),
            person.role_until.map(millis),
            person.role_warned,
            person.tag,
            person.last_place.as_ref().map(SiteCode::as_str),
            millis(person.renewed_at)
        )?;
        run!(self.conn, "DELETE FROM watch WHERE chat_hash = $1", hash.clone())?;
        for site in &person.sites {
            run!(
                self.conn,
                "INSERT INTO watch (site, chat_hash) VALUES ($1, $2) ON CONFLICT DO NOTHING",
                site.as_str(),
                hash.clone()
            )?;
        }
        Ok(())
    }

    /// The smallest number that no member of the team has.
    pub async fn next_tag(&mut self) -> Result<i64, StorageError> {
        self.conn.lock("tags").await?;
        let free: Option<(i64,)> = first!(
            self.conn,
            "SELECT MIN(free.n) FROM (SELECT 1 AS n UNION ALL SELECT tag + 1 FROM person WHERE tag > 0) free
             WHERE NOT EXISTS (SELECT 1 FROM person p WHERE p.tag = free.n)"
        )?;
        Ok(free.map_or(1, |(n,)| n))
    }

    /// Erases a person: the row, the sites, and every delivery's way to reach them. What was on its
    /// way ends as `left`. `false`: there was nobody. Call `Store::after_erasure` after the commit.
    pub async fn forget_person(
        &mut self,
        chat: Chat,
        now: DateTime<Utc>,
    ) -> Result<bool, StorageError> {
        // Nobody may be chosen as a recipient while they leave.
        self.lock_decisions().await?;
        let hash = self.vault.hash(chat);
        self.forget_hash(hash, now).await
    }

    /// As [`Tx::forget_person`], by hash.
    pub(super) async fn forget_hash(
        &mut self,
        hash: ChatHash,
        now: DateTime<Utc>,
    ) -> Result<bool, StorageError> {
        if !proof::broken(Defect::StopIgnored) {
            self.deliveries_left(hash, now).await?;
        }
        let gone = run!(self.conn, "DELETE FROM person WHERE chat_hash = $1", hash.0.to_vec())?;
        Ok(gone == 1)
    }

    /// Everyone whose role at `now` is `min_role` or higher, in order of their numbers.
    pub async fn team(
        &mut self,
        min_role: Role,
        now: DateTime<Utc>,
    ) -> Result<Vec<Person>, StorageError> {
        let rows: Vec<Row> = all!(
            self.conn,
            persons_where!(
                "WHERE role <> 'resident' AND (role_until IS NULL OR role_until > $1) ORDER BY tag, chat_hash"
            ),
            millis(now)
        )?;
        let mut team = self.persons(rows).await?;
        team.retain(|person| person.role >= min_role);
        Ok(team)
    }

    /// Everyone whose role ends, or ended, before `t`.
    pub async fn roles_ending_before(
        &mut self,
        t: DateTime<Utc>,
    ) -> Result<Vec<Person>, StorageError> {
        let rows: Vec<Row> = all!(
            self.conn,
            persons_where!(
                "WHERE role <> 'resident' AND role_until IS NOT NULL AND role_until < $1 ORDER BY role_until, chat_hash"
            ),
            millis(t)
        )?;
        self.persons(rows).await
    }

    /// Those whose role at `now` is resident and who have not renewed since `t`, longest first.
    pub async fn persons_unrenewed_since(
        &mut self,
        t: DateTime<Utc>,
        now: DateTime<Utc>,
        limit: i64,
    ) -> Result<Vec<Person>, StorageError> {
        let rows: Vec<Row> = all!(
            self.conn,
            persons_where!(
                "WHERE renewed_at < $1 AND (role = 'resident' OR role_until <= $2)
                 ORDER BY renewed_at, chat_hash LIMIT $3"
            ),
            millis(t),
            millis(now),
            limit
        )?;
        self.persons(rows).await
    }

    /// A chat got another identifier (a group became a supergroup): everything follows it. Where the
    /// new one is known already, the old one's person is dropped in its favour.
    pub async fn rewrite_chat(
        &mut self,
        old: Chat,
        new: Chat,
        now: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        let (old_hash, new_hash) = (self.vault.hash(old), self.vault.hash(new));
        let sealed = self.vault.seal_chat(new)?;
        if self.person_by_chat(new).await?.is_some() {
            run!(self.conn, "DELETE FROM person WHERE chat_hash = $1", old_hash.0.to_vec())?;
        } else {
            run!(
                self.conn,
                "UPDATE person SET chat_hash = $2, chat_sealed = $3 WHERE chat_hash = $1",
                old_hash.0.to_vec(),
                new_hash.0.to_vec(),
                sealed.clone()
            )?;
        }
        run!(
            self.conn,
            "UPDATE inbox SET chat_hash = $2 WHERE state = 'new' AND chat_hash = $1",
            old_hash.0.to_vec(),
            new_hash.0.to_vec()
        )?;
        self.deliveries_moved(old_hash, new_hash, sealed, now).await
    }

    /// How many persons there are of each role (as enrolled), language and site.
    pub async fn count_persons_by_role_lang_site(
        &mut self,
    ) -> Result<Vec<PersonCount>, StorageError> {
        let rows: Vec<(String, String, Option<String>, i64)> = all!(
            self.conn,
            "SELECT p.role, p.lang, w.site, COUNT(*) FROM person p
             LEFT JOIN watch w ON w.chat_hash = p.chat_hash
             GROUP BY p.role, p.lang, w.site ORDER BY p.role, p.lang, w.site"
        )?;
        rows.into_iter()
            .map(|(role, lang, site, count)| {
                Ok(PersonCount {
                    role: Role::from_code(&role).ok_or_else(|| SOMEONE.wrong("role"))?,
                    lang: SOMEONE.parsed("lang", &lang)?,
                    site: SOMEONE.parsed_if("site", site)?,
                    count,
                })
            })
            .collect()
    }

    /// Rows into persons, with the sites they watch.
    async fn persons(&mut self, rows: Vec<Row>) -> Result<Vec<Person>, StorageError> {
        let mut persons = Vec::with_capacity(rows.len());
        for (hash, sealed, lang, role, role_until, role_warned, tag, last_place, renewed) in rows {
            persons.push(Person {
                chat: self.vault.open_chat(&sealed)?,
                lang: SOMEONE.parsed("lang", &lang)?,
                role: SOMEONE.coded("role", role)?,
                role_until: SOMEONE.instant_if("role_until", role_until)?,
                role_warned,
                tag,
                last_place: SOMEONE.parsed_if("last_place", last_place)?,
                sites: self.sites_of(hash).await?,
                renewed_at: SOMEONE.instant("renewed_at", renewed)?,
            });
        }
        Ok(persons)
    }

    async fn sites_of(&mut self, hash: Vec<u8>) -> Result<Vec<SiteCode>, StorageError> {
        let rows: Vec<(String,)> =
            all!(self.conn, "SELECT site FROM watch WHERE chat_hash = $1 ORDER BY site", hash)?;
        rows.iter().map(|(site,)| SOMEONE.parsed("site", site)).collect()
    }
}
