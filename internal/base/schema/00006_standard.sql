-- owner: standard
-- +goose Up

-- Every version of every standard. body is the document as written; it never changes once approved. from_day and until_day
-- are the first and the last day in force ('' means for ever).
create table standard_version (
    union_id     text   not null,
    code         text   not null,
    version      bigint not null,
    kind         text   not null,
    name_zh      text   not null,
    name_en      text   not null,
    body         text   not null,
    hash         text   not null,
    state        text   not null check (state in ('draft', 'approved', 'retired')),
    from_day     text   not null,
    until_day    text   not null,
    made_by      text   not null,
    made_person  text   not null,
    made_at      bigint not null,
    approved_by  text   not null,
    approved_at  bigint not null,
    retired_by   text   not null,
    retired_at   bigint not null,
    reason       text   not null,
    primary key (union_id, code, version)
);
create index standard_version_hash on standard_version (union_id, hash);

-- The reference figures: the subsistence line, the minimum wage and what else the union keeps, by region and first day.
-- Rows only grow; of two for one day the later recorded counts.
create table standard_line (
    union_id    text   not null,
    id          text   not null,
    region      text   not null,
    kind        text   not null,
    from_day    text   not null,
    amount      bigint not null check (amount >= 0),
    source      text   not null,
    recorded_by text   not null,
    recorded_at bigint not null,
    primary key (union_id, id)
);
create index standard_line_kind on standard_line (union_id, kind, region, from_day);
