-- Files as they were when they were last read. One whose state is the same, and whose dumps are all still here, is not
-- read again.
CREATE TABLE files_read (
    location VARCHAR NOT NULL,
    state VARCHAR NOT NULL,     -- size, times of the last changes and number, as its file system tells them
    dumps BIGINT NOT NULL       -- how many dumps it has
);
