-- owner: recognition
-- +goose Up

-- One proposal to recognise a household in hardship, or to look at its class anew, with the verdict it stands on as it was then
-- and what a second person decided. class is '' where the standard says no.
create table recognition_case (
    union_id         text   not null,
    id               text   not null,
    household_id     text   not null,
    person_id        text   not null,
    unit_id          text   not null,
    unit_path        text   not null,
    file_id          text   not null,
    kind             text   not null check (kind in ('first', 'review')),
    state            text   not null check (state in ('proposed', 'recognised', 'refused', 'returned')),
    class            text   not null,
    level            text   not null check (level in ('own', 'provincial', 'national')),
    cause            text   not null,
    standard         text   not null,
    standard_version bigint not null,
    verdict          text   not null,
    reason           text   not null,
    proposed_by      text   not null,
    proposed_on      text   not null,
    proposed_at      bigint not null,
    decided_by       text   not null,
    decided_on       text   not null,
    decided_at       bigint not null,
    note             text   not null,
    version          bigint not null,
    primary key (union_id, id)
);
create unique index recognition_case_open on recognition_case (union_id, household_id) where state = 'proposed';
create index recognition_case_household on recognition_case (union_id, household_id, id);
create index recognition_case_person on recognition_case (union_id, person_id);
create index recognition_case_state on recognition_case (union_id, state, unit_path, id);
