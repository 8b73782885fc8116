-- owner: site
-- +goose Up

-- Lists of the desk that a reader keeps under a name: conditions only, never a person's name or number.
create table site_view (
    union_id text   not null,
    user_id  text   not null,
    id       text   not null,
    path     text   not null,
    name     text   not null,
    ask      text   not null,
    made_at  bigint not null,
    primary key (union_id, user_id, id)
);
