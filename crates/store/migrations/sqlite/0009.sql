-- PostgreSQL reads `user` as a word of its own, as a table and as a column.
DROP TRIGGER user_created;
DROP TRIGGER user_changed;
DROP INDEX users_searched;
ALTER TABLE user DROP COLUMN searched;
ALTER TABLE user RENAME TO account;
ALTER TABLE password_history RENAME COLUMN user TO account;
ALTER TABLE permission RENAME COLUMN user TO account;
ALTER TABLE certificate RENAME COLUMN user TO account;
ALTER TABLE enrolment_grant RENAME COLUMN user TO account;
ALTER TABLE session RENAME COLUMN user TO account;
ALTER TABLE transfer RENAME COLUMN user TO account;

-- Each end of what a search looks into: what begins with the text that is searched for is a range here.
CREATE TABLE search_suffix (
    customer INTEGER NOT NULL REFERENCES customer (id),
    suffix   TEXT NOT NULL,
    account  INTEGER NOT NULL REFERENCES account (id),
    PRIMARY KEY (customer, suffix, account)
) STRICT, WITHOUT ROWID;
CREATE INDEX suffixes_by_account ON search_suffix (account);
