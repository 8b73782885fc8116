-- owner: fund
-- +goose Up

-- The order in which pockets are used where one alone has too little for an aid. place counts from 1.
create table fund_order (
    union_id text   not null,
    pocket   text   not null,
    place    bigint not null check (place > 0),
    primary key (union_id, pocket),
    unique (union_id, place),
    foreign key (union_id, pocket) references fund_pocket (union_id, code)
);

-- What may be promised from a pocket in a year, for one programme or ('') for all. extra is what special requests added;
-- carry 1 takes what was left of the year before along.
create table fund_budget (
    union_id  text   not null,
    pocket    text   not null,
    programme text   not null,
    year      bigint not null,
    amount    bigint not null check (amount >= 0),
    extra     bigint not null check (extra >= 0),
    carry     bigint not null check (carry in (0, 1)),
    by_user   text   not null,
    at        bigint not null,
    primary key (union_id, pocket, programme, year),
    foreign key (union_id, pocket) references fund_pocket (union_id, code)
);

-- Requests for money: of the company ('company'), or above the budget ('budget'). One asks, another grants all or a part.
create table fund_request (
    union_id     text   not null,
    id           text   not null,
    number       text   not null,
    kind         text   not null check (kind in ('company', 'budget')),
    pocket       text   not null,
    programme    text   not null,
    year         bigint not null,
    amount       bigint not null check (amount > 0),
    reason       text   not null,
    state        text   not null check (state in ('asked', 'granted', 'refused', 'withdrawn')),
    asked_by     text   not null,
    asked_person text   not null,
    asked_at     bigint not null,
    granted      bigint not null check (granted >= 0 and granted <= amount),
    answer       text   not null,
    answered_by  text   not null,
    answered_at  bigint not null,
    received     bigint not null check (received >= 0 and received <= granted),
    primary key (union_id, id),
    unique (union_id, number),
    foreign key (union_id, pocket) references fund_pocket (union_id, code)
);
create index fund_request_state on fund_request (union_id, state, asked_at);
