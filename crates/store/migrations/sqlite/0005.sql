-- What kind of actor, never to be guessed from the name; none in older rows, whose hashes it would
-- change.
ALTER TABLE audit ADD COLUMN actor_kind TEXT;
ALTER TABLE audit ADD COLUMN reason TEXT;   -- the code of a refusal
ALTER TABLE audit ADD COLUMN times INTEGER; -- the refusals that the row stands for, if several
