-- owner: payment
-- +goose Up

-- One payment of an award: the only one, or one of a quarter, a month, a term. parked is 1 while the bank has given a
-- payment back and the money is still owed.
create table payment_instalment (
    union_id     text   not null,
    id           text   not null,
    award_id     text   not null,
    no           bigint not null,
    person_id    text   not null,
    household_id text   not null,
    unit_path    text   not null,
    pocket       text   not null,
    due_on       text   not null,
    amount       bigint not null check (amount > 0),
    state        text   not null,
    trouble      text   not null,
    parked       bigint not null check (parked in (0, 1)),
    batch_id     text   not null,
    line_id      text   not null,
    card_tail    text   not null,
    paid_on      text   not null,
    confirmed_at bigint not null,
    confirmed    text   not null,
    checked_at   bigint not null,
    verdict      text   not null,
    version      bigint not null,
    primary key (union_id, id)
);
create unique index payment_instalment_no on payment_instalment (union_id, award_id, no);
create index payment_instalment_state on payment_instalment (union_id, state, due_on, id);
create index payment_instalment_person on payment_instalment (union_id, person_id);

-- A batch is what goes to the bank together: made by one person, checked by another.
create table payment_batch (
    union_id    text   not null,
    id          text   not null,
    number      text   not null,
    pocket      text   not null,
    profile     text   not null,
    lines       bigint not null,
    total       bigint not null,
    state       text   not null check (state in ('made', 'checked', 'sent', 'done', 'cancelled')),
    made_by     text   not null,
    made_at     bigint not null,
    checked_by  text   not null,
    checked_at  bigint not null,
    sent_by     text   not null,
    sent_at     bigint not null,
    file_hash   text   not null,
    result_hash text   not null,
    done_at     bigint not null,
    reason      text   not null,
    version     bigint not null,
    primary key (union_id, id)
);
create unique index payment_batch_number on payment_batch (union_id, number);

-- The lines of a batch stay as they were made, whatever becomes of the instalment later; so its totals always add up.
-- card_ix freezes to which account the line goes; the number itself stays sealed with its person.
create table payment_line (
    union_id      text   not null,
    id            text   not null,
    batch_id      text   not null,
    no            bigint not null,
    instalment_id text   not null,
    award_id      text   not null,
    person_id     text   not null,
    amount        bigint not null check (amount > 0),
    card_ix       text   not null,
    card_tail     text   not null,
    state         text   not null check (state in ('waiting', 'paid', 'failed', 'recalled', 'returned')),
    reason        text   not null,
    paid_on       text   not null,
    primary key (union_id, id),
    foreign key (union_id, batch_id) references payment_batch (union_id, id),
    foreign key (union_id, instalment_id) references payment_instalment (union_id, id)
);
create unique index payment_line_no on payment_line (union_id, batch_id, no);
