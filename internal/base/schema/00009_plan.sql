-- owner: plan
-- +goose Up

-- A plan says what is to be done for one case, by whom, until when, in tracked steps (S07).
create table plan_plan (
    union_id       text   not null,
    id             text   not null,
    application_id text   not null,
    household_id   text   not null,
    person_id      text   not null,
    unit_path      text   not null,
    goal           text   not null,
    content        text   not null,
    method         text   not null,
    until_on       text   not null,
    responsible    text   not null,
    made_by        text   not null,
    at             bigint not null,
    version        bigint not null,
    primary key (union_id, id)
);
create unique index plan_plan_application on plan_plan (union_id, application_id);

create table plan_step (
    union_id text   not null,
    plan_id  text   not null,
    no       bigint not null,
    what     text   not null,
    who      text   not null,
    due_on   text   not null,
    done_on  text   not null,
    result   text   not null,
    primary key (union_id, plan_id, no),
    foreign key (union_id, plan_id) references plan_plan (union_id, id)
);

-- Meetings and their minutes; each case with its conclusion.
create table plan_meeting (
    union_id  text   not null,
    id        text   not null,
    number    text   not null,
    on_day    text   not null,
    place     text   not null,
    attendees text   not null,
    minutes   text   not null,
    made_by   text   not null,
    at        bigint not null,
    primary key (union_id, id)
);
create table plan_talk (
    union_id       text not null,
    meeting_id     text not null,
    application_id text not null,
    conclusion     text not null,
    primary key (union_id, meeting_id, application_id),
    foreign key (union_id, meeting_id) references plan_meeting (union_id, id)
);

-- An award is one grant of aid: what was judged, what was decided, from which pocket, and where it stands.
create table plan_award (
    union_id       text   not null,
    id             text   not null,
    number         text   not null,
    application_id text   not null,
    household_id   text   not null,
    person_id      text   not null,
    unit_id        text   not null,
    unit_path      text   not null,
    masked         text   not null,
    programme      text   not null,
    standard       text   not null,
    item           text   not null,
    item_name      text   not null,
    subject        text   not null,
    event_day      text   not null,
    kind           text   not null,
    period         text   not null,
    times          bigint not null,
    amount         bigint not null check (amount > 0),
    total          bigint not null check (total > 0),
    reason         text   not null,
    clause         text   not null,
    verdict        text   not null,
    pocket         text   not null,
    file_level     text   not null,
    year           bigint not null,
    emergency      bigint not null,
    papers_due     text   not null,
    state          text   not null,
    trouble        text   not null,
    made_by        text   not null,
    made_at        bigint not null,
    decided_at     bigint not null,
    published_at   bigint not null,
    signed_at      bigint not null,
    signed_by      text   not null,
    version        bigint not null,
    primary key (union_id, id)
);
create index plan_award_application on plan_award (union_id, application_id);
create index plan_award_state on plan_award (union_id, state, id);
create index plan_award_household on plan_award (union_id, household_id);
create index plan_award_person on plan_award (union_id, person_id);
create unique index plan_award_number on plan_award (union_id, number);
