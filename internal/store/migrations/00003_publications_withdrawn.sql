-- +goose Up
-- A publication that readers were sent back from: when, by whom and why. It is never pointed at again.
alter table publications add column withdrawn_at text not null default '';
alter table publications add column withdrawn_by text not null default '';
alter table publications add column withdrawn_reason text not null default '';

-- +goose Down
alter table publications drop column withdrawn_reason;
alter table publications drop column withdrawn_by;
alter table publications drop column withdrawn_at;
