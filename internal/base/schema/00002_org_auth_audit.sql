-- owner: org, auth, audit
-- +goose Up

-- A union keeps its own books; everything else hangs on its id.
create table org_union (
    union_id    text   not null primary key,
    name        text   not null,
    short       text   not null,
    credit_code text   not null,
    region      text   not null,
    phone       text   not null,
    address     text   not null,
    upper_id    text   not null,
    state       text   not null check (state in ('setup', 'live', 'demo')),
    created_at  bigint not null
);

create table org_unit (
    union_id  text   not null,
    id        text   not null,
    parent_id text   not null,
    kind      text   not null check (kind in ('union', 'branch', 'group')),
    name      text   not null,
    path      text   not null,
    sort      bigint not null,
    closed_on text   not null,
    primary key (union_id, id)
);
create unique index org_unit_path on org_unit (union_id, path);
create unique index org_unit_name on org_unit (union_id, parent_id, name);

-- Who holds what role where, from a day until a day (terms of office).
create table org_post (
    union_id text not null,
    id       text not null,
    user_id  text not null,
    role     text not null,
    unit_id  text not null,
    since    text not null,
    until    text not null,
    primary key (union_id, id),
    foreign key (union_id, unit_id) references org_unit (union_id, id)
);
create index org_post_user on org_post (union_id, user_id);
create index org_post_role on org_post (union_id, role, unit_id);

-- Who is away and who stands in; an empty role means all of them.
create table org_away (
    union_id    text not null,
    id          text not null,
    user_id     text not null,
    delegate_id text not null,
    role        text not null,
    since       text not null,
    until       text not null,
    primary key (union_id, id)
);
create index org_away_delegate on org_away (union_id, delegate_id);

create table org_setting (
    union_id text not null,
    name     text not null,
    value    text not null,
    primary key (union_id, name)
);

-- People with an account: officers, and workers who have set a secret or been given a code.
create table org_user (
    union_id   text   not null,
    id         text   not null,
    login      text   not null,
    name       text   not null,
    phone      text   not null,
    person_id  text   not null,
    status     text   not null check (status in ('active', 'off')),
    lang       text   not null,
    size       text   not null,
    created_at bigint not null,
    primary key (union_id, id)
);
create unique index org_user_login on org_user (union_id, login);
create index org_user_person on org_user (union_id, person_id);

create table auth_password (
    union_id     text   not null,
    user_id      text   not null,
    hash         text   not null,
    failed       bigint not null,
    locked_until bigint not null,
    signed_at    bigint not null,
    primary key (union_id, user_id)
);

-- Directory: which union a login name belongs to, read before the union is known.
create table auth_directory (
    login    text not null,
    union_id text not null,
    primary key (login, union_id)
);

create table auth_session (
    union_id   text   not null,
    id         text   not null,
    user_id    text   not null,
    via        text   not null,
    created_at bigint not null,
    seen_at    bigint not null,
    until      bigint not null,
    primary key (union_id, id)
);
create index auth_session_user on auth_session (union_id, user_id);

-- Single-use secrets: first-run links, sign-in links, codes a group leader hands over. Only their hash is kept.
create table auth_secret (
    union_id   text   not null,
    id         text   not null,
    kind       text   not null,
    subject    text   not null,
    made_by    text   not null,
    until      bigint not null,
    used_at    bigint not null,
    tries      bigint not null,
    primary key (union_id, kind, id)
);
create index auth_secret_subject on auth_secret (union_id, kind, subject);

-- What was done, by whom, to what: field names, never values.
create table audit_entry (
    union_id text   not null,
    id       text   not null,
    at       bigint not null,
    actor    text   not null,
    via      text   not null,
    act      text   not null,
    outcome  text   not null,
    fault    text   not null,
    kind     text   not null,
    object   text   not null,
    subject  text   not null,
    fields   text   not null,
    reason   text   not null,
    primary key (union_id, id)
);
create index audit_entry_object on audit_entry (union_id, kind, object, id);
create index audit_entry_subject on audit_entry (union_id, subject, id);

-- Entries waiting to be linked: written with the entry, taken by the sealer.
create table audit_wait (
    union_id text not null,
    id       text not null,
    primary key (union_id, id)
);

-- The chain: each link holds the hash of the one before and of its entry.
create table audit_link (
    union_id text   not null,
    seq      bigint not null,
    entry_id text   not null,
    hash     text   not null,
    primary key (union_id, seq)
);
create unique index audit_link_entry on audit_link (union_id, entry_id);

-- One row per union, locked while its chain grows.
create table audit_head (
    union_id text   not null primary key,
    seq      bigint not null,
    hash     text   not null
);

create table audit_checkpoint (
    union_id text   not null,
    seq      bigint not null,
    hash     text   not null,
    at       bigint not null,
    mac      text   not null,
    primary key (union_id, seq)
);
