-- owner: site
-- +goose Up

-- Posts that came after their session had died, sealed, offered again after sign-in.
create table site_parked (
    union_id text   not null,
    id       text   not null,
    body     bytea,
    until    bigint not null,
    primary key (union_id, id)
);
