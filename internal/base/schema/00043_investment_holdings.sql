-- owner: investment
-- +goose Up

-- Whether idle money may be invested, and within what: versions, the newest counts once another person has confirmed it. limits
-- are JSON: by class the most of the idle money and the worst loss reckoned with, per cent. issuer is the most with one issuer.
create table investment_rule (
    union_id     text   not null,
    version      bigint not null,
    enabled      bigint not null check (enabled in (0, 1)),
    limits       text   not null,
    issuer       bigint not null check (issuer between 1 and 100),
    by_user      text   not null,
    at           bigint not null,
    confirmed_by text   not null,
    confirmed_at bigint not null,
    primary key (union_id, version)
);

-- An investment from its proposal to its sale. amount is the cost, value the last valuation, back what it was sold for, fen;
-- worst is the loss reckoned with, per cent of the value.
create table investment_holding (
    union_id    text   not null,
    id          text   not null,
    number      text   not null,
    class       text   not null,
    issuer      text   not null,
    name        text   not null,
    pocket      text   not null,
    amount      bigint not null check (amount > 0),
    worst       bigint not null check (worst between 0 and 100),
    expect      bigint not null,
    due_on      text   not null,
    survey      text   not null,
    adviser     text   not null,
    opinion     text   not null,
    state       text   not null check (state in ('proposed', 'approved', 'held', 'sold', 'refused')),
    first_by    text   not null,
    second_by   text   not null,
    value       bigint not null check (value >= 0),
    valued_on   text   not null,
    back        bigint not null check (back >= 0),
    bought_on   text   not null,
    sold_on     text   not null,
    by_user     text   not null,
    at          bigint not null,
    version     bigint not null,
    primary key (union_id, id),
    foreign key (union_id, pocket) references fund_pocket (union_id, code)
);
create unique index investment_holding_number on investment_holding (union_id, number);
create index investment_holding_state on investment_holding (union_id, state, id);
