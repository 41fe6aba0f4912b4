-- Of failed_count: tries that are counted and not judged. Given back if they never are.
ALTER TABLE user ADD COLUMN unverified_count INTEGER NOT NULL DEFAULT 0;
-- The code for a new PC that was proved when the grant was opened.
ALTER TABLE enrolment_grant ADD COLUMN code_hash BLOB;
CREATE INDEX grants_by_user ON enrolment_grant (user, purpose);
-- A deleted user keeps no secret.
UPDATE user SET password_hash = '', email = NULL WHERE deleted_at IS NOT NULL;
DELETE FROM password_history WHERE user IN
    (SELECT id FROM user WHERE deleted_at IS NOT NULL);
