-- owner: oversight
-- +goose Up

-- A receiver of a sampled payment asked by the auditor, past everyone who handled it, and what they answered: answer is
-- '' until they do; said is sealed.
create table oversight_asked (
    union_id    text   not null,
    id          text   not null,
    sample_id   text   not null,
    award_id    text   not null,
    person_id   text   not null,
    unit_path   text   not null,
    amount      bigint not null check (amount > 0),
    by_user     text   not null,
    at          bigint not null,
    answer      text   not null check (answer in ('', 'all', 'part', 'none')),
    favour      text   not null check (favour in ('', 'no', 'yes')),
    said        bytea,
    told_by     text   not null,
    answered_at bigint not null,
    primary key (union_id, id),
    foreign key (union_id, sample_id) references oversight_sample (union_id, id)
);
create unique index oversight_asked_once on oversight_asked (union_id, sample_id, award_id);
create index oversight_asked_person on oversight_asked (union_id, person_id);
