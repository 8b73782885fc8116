-- owner: api
-- +goose Up

-- Tokens by which a program acts as a user, no further than the rights it was given. Only the hash is kept.
create table api_token (
    union_id text   not null,
    id       text   not null,
    hash     text   not null,
    user_id  text   not null,
    name     text   not null,
    rights   text   not null,
    made_at  bigint not null,
    until    bigint not null,
    used_at  bigint not null,
    ended_at bigint not null,
    primary key (union_id, id)
);
create unique index api_token_hash on api_token (union_id, hash);
create index api_token_user on api_token (union_id, user_id);
