-- Channels that mirror what residents are told, one way. Who reads one is nowhere kept. no is how
-- buttons name it; lang and zone are empty until somebody of the desk has chosen them.
CREATE TABLE channel (
    chat_hash {bytes} NOT NULL PRIMARY KEY,
    no {int} NOT NULL UNIQUE,
    chat_sealed {bytes} NOT NULL,
    title_sealed {bytes} NOT NULL,
    lang TEXT,
    zone TEXT,
    since {int} NOT NULL
) {keyed};
INSERT INTO counter (name, value) VALUES ('channel', 0);
