-- owner: auth
-- +goose Up

-- A session ends after lying idle for a while (ms), knows from which device it came and when a code was last shown in it.
alter table auth_session add column idle bigint not null default 7200000;
alter table auth_session add column proven_at bigint not null default 0;
alter table auth_session add column device text not null default '';

-- Second factors: the shared secret of a code app. step is the last time step used, so that no code works twice;
-- live_at 0 is one that was shown and not yet confirmed.
create table auth_factor (
    union_id text   not null,
    user_id  text   not null,
    secret   bytea,
    step     bigint not null,
    made_at  bigint not null,
    live_at  bigint not null,
    primary key (union_id, user_id)
);

-- Recovery codes for a lost phone: each works once, only its hash is kept.
create table auth_recovery (
    union_id text   not null,
    user_id  text   not null,
    hash     text   not null,
    used_at  bigint not null,
    primary key (union_id, user_id, hash)
);

-- Browsers in which a user has signed in before.
create table auth_device (
    union_id text   not null,
    user_id  text   not null,
    id       text   not null,
    name     text   not null,
    first_at bigint not null,
    seen_at  bigint not null,
    primary key (union_id, user_id, id)
);

-- Wrong tries, counted for a login name at a place (an address or a known device). The id is a keyed hash of both, so
-- that names nobody has are counted like others and no address is kept. Names typed to sign in stand in the
-- union "install", whether or not anybody has them.
create table auth_try (
    union_id text   not null,
    id       text   not null,
    failed   bigint not null,
    last_at  bigint not null,
    until_at bigint not null,
    primary key (union_id, id)
);
create index auth_try_last on auth_try (union_id, last_at);
