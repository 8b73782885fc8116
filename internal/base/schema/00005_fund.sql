-- owner: fund
-- +goose Up

-- The one pen of a union's ledger: whoever writes locks this row first, so entries stand in one order and each hash
-- covers the one before. Months up to closed_through are closed.
create table fund_book (
    union_id       text   not null primary key,
    entries        bigint not null check (entries >= 0),
    head           text   not null,
    closed_through text   not null
);

-- Voucher numbers of each month, without gaps.
create table fund_month (
    union_id text   not null,
    month    text   not null,
    vouchers bigint not null,
    primary key (union_id, month)
);

-- Charts of accounts, each the text it was adopted as, in force from a day until the next one's.
create table fund_chart (
    union_id text   not null,
    from_on  text   not null,
    code     text   not null,
    text     text   not null,
    by_user  text   not null,
    at       bigint not null,
    primary key (union_id, from_on)
);

-- Which spending account an item, programme or purpose of aid is booked to, from a day on.
create table fund_mapping (
    union_id text   not null,
    item     text   not null,
    from_on  text   not null,
    code     text   not null,
    by_user  text   not null,
    at       bigint not null,
    primary key (union_id, item, from_on)
);

-- Sources of money kept apart, each with what its giver allows. Lists are words joined by single spaces.
create table fund_pocket (
    union_id   text   not null,
    code       text   not null,
    name       text   not null,
    source     text   not null,
    purposes   text   not null,
    programmes text   not null,
    level      text   not null check (level in ('any', 'own', 'provincial', 'national')),
    place      text   not null,
    year       bigint not null,
    donor      text   not null,
    wish       text   not null,
    from_on    text   not null,
    until_on   text   not null,
    manager    text   not null,
    warn       bigint not null,
    alarm      bigint not null check (warn > 0 and warn <= alarm and alarm <= 100),
    at         bigint not null,
    primary key (union_id, code)
);

-- Kept balances in fen. Debit is positive: money and goods and every budget account stay at or above zero, what is owed
-- stays at or below. The law stands here, so that no program can get round it.
create table fund_account (
    union_id text   not null,
    pocket   text   not null,
    code     text   not null,
    class    text   not null check (class in ('asset', 'liability', 'net', 'income', 'expense', 'budget', 'granted')),
    balance  bigint not null,
    primary key (union_id, pocket, code),
    foreign key (union_id, pocket) references fund_pocket (union_id, code),
    check (class not in ('asset', 'budget') or balance >= 0),
    check (class <> 'liability' or balance <= 0)
);

-- Entries only grow. seq has no gaps; hash covers the content and the hash of the entry before.
create table fund_entry (
    union_id text   not null,
    seq      bigint not null,
    key      text   not null,
    body     text   not null,
    kind     text   not null,
    day      text   not null,
    voucher  text   not null,
    ref      text   not null,
    memo     text   not null,
    amount   bigint not null check (amount > 0),
    reverses bigint not null,
    by_user  text   not null,
    at       bigint not null,
    hash     text   not null,
    primary key (union_id, seq),
    unique (union_id, key)
);
create unique index fund_entry_reverses on fund_entry (union_id, reverses) where reverses > 0;
create index fund_entry_ref on fund_entry (union_id, ref, seq);
create index fund_entry_day on fund_entry (union_id, day, seq);

create table fund_posting (
    union_id   text   not null,
    seq        bigint not null,
    line       bigint not null,
    day        text   not null,
    src_pocket text   not null,
    src        text   not null,
    dst_pocket text   not null,
    dst        text   not null,
    amount     bigint not null check (amount > 0),
    primary key (union_id, seq, line),
    foreign key (union_id, seq) references fund_entry (union_id, seq),
    foreign key (union_id, src_pocket, src) references fund_account (union_id, pocket, code),
    foreign key (union_id, dst_pocket, dst) references fund_account (union_id, pocket, code),
    check (src_pocket <> dst_pocket or src <> dst)
);
create index fund_posting_src on fund_posting (union_id, src_pocket, src, day);
create index fund_posting_dst on fund_posting (union_id, dst_pocket, dst, day);

-- What stands aside for one award, and the use frozen with it. moves counts its entries.
create table fund_hold (
    union_id   text   not null,
    ref        text   not null,
    pocket     text   not null,
    item       text   not null,
    purpose    text   not null,
    programme  text   not null,
    file_level text   not null,
    place      text   not null,
    year       bigint not null,
    donor      text   not null,
    reserved   bigint not null check (reserved >= 0),
    committed  bigint not null check (committed >= 0),
    spent      bigint not null check (spent >= 0),
    parked     bigint not null check (parked >= 0 and parked <= spent),
    moves      bigint not null,
    primary key (union_id, ref),
    foreign key (union_id, pocket) references fund_pocket (union_id, code)
);
create index fund_hold_pocket on fund_hold (union_id, pocket, ref);

-- Acts that need two persons: one asks, another answers.
create table fund_ask (
    union_id    text   not null,
    id          text   not null,
    what        text   not null check (what in ('close', 'reopen', 'reverse')),
    object      text   not null,
    reason      text   not null,
    asked_by    text   not null,
    asked_person text  not null,
    asked_at    bigint not null,
    answer      text   not null check (answer in ('', 'yes', 'no')),
    answered_by text   not null,
    answered_at bigint not null,
    primary key (union_id, id)
);
create unique index fund_ask_open on fund_ask (union_id, what, object) where answer = '';
