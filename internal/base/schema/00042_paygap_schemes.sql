-- owner: paygap
-- +goose Up

-- A scheme of contributions from the top of the wages into the relief fund. bands are JSON: from (fen a month) and rate (per cent
-- of what lies above it, up to the next). One is in force at a time.
create table paygap_scheme (
    union_id   text   not null,
    id         text   not null,
    number     text   not null,
    name       text   not null,
    bands      text   not null,
    state      text   not null check (state in ('draft', 'adopted', 'ended')),
    pocket     text   not null,
    by_user    text   not null,
    at         bigint not null,
    adopted_by text   not null,
    adopted_at bigint not null,
    primary key (union_id, id)
);
create unique index paygap_scheme_number on paygap_scheme (union_id, number);
create unique index paygap_scheme_force on paygap_scheme (union_id) where state = 'adopted';

-- The difference of one month as it was booked: the sum, how many it came from, and the ledger's entry.
create table paygap_booking (
    union_id  text   not null,
    month     text   not null,
    scheme_id text   not null,
    people    bigint not null check (people > 0),
    amount    bigint not null check (amount > 0),
    slip      text   not null,
    seq       bigint not null,
    by_user   text   not null,
    at        bigint not null,
    primary key (union_id, month),
    foreign key (union_id, scheme_id) references paygap_scheme (union_id, id)
);
