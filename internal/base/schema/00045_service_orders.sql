-- owner: service
-- +goose Up

-- What somebody outside would pay the union's people to do. contact is sealed.
create table service_need (
    union_id  text   not null,
    id        text   not null,
    number    text   not null,
    client    text   not null,
    kind      text   not null check (kind in ('street', 'community', 'public', 'firm')),
    contact   bytea,
    what      text   not null,
    wanted_on text   not null,
    state     text   not null check (state in ('open', 'taken', 'closed')),
    by_user   text   not null,
    at        bigint not null,
    primary key (union_id, id)
);
create unique index service_need_number on service_need (union_id, number);

-- An order, from the agreement to the settlement. Sums are fen; share is the per cent of what is left after the costs that goes to
-- those who worked, by their hours; reward is its sum once settled. Its money lies in the pocket, in the ledger.
create table service_order (
    union_id   text   not null,
    id         text   not null,
    number     text   not null,
    need_id    text   not null,
    client     text   not null,
    what       text   not null,
    unit_id    text   not null,
    from_on    text   not null,
    until_on   text   not null check (until_on >= from_on),
    price      bigint not null check (price > 0),
    share      bigint not null check (share between 0 and 100),
    title      text   not null,
    tax_no     text   not null,
    state      text   not null check (state in ('agreed', 'done', 'paid', 'settled', 'closed', 'cancelled')),
    pocket     text   not null,
    seq        bigint not null,
    costs      bigint not null check (costs >= 0),
    reward     bigint not null check (reward >= 0),
    settled_by text   not null,
    by_user    text   not null,
    at         bigint not null,
    version    bigint not null,
    primary key (union_id, id)
);
create unique index service_order_number on service_order (union_id, number);

-- A day's work of one worker on an order, in half hours; reward is their part once settled, fen, on their last line.
create table service_work (
    union_id  text   not null,
    id        text   not null,
    order_id  text   not null,
    person_id text   not null,
    on_day    text   not null,
    halves    bigint not null check (halves > 0),
    reward    bigint not null check (reward >= 0),
    primary key (union_id, id),
    foreign key (union_id, order_id) references service_order (union_id, id)
);
create index service_work_order on service_work (union_id, order_id, id);
create index service_work_person on service_work (union_id, person_id);

-- What an order cost.
create table service_cost (
    union_id text   not null,
    id       text   not null,
    order_id text   not null,
    what     text   not null,
    amount   bigint not null check (amount > 0),
    primary key (union_id, id),
    foreign key (union_id, order_id) references service_order (union_id, id)
);
create index service_cost_order on service_cost (union_id, order_id, id);
