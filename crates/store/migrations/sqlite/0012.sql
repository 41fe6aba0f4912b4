-- What users and their departments are called; none where nobody has entered it.
ALTER TABLE account ADD COLUMN name TEXT;
ALTER TABLE account ADD COLUMN department TEXT;
-- The same as searches compare it, which lists are ordered by.
ALTER TABLE account ADD COLUMN name_key TEXT;
ALTER TABLE account ADD COLUMN department_key TEXT;

-- When the certificate that a user uses, or else the one that waits, expires or has expired.
ALTER TABLE account ADD COLUMN certificate_end INTEGER;
UPDATE account SET certificate_end =
    (SELECT not_after FROM certificate
     WHERE certificate.account = account.id AND state IN ('active', 'pending')
     ORDER BY state, certificate.id DESC LIMIT 1);
CREATE TRIGGER certificate_added AFTER INSERT ON certificate BEGIN
    UPDATE account SET certificate_end =
        (SELECT not_after FROM certificate
         WHERE certificate.account = new.account AND state IN ('active', 'pending')
         ORDER BY state, certificate.id DESC LIMIT 1)
    WHERE id = new.account;
END;
CREATE TRIGGER certificate_changed AFTER UPDATE OF state, not_after ON certificate BEGIN
    UPDATE account SET certificate_end =
        (SELECT not_after FROM certificate
         WHERE certificate.account = new.account AND state IN ('active', 'pending')
         ORDER BY state, certificate.id DESC LIMIT 1)
    WHERE id = new.account;
END;

-- Each order of the list is an index, and so is each state; users are counted in the index alone.
CREATE INDEX accounts_by_name ON account (customer, name_key, user_id, deleted_at)
    WHERE deleted_at IS NULL;
CREATE INDEX accounts_by_department ON account (customer, department_key, user_id)
    WHERE deleted_at IS NULL;
CREATE INDEX accounts_by_certificate ON account (customer, certificate_end, user_id, deleted_at)
    WHERE deleted_at IS NULL;
CREATE INDEX accounts_by_login ON account (customer, last_login_at, user_id)
    WHERE deleted_at IS NULL;
CREATE INDEX accounts_tried
    ON account (customer, user_id, failed_count, unverified_count, deleted_at)
    WHERE deleted_at IS NULL AND failed_count > 0;
CREATE INDEX accounts_suspended ON account (customer, user_id, suspended_at, deleted_at)
    WHERE deleted_at IS NULL AND suspended_at IS NOT NULL;
CREATE INDEX accounts_new ON account (customer, user_id, password_initial, deleted_at)
    WHERE deleted_at IS NULL AND password_initial = 1;
