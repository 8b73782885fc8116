-- owner: payment
-- +goose Up

-- Money said to have come back: what the accountant read off the bank's slip, and what the cashier found when looking at the account.
create table payment_claim (
    union_id      text   not null,
    id            text   not null,
    instalment_id text   not null,
    kind          text   not null check (kind in ('back', 'owed', 'undue')),
    slip          text   not null,
    reason        text   not null,
    state         text   not null check (state in ('open', 'yes', 'no')),
    by_user       text   not null,
    by_person     text   not null,
    at            bigint not null,
    answer        text   not null,
    answered_by   text   not null,
    answered_at   bigint not null,
    primary key (union_id, id),
    foreign key (union_id, instalment_id) references payment_instalment (union_id, id)
);
create unique index payment_claim_open on payment_claim (union_id, instalment_id) where state = 'open';
create index payment_claim_instalment on payment_claim (union_id, instalment_id, id);
