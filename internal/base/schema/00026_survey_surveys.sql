-- owner: survey
-- +goose Up

-- A survey: its questions (body, JSON), whom it asks, from when to when, and whether the answers carry names. anonymous is
-- locked once it is open. remind_after is how far the round of reminders has come, '~' when it is through.
create table survey_survey (
    union_id     text   not null,
    id           text   not null,
    code         text   not null,
    title_zh     text   not null,
    title_en     text   not null,
    intro_zh     text   not null,
    intro_en     text   not null,
    anonymous    bigint not null check (anonymous in (0, 1)),
    audience     text   not null check (audience in ('all', 'units', 'kinds', 'filed')),
    among        text   not null,
    open_on      text   not null,
    close_on     text   not null,
    state        text   not null check (state in ('draft', 'open', 'closed')),
    body         text   not null,
    copied_from  text   not null,
    released_on  text   not null,
    reminded_on  text   not null,
    remind_after text   not null,
    made_by      text   not null,
    made_at      bigint not null,
    version      bigint not null,
    primary key (union_id, id),
    check (open_on <= close_on)
);
create index survey_survey_state on survey_survey (union_id, state, close_on);

-- Who is asked, and whether an answer has come: no day and no way from here to the answer of an anonymous survey.
create table survey_seat (
    union_id  text   not null,
    survey_id text   not null,
    person_id text   not null,
    unit_id   text   not null,
    unit_path text   not null,
    answered  bigint not null check (answered in (0, 1)),
    primary key (union_id, survey_id, person_id),
    foreign key (union_id, survey_id) references survey_survey (union_id, id)
);
create index survey_seat_mine on survey_seat (union_id, person_id, survey_id);

-- The answers of a named survey, begun or handed in. typed_by is who copied them from a paper form.
create table survey_response (
    union_id  text   not null,
    id        text   not null,
    survey_id text   not null,
    person_id text   not null,
    unit_path text   not null,
    state     text   not null check (state in ('begun', 'done')),
    answers   bytea,
    on_day    text   not null,
    typed_by  text   not null,
    primary key (union_id, id),
    unique (union_id, survey_id, person_id),
    foreign key (union_id, survey_id) references survey_survey (union_id, id)
);
create index survey_response_list on survey_response (union_id, survey_id, state, id);

-- The answers of an anonymous survey. id is random, on_day is the first day of the month; the rows are shuffled every night,
-- so that neither says who it was or in which order they came.
create table survey_ballot (
    union_id  text not null,
    survey_id text not null,
    id        text not null,
    on_day    text not null,
    answers   text not null,
    primary key (union_id, survey_id, id),
    foreign key (union_id, survey_id) references survey_survey (union_id, id)
);

-- A suggestion to the management (S11), with the day its answer is due. person_id is '' for one without a name, whose id is
-- random and is what its maker looks the answer up with.
create table survey_suggestion (
    union_id    text   not null,
    id          text   not null,
    person_id   text   not null,
    unit_id     text   not null,
    topic       text   not null,
    text        text   not null,
    made_on     text   not null,
    due         text   not null,
    state       text   not null check (state in ('open', 'answered')),
    answer      text   not null,
    answered_by text   not null,
    answered_on text   not null,
    public      bigint not null check (public in (0, 1)),
    primary key (union_id, id)
);
create index survey_suggestion_open on survey_suggestion (union_id, state, due, id);
create index survey_suggestion_mine on survey_suggestion (union_id, person_id, id);
