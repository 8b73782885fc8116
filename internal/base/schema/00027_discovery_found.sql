-- owner: discovery
-- +goose Up

-- How far the answers of a closed survey have been held against the standards; after is the last answer looked at.
create table discovery_run (
    union_id  text   not null,
    survey_id text   not null,
    after     text   not null,
    done      bigint not null check (done in (0, 1)),
    primary key (union_id, survey_id)
);

-- A household that the standards would help by what it told. cause is a code; found is what was found (JSON: standard,
-- version, clauses), asks is 1 when it asked to be rung up.
create table discovery_found (
    union_id     text   not null,
    survey_id    text   not null,
    household_id text   not null,
    person_id    text   not null,
    unit_id      text   not null,
    unit_path    text   not null,
    cause        text   not null,
    programme    text   not null,
    hard         bigint not null check (hard in (0, 1)),
    asks         bigint not null check (asks in (0, 1)),
    found        text   not null,
    found_on     text   not null,
    primary key (union_id, survey_id, household_id)
);
create index discovery_found_person on discovery_found (union_id, person_id);
