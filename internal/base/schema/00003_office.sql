-- owner: calendar, task, approval, notice, notify
-- +goose Up

-- Days that are not what their weekday says. year is the announcement they come from; 0 is the union's own days.
create table calendar_day (
    union_id text   not null,
    year     bigint not null,
    day      text   not null,
    name     text   not null,
    off      bigint not null check (off in (0, 1)),
    primary key (union_id, year, day)
);

-- Whose turn it is with a thing, and until when. closed_at 0 is open; an empty user and person means "whoever holds the role there".
create table task_turn (
    union_id     text   not null,
    id           text   not null,
    kind         text   not null,
    object       text   not null,
    object_id    text   not null,
    role         text   not null,
    unit_id      text   not null,
    unit_path    text   not null,
    user_id      text   not null,
    person_id    text   not null,
    barred       text   not null,
    due          text   not null,
    href         text   not null,
    title        text   not null,
    args         text   not null,
    opened_at    bigint not null,
    closed_at    bigint not null,
    closed_by    text   not null,
    reminded_on  text   not null,
    escalated_on text   not null,
    primary key (union_id, id)
);
create unique index task_turn_open on task_turn (union_id, object_id, kind, user_id, person_id) where closed_at = 0;
create index task_turn_role on task_turn (union_id, role, unit_path) where closed_at = 0;
create index task_turn_user on task_turn (union_id, user_id) where closed_at = 0;
create index task_turn_person on task_turn (union_id, person_id) where closed_at = 0;
create index task_turn_due on task_turn (union_id, due, id) where closed_at = 0;

-- Routes of approval as data: the newest version of a code that has not ended is in force.
create table approval_route (
    union_id  text   not null,
    code      text   not null,
    version   bigint not null,
    name      text   not null,
    programme text   not null,
    class     text   not null,
    from_fen  bigint not null,
    to_fen    bigint not null,
    emergency bigint not null check (emergency in (0, 1)),
    steps     text   not null,
    made_by   text   not null,
    made_at   bigint not null,
    ended_at  bigint not null,
    primary key (union_id, code, version)
);
create unique index approval_route_live on approval_route (union_id, code) where ended_at = 0;

-- One run of a matter along its route; the route is frozen with it. step is the place of the step whose turn it is, from 0.
create table approval_case (
    union_id  text   not null,
    kind      text   not null,
    object_id text   not null,
    round     bigint not null,
    unit_id   text   not null,
    unit_path text   not null,
    amount    bigint not null,
    programme text   not null,
    class     text   not null,
    emergency bigint not null,
    route     text   not null,
    version   bigint not null,
    name      text   not null,
    steps     text   not null,
    step      bigint not null,
    state     text   not null check (state in ('open', 'approved', 'refused', 'cancelled')),
    barred    text   not null,
    acted     text   not null,
    due       text   not null,
    started_at bigint not null,
    ended_at  bigint not null,
    primary key (union_id, kind, object_id, round)
);
create unique index approval_case_open on approval_case (union_id, kind, object_id) where state = 'open';

-- What each step said, once. recorded is 1 where the answer came on paper and the user only wrote it down.
create table approval_decision (
    union_id  text   not null,
    kind      text   not null,
    object_id text   not null,
    round     bigint not null,
    step      bigint not null,
    role      text   not null,
    user_id   text   not null,
    person_id text   not null,
    name      text   not null,
    yes       bigint not null check (yes in (0, 1)),
    recorded  bigint not null check (recorded in (0, 1)),
    reason    text   not null,
    paper     text   not null,
    at        bigint not null,
    primary key (union_id, kind, object_id, round, step)
);

-- A list made public for some workdays.
create table notice_notice (
    union_id  text   not null,
    id        text   not null,
    kind      text   not null,
    object_id text   not null,
    title     text   not null,
    scope     text   not null check (scope in ('both', 'web', 'paper')),
    unit_id   text   not null,
    unit_path text   not null,
    days      bigint not null,
    starts_on text   not null,
    ends_on   text   not null,
    opened_by text   not null,
    opened_at bigint not null,
    primary key (union_id, id)
);
create index notice_notice_ends on notice_notice (union_id, ends_on);

-- One masked line of a list. An objection stops the clock of its line only; left is the workdays it still had.
create table notice_line (
    union_id  text   not null,
    notice_id text   not null,
    n         bigint not null,
    object_id text   not null,
    name      text   not null,
    unit      text   not null,
    category  text   not null,
    amount    bigint not null,
    state     text   not null check (state in ('open', 'objected', 'ended', 'upheld', 'withdrawn')),
    ends_on   text   not null,
    left_days bigint not null,
    barred    text   not null,
    primary key (union_id, notice_id, n),
    foreign key (union_id, notice_id) references notice_notice (union_id, id)
);
create unique index notice_line_live on notice_line (union_id, object_id) where state in ('open', 'objected');
create index notice_line_object on notice_line (union_id, object_id, notice_id);

-- An objection: a random id and a day, nobody's name.
create table notice_objection (
    union_id    text   not null,
    id          text   not null,
    notice_id   text   not null,
    n           bigint not null,
    unit_path   text   not null,
    text        text   not null,
    contact     bytea,
    made_on     text   not null,
    due         text   not null,
    state       text   not null check (state in ('open', 'upheld', 'dismissed')),
    answer      text   not null,
    answered_by text   not null,
    answered_on text   not null,
    primary key (union_id, id),
    foreign key (union_id, notice_id, n) references notice_line (union_id, notice_id, n)
);
create index notice_objection_line on notice_objection (union_id, notice_id, n);

-- Evidence that a list was public on a day: how many lines, and the SHA-256 of what was shown.
create table notice_shown (
    union_id  text   not null,
    notice_id text   not null,
    day       text   not null,
    lines     bigint not null,
    sum       text   not null,
    primary key (union_id, notice_id, day)
);

-- A message for a user or a person. read_at 0 is unread; told_on is the day its slip was handed over on paper.
create table notify_message (
    union_id  text   not null,
    id        text   not null,
    user_id   text   not null,
    person_id text   not null,
    unit_path text   not null,
    key       text   not null,
    args      text   not null,
    href      text   not null,
    at        bigint not null,
    read_at   bigint not null,
    told_on   text   not null,
    primary key (union_id, id)
);
create index notify_message_user on notify_message (union_id, user_id, id);
create index notify_message_person on notify_message (union_id, person_id, id);
create index notify_message_unread on notify_message (union_id, unit_path) where read_at = 0;
