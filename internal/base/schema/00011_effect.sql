-- owner: effect
-- +goose Up

-- A helped household on close watch: the figures before the help, the day it ends, and what came of it. before_figures and
-- after_figures are JSON of what was known.
create table effect_watch (
    union_id       text   not null,
    id             text   not null,
    file_id        text   not null,
    household_id   text   not null,
    person_id      text   not null,
    unit_path      text   not null,
    programmes     text   not null,
    amount         bigint not null,
    from_on        text   not null,
    until_on       text   not null,
    step_months    bigint not null check (step_months > 0),
    before_figures text   not null,
    after_figures  text   not null,
    state          text   not null check (state in ('open', 'closed')),
    result         text   not null check (result in ('', 'better', 'same', 'worse', 'unknown')),
    next_step      text   not null,
    summary        text   not null,
    closed_on      text   not null,
    closed_by      text   not null,
    version        bigint not null,
    primary key (union_id, id),
    foreign key (union_id, file_id) references casefile_file (union_id, id)
);
create unique index effect_watch_open on effect_watch (union_id, file_id) where state = 'open';
create index effect_watch_file on effect_watch (union_id, file_id, from_on);
create index effect_watch_closed on effect_watch (union_id, closed_on) where state = 'closed';

-- One scheduled follow-up. way is how it was made; rating is the household's own, 0 for not asked.
create table effect_visit (
    union_id    text   not null,
    id          text   not null,
    watch_id    text   not null,
    file_id     text   not null,
    unit_path   text   not null,
    no          bigint not null,
    due_on      text   not null,
    state       text   not null check (state in ('due', 'done', 'dropped')),
    done_on     text   not null,
    way         text   not null check (way in ('', 'home', 'phone', 'office')),
    figures     text   not null,
    found       text   not null,
    next_step   text   not null,
    next_note   text   not null,
    by_user     text   not null,
    at          bigint not null,
    primary key (union_id, id),
    foreign key (union_id, watch_id) references effect_watch (union_id, id)
);
create unique index effect_visit_no on effect_visit (union_id, watch_id, no);
create index effect_visit_due on effect_visit (union_id, due_on, id) where state = 'due';

-- The written summary of a round: its figures as they stood, what worked and what did not.
create table effect_round (
    union_id    text   not null,
    id          text   not null,
    from_on     text   not null,
    to_on       text   not null,
    figures     text   not null,
    worked      text   not null,
    lacking     text   not null,
    made_by     text   not null,
    made_at     bigint not null,
    primary key (union_id, id)
);
create index effect_round_made on effect_round (union_id, made_at);
