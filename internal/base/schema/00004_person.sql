-- owner: person, exchange
-- +goose Up

-- A household of one or more workers. A joined household (two spouses on one roster) ends and names the one it went into.
create table person_household (
    union_id   text   not null,
    id         text   not null,
    head_id    text   not null,
    address    bytea,
    since      text   not null,
    until      text   not null,
    into_id    text   not null,
    import_id  text   not null,
    version    bigint not null,
    created_at bigint not null,
    primary key (union_id, id)
);
create index person_household_import on person_household (union_id, import_id);

-- The wide current row of a worker. What it says of pay, post and employment stands dated in person_fact.
create table person_worker (
    union_id      text   not null,
    id            text   not null,
    staff_no      text   not null,
    name          text   not null,
    sort_key      text   not null,
    search        text   not null,
    sex           text   not null check (sex in ('', 'male', 'female')),
    birth         text   not null,
    id_kind       text   not null check (id_kind in ('', 'id', 'passport', 'permit', 'other')),
    id_no         bytea,
    id_no_ix      text   not null,
    id_mask       text   not null,
    phone         bytea,
    phone_ix      text   not null,
    phone_mask    text   not null,
    card          bytea,
    card_ix       text   not null,
    card_tail     text   not null,
    card_holder   text   not null,
    card_relation text   not null check (card_relation in ('', 'self', 'spouse')),
    card_bank     text   not null,
    card_branch   text   not null,
    card_at       bigint not null,
    unit_id       text   not null,
    unit_path     text   not null,
    household_id  text   not null,
    post          text   not null,
    employment    text   not null,
    union_member  bigint not null check (union_member in (0, 1)),
    entry_on      text   not null,
    pay           bigint not null,
    pay_known     bigint not null check (pay_known in (0, 1)),
    status        text   not null check (status in ('active', 'left', 'transferred', 'deceased')),
    status_on     text   not null,
    status_note   text   not null,
    import_id     text   not null,
    version       bigint not null,
    created_at    bigint not null,
    changed_at    bigint not null,
    primary key (union_id, id),
    foreign key (union_id, household_id) references person_household (union_id, id),
    foreign key (union_id, unit_id) references org_unit (union_id, id)
);
create unique index person_worker_staff on person_worker (union_id, staff_no);
create unique index person_worker_id_no on person_worker (union_id, id_no_ix) where id_no_ix <> '';
create index person_worker_phone on person_worker (union_id, phone_ix) where phone_ix <> '';
create index person_worker_card on person_worker (union_id, card_ix) where card_ix <> '';
create index person_worker_household on person_worker (union_id, household_id);
create index person_worker_unit on person_worker (union_id, unit_path, sort_key, id);
create index person_worker_sort on person_worker (union_id, sort_key, id);
create index person_worker_import on person_worker (union_id, import_id);

-- Who lives in a household from a day until a day. A worker of the roster has worker_id; relation is to the household's head.
create table person_member (
    union_id     text   not null,
    id           text   not null,
    household_id text   not null,
    worker_id    text   not null,
    relation     text   not null,
    name         text   not null,
    sex          text   not null check (sex in ('', 'male', 'female')),
    birth        text   not null,
    id_no        bytea,
    id_no_ix     text   not null,
    id_mask      text   not null,
    dependent    text   not null,
    health       text   not null,
    disability   text   not null,
    grade        bigint not null,
    disease      text   not null,
    schooling    text   not null,
    employment   text   not null,
    workplace    text   not null,
    income       bigint not null,
    income_known bigint not null check (income_known in (0, 1)),
    since        text   not null,
    until        text   not null,
    end_reason   text   not null,
    former_id    text   not null,
    import_id    text   not null,
    version      bigint not null,
    created_at   bigint not null,
    primary key (union_id, id),
    foreign key (union_id, household_id) references person_household (union_id, id)
);
create index person_member_household on person_member (union_id, household_id, since);
create index person_member_worker on person_member (union_id, worker_id) where worker_id <> '';
create index person_member_id_no on person_member (union_id, id_no_ix) where id_no_ix <> '';
create index person_member_import on person_member (union_id, import_id);

-- Dated facts are the truth: who said it, on what paper, checked by whom, valid from when. Rows only grow; a later row of
-- the same subject, name and period replaces an earlier one; known = 0 says "unknown from here on".
create table person_fact (
    union_id     text   not null,
    id           text   not null,
    household_id text   not null,
    subject_kind text   not null check (subject_kind in ('household', 'member', 'worker')),
    subject_id   text   not null,
    name         text   not null,
    period       text   not null,
    known        bigint not null check (known in (0, 1)),
    num          bigint not null,
    value        text   not null,
    sealed       bytea,
    source       text   not null check (source in ('self', 'officer', 'paper', 'roster', 'external')),
    paper        text   not null,
    from_on      text   not null,
    recorded_by  text   not null,
    recorded_at  bigint not null,
    checked_by   text   not null,
    checked_at   bigint not null,
    import_id    text   not null,
    primary key (union_id, id)
);
create index person_fact_subject on person_fact (union_id, subject_id, name, from_on);
create index person_fact_household on person_fact (union_id, household_id, name, from_on);
create index person_fact_import on person_fact (union_id, import_id);

