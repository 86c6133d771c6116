-- +goose Up
-- Why a run failed in Chinese; column error holds it in English. Rows of before have it in English only.
alter table runs add column error_zh text not null default '';

-- +goose Down
alter table runs drop column error_zh;
