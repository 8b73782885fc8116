-- owner: mutual
-- +goose Up

-- The terms of a union's mutual fund, as versions: the newest in force. Sums are fen, back_own and back_gone per cent of what a
-- member paid in. Its money lies in the pocket, in the ledger; nothing here is a balance.
create table mutual_scheme (
    union_id    text   not null,
    version     bigint not null,
    pocket      text   not null,
    name        text   not null,
    least       bigint not null check (least > 0),
    most        bigint not null check (most >= least),
    entry       bigint not null check (entry >= 0),
    wait_months bigint not null check (wait_months >= 0),
    missed      bigint not null check (missed >= 0),
    back_own    bigint not null check (back_own between 0 and 100),
    back_gone   bigint not null check (back_gone between 0 and 100),
    rules       text   not null,
    by_user     text   not null,
    at          bigint not null,
    primary key (union_id, version),
    foreign key (union_id, pocket) references fund_pocket (union_id, code)
);

-- A worker's membership, from the first month deducted until it ends; one who comes back has a new one. monthly is fen.
-- back is what goes back to one who leaves, fixed when it is approved.
create table mutual_member (
    union_id    text   not null,
    id          text   not null,
    number      text   not null,
    person_id   text   not null,
    unit_path   text   not null,
    monthly     bigint not null check (monthly > 0),
    from_month  text   not null,
    consent     text   not null check (consent in ('self', 'paper')),
    state       text   not null check (state in ('active', 'leaving', 'approved', 'left')),
    covered     bigint not null check (covered in (0, 1)),
    missed      bigint not null check (missed >= 0),
    why         text   not null,
    back        bigint not null check (back >= 0),
    approved_by text   not null,
    joined_on   text   not null,
    left_on     text   not null,
    by_user     text   not null,
    at          bigint not null,
    version     bigint not null,
    primary key (union_id, id)
);
create unique index mutual_member_number on mutual_member (union_id, number);
create unique index mutual_member_person on mutual_member (union_id, person_id) where state <> 'left';
create index mutual_member_state on mutual_member (union_id, state, id);

-- What a member paid in and got back, line by line: each is part of entry seq of the ledger, and those of an entry add up to it.
create table mutual_line (
    union_id  text   not null,
    id        text   not null,
    member_id text   not null,
    kind      text   not null check (kind in ('paid', 'back')),
    month     text   not null,
    amount    bigint not null check (amount > 0),
    seq       bigint not null,
    on_day    text   not null,
    primary key (union_id, id),
    foreign key (union_id, member_id) references mutual_member (union_id, id)
);
create index mutual_line_member on mutual_line (union_id, member_id, id);
create index mutual_line_seq on mutual_line (union_id, seq);
