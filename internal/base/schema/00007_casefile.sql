-- owner: casefile
-- +goose Up

-- One file for each household in hardship: the wide row of today. What it said on another day is folded from
-- casefile_change. ended_on and keep_until are '' while it is open; import_ref is the number of an old paper file.
create table casefile_file (
    union_id       text   not null,
    id             text   not null,
    number         text   not null,
    household_id   text   not null,
    person_id      text   not null,
    unit_id        text   not null,
    unit_path      text   not null,
    state          text   not null check (state in ('open', 'exited', 'transferred', 'closed')),
    level          text   not null check (level in ('own', 'provincial', 'national')),
    class          text   not null,
    class_text     text   not null,
    scheme         text   not null,
    scheme_version bigint not null,
    cause          text   not null,
    others         text   not null,
    degree         text   not null check (degree in ('', 'mild', 'heavy', 'severe')),
    need           text   not null,
    keeper         text   not null,
    opened_on      text   not null,
    ended_on       text   not null,
    end_reason     text   not null,
    review_due     text   not null,
    keep_until     text   not null,
    transit        text   not null,
    import_ref     text   not null,
    version        bigint not null,
    created_at     bigint not null,
    primary key (union_id, id),
    foreign key (union_id, unit_id) references org_unit (union_id, id)
);
create unique index casefile_file_household on casefile_file (union_id, household_id);
create unique index casefile_file_number on casefile_file (union_id, number);
create unique index casefile_file_import on casefile_file (union_id, import_ref) where import_ref <> '';
create index casefile_file_state on casefile_file (union_id, state, unit_path, id);
create index casefile_file_person on casefile_file (union_id, person_id);
create index casefile_file_review on casefile_file (union_id, review_due) where state = 'open';

-- What a field of a file says from a day on. Rows only grow; of two for one day the later recorded counts.
create table casefile_change (
    union_id text   not null,
    id       text   not null,
    file_id  text   not null,
    field    text   not null,
    value    text   not null,
    from_on  text   not null,
    seq      bigint not null,
    by_user  text   not null,
    at       bigint not null,
    primary key (union_id, id),
    foreign key (union_id, file_id) references casefile_file (union_id, id)
);
create index casefile_change_file on casefile_change (union_id, file_id, from_on, seq);

-- The timeline of a file: dated sentences, words by key with their figures.
create table casefile_event (
    union_id text   not null,
    id       text   not null,
    file_id  text   not null,
    on_day   text   not null,
    kind     text   not null,
    body     text   not null,
    args     text   not null,
    ref      text   not null,
    by_user  text   not null,
    at       bigint not null,
    primary key (union_id, id),
    foreign key (union_id, file_id) references casefile_file (union_id, id)
);
create index casefile_event_file on casefile_event (union_id, file_id, on_day, id);

-- Every help a household had, whoever gave it and wherever it was written first; ref makes each count once.
create table casefile_aid (
    union_id     text   not null,
    ref          text   not null,
    household_id text   not null,
    person_id    text   not null,
    subject      text   not null,
    programme    text   not null,
    item         text   not null,
    amount       bigint not null check (amount >= 0),
    on_day       text   not null,
    event_day    text   not null,
    source       text   not null check (source in ('imported', 'paid', 'goods', 'service', 'outside')),
    note         text   not null,
    taken_back   text   not null,
    at           bigint not null,
    primary key (union_id, ref)
);
create index casefile_aid_household on casefile_aid (union_id, household_id, on_day);
create index casefile_aid_person on casefile_aid (union_id, person_id, on_day);
create index casefile_aid_item on casefile_aid (union_id, item, on_day);

-- A hand-over to another unit or another union: on its way until the other side takes it or sends it back.
create table casefile_transfer (
    union_id    text   not null,
    id          text   not null,
    file_id     text   not null,
    from_unit   text   not null,
    to_unit     text   not null,
    to_union    text   not null,
    reason      text   not null,
    asked_by    text   not null,
    asked_on    text   not null,
    asked_at    bigint not null,
    answer      text   not null check (answer in ('', 'taken', 'returned')),
    answer_note text   not null,
    answered_by text   not null,
    answered_at bigint not null,
    primary key (union_id, id),
    foreign key (union_id, file_id) references casefile_file (union_id, id)
);
create unique index casefile_transfer_open on casefile_transfer (union_id, file_id) where answer = '';
