-- owner: oversight
-- +goose Up

-- A sample as it was drawn: the span, the way, the seed, out of how many, and the hash of what it was drawn from, so that anybody
-- can draw it again.
create table oversight_sample (
    union_id   text   not null,
    id         text   not null,
    number     text   not null,
    basis      text   not null check (basis in ('award', 'payment')),
    method     text   not null check (method in ('random', 'risk')),
    from_on    text   not null,
    until_on   text   not null,
    size       bigint not null check (size > 0),
    population bigint not null check (population > 0),
    amount     bigint not null,
    seed       text   not null,
    digest     text   not null,
    by_user    text   not null,
    at         bigint not null,
    primary key (union_id, id)
);
create unique index oversight_sample_number on oversight_sample (union_id, number);

-- One drawn award or payment with the signals that stood against it that day. passed_at 0 is not looked at yet.
create table oversight_item (
    union_id  text   not null,
    sample_id text   not null,
    place     bigint not null,
    name      text   not null,
    object_id text   not null,
    award_id  text   not null,
    amount    bigint not null,
    score     bigint not null,
    signs     text   not null,
    passed_by text   not null,
    passed_at bigint not null,
    primary key (union_id, sample_id, place),
    foreign key (union_id, sample_id) references oversight_sample (union_id, id)
);
create index oversight_item_award on oversight_item (union_id, award_id);

-- What an auditor found on an award; a role answers it until a day, the auditor closes it.
create table oversight_finding (
    union_id  text   not null,
    id        text   not null,
    number    text   not null,
    sample_id text   not null,
    award_id  text   not null,
    unit_id   text   not null,
    unit_path text   not null,
    text      text   not null,
    role      text   not null,
    due       text   not null,
    state     text   not null check (state in ('open', 'answered', 'closed')),
    by_user   text   not null,
    at        bigint not null,
    closed_at bigint not null,
    version   bigint not null,
    primary key (union_id, id)
);
create unique index oversight_finding_number on oversight_finding (union_id, number);
create index oversight_finding_award on oversight_finding (union_id, award_id);
create index oversight_finding_state on oversight_finding (union_id, state, due);

-- What was said to a finding, in order: answers, sendings back, the closing.
create table oversight_word (
    union_id   text   not null,
    finding_id text   not null,
    n          bigint not null,
    kind       text   not null check (kind in ('answer', 'back', 'close')),
    text       text   not null,
    by_user    text   not null,
    at         bigint not null,
    primary key (union_id, finding_id, n),
    foreign key (union_id, finding_id) references oversight_finding (union_id, id)
);
