-- A chain for each customer and one for the provider, so that nobody's row waits for another's head. The one
-- chain of before ends here, and every other follows from its last row.
ALTER TABLE audit_head RENAME TO audit_joint;

CREATE TABLE audit_chain (
    chain TEXT PRIMARY KEY, -- the customer's number; empty for the provider's
    place INTEGER NOT NULL, -- of its last row; tells that rows were cut off at the end
    hash  BLOB NOT NULL     -- of that row; before the first, that of the joint
) STRICT, WITHOUT ROWID;
INSERT INTO audit_chain (chain, place, hash) SELECT '', 0, hash FROM audit_joint;
INSERT INTO audit_chain (chain, place, hash)
    SELECT customer.number, 0, audit_joint.hash FROM customer CROSS JOIN audit_joint;

ALTER TABLE audit ADD COLUMN chain TEXT;    -- none in rows up to the joint
ALTER TABLE audit ADD COLUMN place INTEGER; -- in its chain, from 1
ALTER TABLE audit ADD COLUMN veil BLOB;     -- covers the name of a person of the provider's
CREATE UNIQUE INDEX audit_by_chain ON audit (chain, place) WHERE chain IS NOT NULL;
-- Pages go by time.
DROP INDEX audit_by_customer;
