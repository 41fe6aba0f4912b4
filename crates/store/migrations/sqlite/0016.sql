-- When the last try was counted that has no verdict: of several backends, one that died leaves some.
ALTER TABLE account ADD COLUMN unverified_at INTEGER;
