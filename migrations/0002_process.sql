-- The living processes of the service, where several share a database. Each raises its beat about
-- once a second; the others count it as dead when the beat stands still. No clock is kept here: each
-- process measures on its own. polls: it alone fetches updates.
CREATE TABLE process (
    name TEXT NOT NULL PRIMARY KEY,
    beat {int} NOT NULL,
    polls {bool} NOT NULL
) {keyed};
CREATE UNIQUE INDEX process_polls ON process (polls) WHERE polls;
