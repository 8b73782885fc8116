-- owner: backup
-- +goose Up

-- Who keeps the house asks for a copy or a rehearsal from the page; the loop that makes the nightly ones takes the wish up.
create table backup_wish (
    union_id text   not null,
    kind     text   not null check (kind in ('backup', 'rehearsal')),
    asked_at bigint not null,
    primary key (union_id, kind)
);
