-- owner: intake
-- +goose Up

-- Programmes as the union words them: one row for each edition of a document; the newest that has not ended is in force.
create table intake_programme (
    union_id text   not null,
    code     text   not null,
    version  bigint not null,
    sort     bigint not null,
    body     text   not null,
    made_by  text   not null,
    made_at  bigint not null,
    ended_at bigint not null,
    primary key (union_id, code, version)
);
create unique index intake_programme_live on intake_programme (union_id, code) where ended_at = 0;

-- One application. programme '' is "not yet named"; the number is given when it is handed in; back_to is where a returned
-- one goes on; barred names those who may not handle it, as of when it was handed in.
create table intake_application (
    union_id       text   not null,
    id             text   not null,
    number         text   not null,
    person_id      text   not null,
    household_id   text   not null,
    unit_id        text   not null,
    unit_path      text   not null,
    programme      text   not null,
    edition        bigint not null,
    cause          text   not null,
    others         text   not null,
    story          bytea,
    about_id       text   not null,
    emergency      bigint not null check (emergency in (0, 1)),
    state          text   not null check (state in ('draft', 'submitted', 'returned', 'verifying', 'visiting', 'panel',
                                                    'recommended', 'decided', 'refused', 'withdrawn')),
    back_to        text   not null,
    filed_by       text   not null,
    filed_how      text   not null check (filed_how in ('self', 'relative', 'officer')),
    filer_name     text   not null,
    filer_relation text   not null,
    confirmed      text   not null check (confirmed in ('', 'self', 'paper')),
    confirm_paper  text   not null,
    pages          text   not null,
    roster_note    text   not null,
    signed         text   not null,
    officer_id     text   not null,
    barred         text   not null,
    due            text   not null,
    keep_until     text   not null,
    reminded_on    text   not null,
    started_at     bigint not null,
    submitted_on   text   not null,
    ended_on       text   not null,
    reason         text   not null,
    note           text   not null,
    doors          text   not null,
    version        bigint not null,
    primary key (union_id, id),
    foreign key (union_id, unit_id) references org_unit (union_id, id)
);
create unique index intake_application_number on intake_application (union_id, number) where number <> '';
create unique index intake_application_draft on intake_application (union_id, person_id) where state = 'draft';
create index intake_application_state on intake_application (union_id, state, unit_path, id);
create index intake_application_person on intake_application (union_id, person_id, id);
create index intake_application_due on intake_application (union_id, due) where state not in ('decided', 'refused', 'withdrawn');

-- The family as the application tells it. member_id ties to the roster's household; gone says "no longer lives with us".
create table intake_member (
    union_id       text   not null,
    application_id text   not null,
    id             text   not null,
    member_id      text   not null,
    relation       text   not null,
    name           text   not null,
    id_no          bytea,
    id_no_ix       text   not null,
    id_mask        text   not null,
    birth          text   not null,
    health         text   not null,
    schooling      text   not null,
    work           text   not null,
    gone           bigint not null check (gone in (0, 1)),
    consent        text   not null check (consent in ('', 'link', 'paper', 'refused')),
    consent_at     bigint not null,
    sort           bigint not null,
    primary key (union_id, application_id, id),
    foreign key (union_id, application_id) references intake_application (union_id, id)
);

-- What was answered (value) and what the union found (checked). subject is event, household or a row of intake_member.
create table intake_answer (
    union_id       text   not null,
    application_id text   not null,
    subject        text   not null,
    name           text   not null,
    known          bigint not null check (known in (0, 1)),
    value          text   not null,
    source         text   not null check (source in ('self', 'officer')),
    said_by        text   not null,
    said_at        bigint not null,
    checked        text   not null,
    checked_by     text   not null,
    checked_at     bigint not null,
    note           text   not null,
    primary key (union_id, application_id, subject, name),
    foreign key (union_id, application_id) references intake_application (union_id, id)
);

-- Papers handed in, or said to be missing with the reason. blob '' is "I have none for now".
create table intake_proof (
    union_id       text   not null,
    application_id text   not null,
    id             text   not null,
    code           text   not null,
    blob           text   not null,
    file           text   not null,
    kind           text   not null,
    size           bigint not null,
    reason         text   not null,
    state          text   not null check (state in ('given', 'none', 'paper', 'ok', 'bad')),
    note           text   not null,
    by_user        text   not null,
    at             bigint not null,
    checked_by     text   not null,
    checked_at     bigint not null,
    primary key (union_id, application_id, id),
    foreign key (union_id, application_id) references intake_application (union_id, id)
);

-- Consent by purpose, with the edition of the text that was read. withdrawn_at 0 is in force.
create table intake_consent (
    union_id       text   not null,
    application_id text   not null,
    purpose        text   not null,
    person_id      text   not null,
    edition        text   not null,
    given          bigint not null check (given in (0, 1)),
    how            text   not null check (how in ('self', 'paper')),
    by_user        text   not null,
    at             bigint not null,
    withdrawn_at   bigint not null,
    primary key (union_id, application_id, purpose),
    foreign key (union_id, application_id) references intake_application (union_id, id)
);
create index intake_consent_person on intake_consent (union_id, person_id, purpose);

-- A link by which one adult relative reads and answers on a phone of their own. Only the token's hash is kept.
create table intake_link (
    union_id       text   not null,
    id             text   not null,
    application_id text   not null,
    member         text   not null,
    until          bigint not null,
    used_at        bigint not null,
    primary key (union_id, id),
    foreign key (union_id, application_id) references intake_application (union_id, id)
);

-- Every move of an application: who did what, from where to where. It is the timeline and the record of who reviewed.
create table intake_step (
    union_id       text   not null,
    application_id text   not null,
    n              bigint not null,
    act            text   not null,
    from_state     text   not null,
    to_state       text   not null,
    user_id        text   not null,
    person_id      text   not null,
    name           text   not null,
    answer         text   not null,
    reasons        text   not null,
    note           text   not null,
    due            text   not null,
    at             bigint not null,
    primary key (union_id, application_id, n),
    foreign key (union_id, application_id) references intake_application (union_id, id)
);
create index intake_step_user on intake_step (union_id, user_id);

-- A home visit: who went, what was looked at, what was found. findings is sealed.
create table intake_visit (
    union_id       text   not null,
    application_id text   not null,
    id             text   not null,
    visit_on       text   not null,
    visitors       text   not null,
    checked        text   not null,
    findings       bytea,
    photos         text   not null,
    papers_signed  bigint not null check (papers_signed in (0, 1)),
    by_user        text   not null,
    at             bigint not null,
    primary key (union_id, application_id, id),
    foreign key (union_id, application_id) references intake_application (union_id, id)
);

-- The panel's written report. situation is sealed; verdict is the standard's answer as it was computed, frozen.
create table intake_assessment (
    union_id       text   not null,
    application_id text   not null,
    id             text   not null,
    situation      bytea,
    suggestion     text   not null,
    amount         bigint not null,
    item           text   not null,
    present        text   not null,
    verdict        text   not null,
    by_user        text   not null,
    at             bigint not null,
    primary key (union_id, application_id, id),
    foreign key (union_id, application_id) references intake_application (union_id, id)
);
