-- The ground: one text for both engines. Words in braces are put in by src/storage/dialect:
--   {int} 64-bit integer · {real} 64-bit float · {bytes} byte string · {bool} truth value
--   {counter} integer key that the engine counts up · {rows} end of a table kept in order of arrival
--   {keyed} end of a table kept in order of its primary key
-- Identifiers are text ordered by time (UUID version 7), instants are milliseconds since 1970 UTC,
-- codes are text. What could name or reach a person is sealed (XChaCha20-Poly1305) or a keyed hash.

CREATE TABLE meta (
    key TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) {keyed};

-- Running numbers that never go back: threads (C-0412), visits.
CREATE TABLE counter (
    name TEXT NOT NULL PRIMARY KEY,
    value {int} NOT NULL
) {keyed};
INSERT INTO counter (name, value) VALUES ('thread', 0), ('visit', 0);

-- Updates as they came, before anything is acknowledged. state: new, done, aside.
CREATE TABLE inbox (
    seq {counter},
    update_id {int} NOT NULL UNIQUE,
    chat_hash {bytes},
    payload_sealed {bytes},
    state TEXT NOT NULL,
    attempts {int} NOT NULL,
    received_at {int} NOT NULL,
    next_at {int} NOT NULL,
    done_at {int}
) {rows};
CREATE INDEX inbox_new ON inbox (seq) WHERE state = 'new';
CREATE INDEX inbox_new_of_chat ON inbox (chat_hash, seq) WHERE state = 'new';
CREATE INDEX inbox_received ON inbox (received_at);

CREATE TABLE person (
    chat_hash {bytes} NOT NULL PRIMARY KEY,
    chat_sealed {bytes} NOT NULL,
    lang TEXT NOT NULL,
    role TEXT NOT NULL,
    role_until {int},
    role_warned {bool} NOT NULL,
    tag {int} NOT NULL,
    last_place TEXT,
    renewed_at {int} NOT NULL
) {keyed};
CREATE UNIQUE INDEX person_tag ON person (tag) WHERE tag > 0;
CREATE INDEX person_team ON person (role) WHERE role <> 'resident';
CREATE INDEX person_renewed ON person (renewed_at);

-- The sites a person wants warnings for.
CREATE TABLE watch (
    site TEXT NOT NULL,
    chat_hash {bytes} NOT NULL REFERENCES person (chat_hash) ON DELETE CASCADE ON UPDATE CASCADE,
    PRIMARY KEY (site, chat_hash)
) {keyed};
CREATE INDEX watch_of_person ON watch (chat_hash);

CREATE TABLE invite (
    token_hash {bytes} NOT NULL PRIMARY KEY,
    role TEXT NOT NULL,
    role_days {int} NOT NULL,
    created_at {int} NOT NULL,
    expires_at {int} NOT NULL,
    used_at {int}
) {keyed};

CREATE TABLE sighting (
    id TEXT NOT NULL PRIMARY KEY,
    zone TEXT NOT NULL,
    place TEXT NOT NULL,
    phase TEXT NOT NULL,
    heading TEXT,
    observed_at {int} NOT NULL,
    received_at {int} NOT NULL,
    role TEXT NOT NULL,
    pseudonym TEXT,
    forward_of TEXT,
    vans_low {int},
    vans_high {int},
    vehicles TEXT NOT NULL,
    source TEXT NOT NULL,
    via TEXT NOT NULL,
    withdrawn_at {int},
    said_sealed {bytes}
) {keyed};
CREATE INDEX sighting_observed ON sighting (zone, observed_at, id);
CREATE INDEX sighting_reporter ON sighting (pseudonym, received_at) WHERE pseudonym IS NOT NULL;

CREATE TABLE ruling (
    id TEXT NOT NULL PRIMARY KEY,
    zone TEXT NOT NULL,
    kind TEXT NOT NULL,
    sighting_id TEXT,
    convoy_id TEXT,
    visit_id TEXT,
    role TEXT NOT NULL,
    tag {int} NOT NULL,
    at {int} NOT NULL,
    undone_at {int}
) {keyed};
CREATE INDEX ruling_at ON ruling (zone, at, id);

-- Convoys and visits as last derived from the sightings. void: no longer derived.
CREATE TABLE convoy (
    id TEXT NOT NULL PRIMARY KEY,
    zone TEXT NOT NULL,
    state TEXT NOT NULL,
    opened_at {int} NOT NULL,
    last_at {int} NOT NULL,
    parent_id TEXT,
    void {bool} NOT NULL
) {keyed};
CREATE INDEX convoy_opened ON convoy (zone, opened_at);

CREATE TABLE visit (
    id TEXT NOT NULL PRIMARY KEY,
    no {int} NOT NULL UNIQUE,
    convoy_id TEXT NOT NULL REFERENCES convoy (id),
    site TEXT NOT NULL,
    stage TEXT NOT NULL,
    from_at {int} NOT NULL,
    until_at {int},
    confidence TEXT NOT NULL,
    void {bool} NOT NULL
) {keyed};
CREATE INDEX visit_of_convoy ON visit (convoy_id);
CREATE INDEX visit_from ON visit (from_at);

