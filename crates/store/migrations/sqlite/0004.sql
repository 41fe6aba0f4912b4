-- All that a search looks into, in one text, so that a whole directory is read through in moments.
-- A column of its own, kept by triggers: an index that computes it cannot answer alone.
ALTER TABLE user ADD COLUMN searched TEXT NOT NULL DEFAULT '';
UPDATE user SET searched = user_id || char(10) || lower(coalesce(email, ''));
CREATE TRIGGER user_created AFTER INSERT ON user BEGIN
    UPDATE user SET searched = new.user_id || char(10) || lower(coalesce(new.email, ''))
    WHERE id = new.id;
END;
CREATE TRIGGER user_changed AFTER UPDATE OF user_id, email ON user BEGIN
    UPDATE user SET searched = new.user_id || char(10) || lower(coalesce(new.email, ''))
    WHERE id = new.id;
END;
DROP INDEX users_searched;
CREATE INDEX users_searched ON user (customer, user_id, searched, deleted_at)
    WHERE deleted_at IS NULL;
