-- owner: backup
-- +goose Up

-- What became of each backup and rehearsal of the house; union_id is the place of what belongs to no union. night is the
-- day a backup was due by itself, so that one of many machines makes it; '' was asked for by hand.
create table backup_run (
    union_id text   not null,
    id       text   not null,
    kind     text   not null check (kind in ('backup', 'rehearsal')),
    night    text   not null,
    at       bigint not null,
    ended_at bigint not null,
    tries    bigint not null,
    state    text   not null check (state in ('running', 'done', 'failed')),
    fault    text   not null,
    name     text   not null,
    row_sum  bigint not null,
    files    bigint not null,
    primary key (union_id, id)
);
create unique index backup_run_night on backup_run (union_id, kind, night) where night <> '';
create index backup_run_at on backup_run (union_id, kind, at);
