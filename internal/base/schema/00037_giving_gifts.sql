-- owner: giving
-- +goose Up

-- A call for gifts. Its money lies in a pocket of its own in the ledger, opened with it, whose terms are the programmes the
-- gifts are meant for; nothing here is a balance. target is fen, 0 for none.
create table giving_campaign (
    union_id text   not null,
    id       text   not null,
    number   text   not null,
    name     text   not null,
    purpose  text   not null,
    wish     text   not null,
    pocket   text   not null,
    target   bigint not null check (target >= 0),
    from_on  text   not null,
    until_on text   not null check (until_on >= from_on),
    state    text   not null check (state in ('open', 'closed')),
    by_user  text   not null,
    at       bigint not null,
    primary key (union_id, id),
    foreign key (union_id, pocket) references fund_pocket (union_id, code)
);
create unique index giving_campaign_number on giving_campaign (union_id, number);
create unique index giving_campaign_pocket on giving_campaign (union_id, pocket);

-- A gift: money by its bank slip, booked as entry seq of the ledger; or goods, counted in whole pieces. worth is fen: the sum
-- given, or what the goods are worth by their paper. The donor's name is sealed and null for the anonymous; shown_name is
-- the name its donor agreed to have published.
create table giving_gift (
    union_id    text   not null,
    id          text   not null,
    number      text   not null,
    campaign_id text   not null,
    kind        text   not null check (kind in ('money', 'goods')),
    showing     text   not null check (showing in ('named', 'unnamed', 'anonymous')),
    shown_name  text   not null,
    donor       bytea,
    worth       bigint not null check (worth >= 0),
    slip        text   not null,
    seq         bigint not null,
    item        text   not null,
    unit        text   not null,
    pieces      bigint not null check (pieces >= 0),
    given       bigint not null check (given >= 0 and given <= pieces),
    on_day      text   not null,
    by_user     text   not null,
    at          bigint not null,
    primary key (union_id, id),
    foreign key (union_id, campaign_id) references giving_campaign (union_id, id)
);
create unique index giving_gift_number on giving_gift (union_id, number);
create unique index giving_gift_slip on giving_gift (union_id, slip) where kind = 'money';
create index giving_gift_campaign on giving_gift (union_id, campaign_id, id);

-- Goods handed to a household. worth is its part of the gift's worth, fen; the parts of a gift add up to it exactly.
create table giving_handout (
    union_id     text   not null,
    id           text   not null,
    gift_id      text   not null,
    person_id    text   not null,
    household_id text   not null,
    pieces       bigint not null check (pieces > 0),
    worth        bigint not null check (worth >= 0),
    on_day       text   not null,
    by_user      text   not null,
    at           bigint not null,
    primary key (union_id, id),
    foreign key (union_id, gift_id) references giving_gift (union_id, id)
);
create index giving_handout_gift on giving_handout (union_id, gift_id, id);
