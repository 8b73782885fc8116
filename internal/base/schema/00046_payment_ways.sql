-- owner: payment
-- +goose Up

-- How an instalment reaches the worker: to the card, straight to the hospital or school it is for, or in cash.
alter table payment_instalment add column way text not null default 'bank' check (way in ('bank', 'payee', 'cash'));
alter table payment_instalment add column payee_id text not null default '';
alter table payment_line add column payee_id text not null default '';

-- A hospital, school or landlord that help is paid to directly: written down by one person, checked by another.
create table payment_payee (
    union_id   text   not null,
    id         text   not null,
    kind       text   not null check (kind in ('hospital', 'school', 'housing', 'other')),
    name       text   not null,
    account    text   not null,
    bank       text   not null,
    branch     text   not null,
    state      text   not null check (state in ('new', 'checked', 'closed')),
    made_by    text   not null,
    made_at    bigint not null,
    checked_by text   not null,
    checked_at bigint not null,
    version    bigint not null,
    primary key (union_id, id)
);
create unique index payment_payee_account on payment_payee (union_id, account);

-- A handing over of cash: the day, who stood by, and the scan of the list that the receivers signed.
create table payment_handover (
    union_id text   not null,
    id       text   not null,
    batch_id text   not null,
    on_day   text   not null,
    witness  text   not null,
    lines    bigint not null,
    total    bigint not null,
    paper    text   not null,
    by_user  text   not null,
    at       bigint not null,
    primary key (union_id, id),
    foreign key (union_id, batch_id) references payment_batch (union_id, id)
);
create index payment_handover_batch on payment_handover (union_id, batch_id);
