-- +goose Up
-- Who may decide. Nobody is ever removed: decisions name them. Of a token only its SHA-256 is kept.
create table people (
    id           text primary key collate nocase,
    name         text not null,
    manager_id   text not null default '',
    created_at   text not null,
    disabled_at  text not null default '',
    token_sha256 text not null,
    token_at     text not null
);

-- One account manager is one person.
create unique index people_manager on people (manager_id) where manager_id <> '';

create table person_roles (
    person_id text not null collate nocase references people (id),
    role      text not null,
    primary key (person_id, role)
);

-- The acts of people, chained: hash covers the row and the hash of the row before.
create table audit (
    id            integer primary key,
    at            text not null,
    person_id     text not null,
    person_name   text not null,
    verb          text not null,
    subject       text not null,
    reason        text not null,
    outcome       text not null check (outcome in ('done', 'refused', 'failed')),
    note          text not null,
    previous_hash text not null,
    hash          text not null
);

-- +goose StatementBegin
create trigger audit_keeps before update on audit begin
    select raise(abort, 'rows of the audit are never changed');
end;
-- +goose StatementEnd

-- +goose StatementBegin
create trigger audit_stays before delete on audit begin
    select raise(abort, 'rows of the audit are never removed');
end;
-- +goose StatementEnd

-- An act that is under way; what stays here was cut short, and how it ended is not known.
create table audit_begun (
    id          integer primary key autoincrement,
    at          text not null,
    person_id   text not null,
    person_name text not null,
    verb        text not null,
    subject     text not null,
    reason      text not null
);

-- Who withdrew a publication: withdrawn_by is the id of a person from here on, and this the name.
alter table publications add column withdrawn_name text not null default '';

-- +goose Down
alter table publications drop column withdrawn_name;
drop table audit_begun;
drop table audit;
drop table person_roles;
drop table people;