-- Where a place is, once the team has sent a pin.
CREATE TABLE point (
    site TEXT NOT NULL PRIMARY KEY,
    lat {real} NOT NULL,
    lon {real} NOT NULL,
    set_at {int} NOT NULL
) {keyed};

-- Alerts as decided, immutable. body is the whole alert; the columns are for finding it.
CREATE TABLE alert (
    id TEXT NOT NULL PRIMARY KEY,
    thread TEXT NOT NULL,
    version {int} NOT NULL,
    zone TEXT NOT NULL,
    kind TEXT NOT NULL,
    decided_at {int} NOT NULL,
    body TEXT NOT NULL,
    UNIQUE (thread, version)
) {keyed};
CREATE INDEX alert_decided ON alert (zone, decided_at, id);

-- Messages to one or many. closed_at: every delivery has ended, and the journal was told so.
CREATE TABLE letter (
    id TEXT NOT NULL PRIMARY KEY,
    alert_id TEXT REFERENCES alert (id),
    thread TEXT,
    version {int} NOT NULL,
    mode TEXT NOT NULL,
    urgency {int} NOT NULL,
    say_sealed {bytes},
    created_at {int} NOT NULL,
    expires_at {int} NOT NULL,
    edit_message_id {int},
    reply_message_id {int},
    closed_at {int}
) {keyed};
CREATE INDEX letter_open ON letter (expires_at) WHERE closed_at IS NULL;
CREATE INDEX letter_created ON letter (created_at) WHERE say_sealed IS NOT NULL;

-- One letter to one recipient. state: queued, sending, sent, maybe, blocked, refused, expired,
-- superseded, left. thread, version and urgency are the letter's, repeated so that a claim reads
-- one index; chat_sealed goes when the row is settled.
CREATE TABLE delivery (
    letter_id TEXT NOT NULL REFERENCES letter (id),
    chat_hash {bytes} NOT NULL,
    chat_sealed {bytes},
    lang TEXT NOT NULL,
    thread TEXT,
    version {int} NOT NULL,
    urgency {int} NOT NULL,
    ring {bool} NOT NULL,
    state TEXT NOT NULL,
    attempts {int} NOT NULL,
    next_at {int} NOT NULL,
    message_id {int},
    claimed_by TEXT,
    claimed_until {int},
    settled_at {int},
    PRIMARY KEY (letter_id, chat_hash)
) {keyed};
-- The queue in its order of sending.
CREATE INDEX delivery_due ON delivery (urgency, letter_id, chat_hash, next_at) WHERE state = 'queued';
-- What is under way for a chat, and all there is of one that leaves.
CREATE INDEX delivery_of_chat ON delivery (chat_hash, settled_at);
-- What is not over of a letter, however much is.
CREATE INDEX delivery_open ON delivery (settled_at, letter_id) WHERE settled_at IS NULL;
-- What a chat has had of a thread.
CREATE INDEX delivery_thread ON delivery (thread, chat_hash, version) WHERE thread IS NOT NULL;
CREATE INDEX delivery_lease ON delivery (claimed_until) WHERE state = 'sending';

-- What is left of deliveries after their retention.
CREATE TABLE delivery_count (
    letter_id TEXT NOT NULL REFERENCES letter (id),
    state TEXT NOT NULL,
    n {int} NOT NULL,
    PRIMARY KEY (letter_id, state)
) {keyed};

CREATE TABLE follow (
    seq {counter},
    convoy_id TEXT NOT NULL,
    role TEXT NOT NULL,
    tag {int} NOT NULL,
    step TEXT NOT NULL,
    eta_at {int},
    at {int} NOT NULL
) {rows};
CREATE INDEX follow_of_convoy ON follow (convoy_id, seq);

-- Timers that survive a restart.
CREATE TABLE duty (
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    due_at {int} NOT NULL,
    PRIMARY KEY (kind, subject)
) {keyed};
CREATE INDEX duty_due ON duty (due_at);

-- The chain: hash = H(previous hash ‖ commitment), commitment = H(nonce ‖ payload). An erased entry
-- keeps its commitment and hash. at and kind are copies for finding an entry; the payload counts.
CREATE TABLE journal (
    seq {int} NOT NULL PRIMARY KEY,
    at {int} NOT NULL,
    kind TEXT NOT NULL,
    payload TEXT,
    nonce {bytes},
    commitment {bytes} NOT NULL,
    hash {bytes} NOT NULL
) {rows};
CREATE INDEX journal_at ON journal (at, seq);

-- The last entry's number and hash: locked while the next is written, and proof against a cut end.
CREATE TABLE journal_head (
    one {int} NOT NULL PRIMARY KEY CHECK (one = 1),
    seq {int} NOT NULL,
    hash {bytes} NOT NULL
) {rows};
