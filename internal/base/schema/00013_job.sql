-- owner: job
-- +goose Up

-- Work to be done after the act that asked for it: written in the act, leased by one runner at a time.
create table job_item (
    union_id text   not null,
    id       text   not null,
    kind     text   not null,
    key      text   not null,
    arg      text   not null,
    run_at   bigint not null,
    lease    bigint not null,
    attempt  bigint not null,
    state    text   not null check (state in ('wait', 'done', 'dead')),
    trouble  text   not null,
    primary key (union_id, id)
);
create unique index job_item_key on job_item (union_id, kind, key);
create index job_item_due on job_item (union_id, state, run_at);
