-- +goose Up
-- One row a published snapshot, in order of publication.
create table publications (
    id           integer primary key autoincrement,
    snapshot     text    not null,
    published_at text    not null,
    as_of        text    not null,
    checks       integer not null,
    warnings     integer not null
);

-- The pointer that readers follow: one row, flipped in the transaction that publishes.
create table current_publication (
    one            integer primary key check (one = 1),
    publication_id integer not null references publications (id)
);

-- One row a transform, good or bad: pages say when the last one failed.
create table runs (
    id          integer primary key autoincrement,
    started_at  text    not null,
    finished_at text    not null,
    ok          integer not null check (ok in (0, 1)),
    error       text    not null,
    snapshot    text    not null
);

-- The job ledger: one row a (job, period). A claim is the token of the process that is rendering.
create table jobs (
    job         text    not null,
    period      text    not null,
    state       text    not null check (state in ('due', 'rendering', 'written', 'failed')),
    due_at      text    not null,
    claim       text    not null default '',
    claimed_at  text    not null default '',
    finished_at text    not null default '',
    attempts    integer not null default 0,
    snapshot    text    not null default '',
    error       text    not null default '',
    primary key (job, period)
);

-- The files that a written job left, with what they hashed to.
create table job_files (
    job    text    not null,
    period text    not null,
    name   text    not null,
    sha256 text    not null,
    bytes  integer not null,
    primary key (job, period, name),
    foreign key (job, period) references jobs (job, period)
);

-- +goose Down
drop table job_files;
drop table jobs;
drop table runs;
drop table current_publication;
drop table publications;
