-- owner: db, act
-- +goose Up

-- Short numbers people see, counted without gaps per union, series and year.
create table db_number (
    union_id text   not null,
    series   text   not null,
    year     bigint not null,
    last     bigint not null,
    primary key (union_id, series, year)
);

-- Answers already given, by idempotency key: the same key gives the same answer, the same key with another body is refused.
create table act_key (
    union_id text   not null,
    actor    text   not null,
    act      text   not null,
    key      text   not null,
    body     text   not null,
    answer   text   not null,
    at       bigint not null,
    primary key (union_id, actor, act, key)
);
create index act_key_at on act_key (at);
