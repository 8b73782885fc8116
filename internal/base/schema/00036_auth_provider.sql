-- owner: auth
-- +goose Up

-- The identity provider whose sign-in a union takes: one row at most, id 'oidc'. The secret is that of the union as its client.
create table auth_provider (
    union_id   text   not null,
    id         text   not null,
    name       text   not null,
    issuer     text   not null,
    client_id  text   not null,
    secret     bytea,
    changed_at bigint not null,
    primary key (union_id, id)
);

-- Whose account a provider's sign-in opens. id is a hash of the issuer and its name for the person, of which nothing else is kept.
create table auth_subject (
    union_id text   not null,
    id       text   not null,
    user_id  text   not null,
    made_at  bigint not null,
    primary key (union_id, id)
);
create unique index auth_subject_user on auth_subject (union_id, user_id);