-- Kinship declared between workers of different households (the same household is kin by itself).
create table person_kin (
    union_id   text   not null,
    a_id       text   not null,
    b_id       text   not null,
    relation   text   not null,
    source     text   not null,
    since      text   not null,
    until      text   not null,
    created_by text   not null,
    created_at bigint not null,
    primary key (union_id, a_id, b_id)
);
create index person_kin_other on person_kin (union_id, b_id);

-- Pieces of names, pinyin and staff numbers, for search by any part on either engine.
create table person_token (
    union_id  text not null,
    token     text not null,
    person_id text not null,
    primary key (union_id, token, person_id)
);
create index person_token_person on person_token (union_id, person_id);

-- What an import is about to write (new, change), laid ready in chunks, and what it replaced (former), for its undoing.
create table person_next_household (
    union_id   text   not null,
    batch_id   text   not null,
    op         text   not null check (op in ('new', 'change', 'former')),
    id         text   not null,
    head_id    text   not null,
    address    bytea,
    since      text   not null,
    until      text   not null,
    into_id    text   not null,
    import_id  text   not null,
    version    bigint not null,
    created_at bigint not null,
    primary key (union_id, batch_id, op, id)
);

create table person_next_worker (
    union_id      text   not null,
    batch_id      text   not null,
    op            text   not null check (op in ('new', 'change', 'former')),
    id            text   not null,
    staff_no      text   not null,
    name          text   not null,
    sort_key      text   not null,
    search        text   not null,
    sex           text   not null,
    birth         text   not null,
    id_kind       text   not null,
    id_no         bytea,
    id_no_ix      text   not null,
    id_mask       text   not null,
    phone         bytea,
    phone_ix      text   not null,
    phone_mask    text   not null,
    card          bytea,
    card_ix       text   not null,
    card_tail     text   not null,
    card_holder   text   not null,
    card_relation text   not null,
    card_bank     text   not null,
    card_branch   text   not null,
    card_at       bigint not null,
    unit_id       text   not null,
    unit_path     text   not null,
    household_id  text   not null,
    post          text   not null,
    employment    text   not null,
    union_member  bigint not null,
    entry_on      text   not null,
    pay           bigint not null,
    pay_known     bigint not null,
    status        text   not null,
    status_on     text   not null,
    status_note   text   not null,
    import_id     text   not null,
    version       bigint not null,
    created_at    bigint not null,
    changed_at    bigint not null,
    primary key (union_id, batch_id, op, id)
);

create table person_next_member (
    union_id     text   not null,
    batch_id     text   not null,
    op           text   not null check (op in ('new', 'change', 'former')),
    id           text   not null,
    household_id text   not null,
    worker_id    text   not null,
    relation     text   not null,
    name         text   not null,
    sex          text   not null,
    birth        text   not null,
    id_no        bytea,
    id_no_ix     text   not null,
    id_mask      text   not null,
    dependent    text   not null,
    health       text   not null,
    disability   text   not null,
    grade        bigint not null,
    disease      text   not null,
    schooling    text   not null,
    employment   text   not null,
    workplace    text   not null,
    income       bigint not null,
    income_known bigint not null,
    since        text   not null,
    until        text   not null,
    end_reason   text   not null,
    former_id    text   not null,
    import_id    text   not null,
    version      bigint not null,
    created_at   bigint not null,
    primary key (union_id, batch_id, op, id)
);

create table person_next_fact (
    union_id     text   not null,
    batch_id     text   not null,
    op           text   not null check (op in ('new', 'change', 'former')),
    id           text   not null,
    household_id text   not null,
    subject_kind text   not null,
    subject_id   text   not null,
    name         text   not null,
    period       text   not null,
    known        bigint not null,
    num          bigint not null,
    value        text   not null,
    sealed       bytea,
    source       text   not null,
    paper        text   not null,
    from_on      text   not null,
    recorded_by  text   not null,
    recorded_at  bigint not null,
    checked_by   text   not null,
    checked_at   bigint not null,
    import_id    text   not null,
    primary key (union_id, batch_id, op, id)
);

-- One file read into the program: what it is, how its columns are read, how far the work has come.
create table exchange_import (
    union_id   text   not null,
    id         text   not null,
    kind       text   not null,
    file       text   not null,
    columns    text   not null,
    mode       text   not null,
    make_units bigint not null check (make_units in (0, 1)),
    state      text   not null,
    rows       bigint not null,
    last       bigint not null,
    done       bigint not null,
    fresh      bigint not null,
    changed    bigint not null,
    same       bigint not null,
    faulty     bigint not null,
    twice      bigint not null,
    written    bigint not null,
    fault      text   not null,
    made_by    text   not null,
    made_at    bigint not null,
    live_at    bigint not null,
    until      bigint not null,
    version    bigint not null,
    primary key (union_id, id)
);

-- The rows of the file with every original cell, sealed until they are swept away.
create table exchange_row (
    union_id  text   not null,
    import_id text   not null,
    line      bigint not null,
    cells     bytea,
    key_ix    text   not null,
    id_ix     text   not null,
    outcome   text   not null,
    person_id text   not null,
    faults    text   not null,
    primary key (union_id, import_id, line),
    foreign key (union_id, import_id) references exchange_import (union_id, id)
);
create index exchange_row_key on exchange_row (union_id, import_id, key_ix, line);
create index exchange_row_id on exchange_row (union_id, import_id, id_ix, line);
create index exchange_row_outcome on exchange_row (union_id, import_id, outcome, line);
